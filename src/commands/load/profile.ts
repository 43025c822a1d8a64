import { readFileSync } from 'node:fs';
import { didYouMean, UsageError } from '../../errors.js';
import { configFileName } from '../../environment.js';
import { builtInProfiles, findProfile } from '../../product/built-in-profiles.js';
import type { Profile } from '../../product/profile.js';

/**
 * What `--profile` names: `auto`, `none`, a built-in one, or a JSON file.
 * @param isTyped false where the configuration file names it: somebody else may have written both
 * @throws UsageError naming the profiles there are, or what only a profile that was typed may say
 */
export async function readProfile(
  name: string,
  isTyped: boolean,
): Promise<Profile | 'auto' | 'none'> {
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
  const profile = parseProfile(text, name);
  const what = isTyped ? null : changesMore(profile);
  if (what !== null) {
    throw new UsageError(
      `The profile ${name}, which ${configFileName} names, holds ${what}: that is for the command line only. Give --profile ${name} there, or take it out of the profile.`,
      'profile_invalid',
    );
  }
  return profile;
}

/** What a profile holds that changes or deletes more than its rows say; null for nothing. */
function changesMore({ options, actionWords }: Profile): string | null {
  if (options.action !== undefined) return '"action"';
  if (options.blank === 'clear') return '"blank": "clear"';
  return Object.values(actionWords).includes('delete') ? 'an action word for "delete"' : null;
}
