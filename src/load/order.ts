import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configFileName } from '../environment.js';
import { UsageError, didYouMean } from '../errors.js';
import { isReplaceable, prepareOutput, type OutputFile } from '../output/file.js';
import { builtInProfiles, findProfile, type Profile } from '../product/profile.js';
import { readHeaders } from '../remote/credentials.js';
import { imageRootOf } from '../remote/image-root.js';
import type { Location, Headers } from '../remote/location.js';
import { Outcomes } from './outcomes.js';
import { checkOptions, refuseToReplaceBy, rememberedOptions, type LoadOptions } from './request.js';

/** What is to be loaded, and how: all that can be wrong before anything is opened is right. */
export interface Order {
  file: string;
  /** Null for a path, and for standard input. */
  location: Location | null;
  /** As the command line and the configuration file say it. */
  asked: LoadOptions;
  /** With what the profile says that is named. */
  reading: LoadOptions;
  profile: Profile | 'auto' | 'none';
  /** What a job keeps of the options; the same for a load that would do the same. */
  remembered: Record<string, unknown>;
  headers: Headers;
  rejectsFile: OutputFile | null;
  /** Where what becomes of each row is kept; null where nobody asks. */
  outcomes: Outcomes | null;
  diffFile: OutputFile | null;
  /** Takes away what was not finished. */
  discard: () => void;
}

/**
 * @param exported the variables that headers may name
 * @throws UsageError for whatever can't be done as asked; nothing has been started then
 */
export async function takeOrder(
  file: string,
  given: LoadOptions,
  exported: NodeJS.ProcessEnv,
): Promise<Order> {
  const location = checkOptions(file, given);
  const asked = { ...given, imageRoot: imageRootOf(given, exported) };
  const profile = await readProfile(asked.profile, asked.typed('profile'));
  const reading = withProfile(asked, profile);
  const headers = readHeaders(asked.header ?? [], exported);
  const remembered = rememberedOptions(reading, profile);
  const files = prepareFiles(asked, location ? null : file);
  const discard = () => Object.values(files).forEach((output) => output?.discard());
  return { file, location, asked, reading, profile, remembered, headers, ...files, discard };
}

/** @throws UsageError where one of them can't be written; then none stays on the disk */
function prepareFiles(
  { rejects, outcomes, diff }: LoadOptions,
  input: string | null,
): Pick<Order, 'rejectsFile' | 'outcomes' | 'diffFile'> {
  refuseSame({ '--rejects': rejects, '--outcomes': outcomes, '--diff': diff });
  const opened: OutputFile[] = [];
  const open = (option: string, path: string) => {
    opened.push(prepareOutput(option, path, input));
    return opened.at(-1)!;
  };
  try {
    const rejectsFile = rejects ? open('--rejects', rejects) : null;
    const diffFile = diff ? open('--diff', diff) : null;
    const outcomesFile = outcomes ? open('--outcomes', outcomes) : null;
    return {
      rejectsFile,
      diffFile,
      outcomes: outcomesFile && new Outcomes(outcomes!, outcomesFile),
    };
  } catch (error) {
    for (const file of opened) file.discard();
    throw error;
  }
}

/** @throws UsageError where two options name one file, which the second would take from the first */
function refuseSame(paths: Record<string, string | undefined>): void {
  const named = new Map<string, string>();
  for (const [option, path] of Object.entries(paths)) {
    if (!path || !isReplaceable(path)) continue;
    const other = named.get(resolve(path));
    if (other !== undefined) {
      throw new UsageError(`${other} and ${option} both name ${path}. Name two files.`, 'output');
    }
    named.set(resolve(path), option);
  }
}

/** What the profile sets stands below what the command line says. */
export function withProfile(asked: LoadOptions, profile: Profile | 'auto' | 'none'): LoadOptions {
  if (typeof profile === 'string') return asked;
  const given = Object.entries(profile.options).filter(([name]) => !asked.given(name));
  const options = { ...asked, ...Object.fromEntries(given) };
  refuseToReplaceBy(options);
  return options;
}

/**
 * What `--profile` names: `auto`, `none`, a built-in one, or a JSON file.
 * @param isTyped false where the configuration file names it: somebody else may have written both
 * @throws UsageError naming the profiles there are, or what only a profile that was typed may say
 */
async function readProfile(name: string, isTyped: boolean): Promise<Profile | 'auto' | 'none'> {
  if (name === 'auto' || name === 'none') return name;
  const builtIn = findProfile(name);
  if (builtIn) return builtIn;
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    const names = builtInProfiles().map((profile) => profile.name);
    const hint = didYouMean(name, [...names, 'auto', 'none']);
    throw new UsageError(
      `There is no profile "${name}", nor such a file.${hint} Built in are ${names.join(', ')}; auto and none work too.`,
      'profile_unknown',
      { cause: error },
    );
  }
  const { parseProfile } = await import('../product/profile-file.js');
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
