import { UsageError } from '../../errors.js';
import { builtInProfiles, findProfile } from '../../product/built-in-profiles.js';
import type { Profile } from '../../product/profile.js';

/**
 * What `--profile` names: `auto`, `none` or a built-in one.
 * @throws UsageError naming the profiles there are
 */
export function readProfile(name: string): Profile | 'auto' | 'none' {
  if (name === 'auto' || name === 'none') return name;
  const builtIn = findProfile(name);
  if (builtIn) return builtIn;
  const names = builtInProfiles.map((profile) => profile.name).join(', ');
  throw new UsageError(
    `There is no profile "${name}". Built in are ${names}; auto and none work too.`,
    'profile_unknown',
  );
}
