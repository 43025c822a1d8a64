import { readFileSync } from 'node:fs';
import { didYouMean } from '../../closest.js';
import { UsageError } from '../../errors.js';
import { builtInProfiles, findProfile } from '../../product/built-in-profiles.js';
import type { Profile } from '../../product/profile.js';

/**
 * What `--profile` names: `auto`, `none`, a built-in one, or a JSON file.
 * @throws UsageError naming the profiles there are
 */
export async function readProfile(name: string): Promise<Profile | 'auto' | 'none'> {
  if (name === 'auto' || name === 'none') return name;
  const builtIn = findProfile(name);
  if (builtIn) return builtIn;
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    const names = builtInProfiles.map((profile) => profile.name);
    const hint = didYouMean(name, [...names, 'auto', 'none']);
    throw new UsageError(
      `There is no profile "${name}", nor such a file.${hint} Built in are ${names.join(', ')}; auto and none work too.`,
      'profile_unknown',
      { cause: error },
    );
  }
  const { parseProfile } = await import('../../product/profile-file.js');
  return parseProfile(text, name);
}
