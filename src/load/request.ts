import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { FieldDefinition } from '../product/field.js';
import { locationOf, type Location } from '../remote/location.js';
import type { Source } from '../source/source.js';
import { UsageError } from '../errors.js';
import { builtInProfiles, type Profile } from '../product/profile.js';
import { optionName, waitMsOf, type OptionSpec, type OptionsOf } from '../option.js';
import { formatOfEnding } from '../output/file.js';
import { loadOptions, type Limit } from './options.js';
import { outcomeFormats } from './outcomes.js';

/** What happens to stored products that the file does not name; `replace` deletes inactive ones too. */
export type Missing = LoadOptions['missing'] | 'replace';

/** The options of one load as they were given, and what follows from those that were left out. */
export interface LoadRequest extends Omit<LoadOptions, 'owner' | 'missing' | 'missingLimit'> {
  owner: string | null;
  missing: Missing;
  /** Null for none. */
  missingLimit: Limit | null;
  /** The flag of new products that name none. */
  newActive: boolean;
  /** How long to wait for the merge of another load; 0 not at all. */
  waitMs: number;
}

/** Whether `count` of `total` is above the limit. */
export function exceeds(limit: Limit, count: number, total: number): boolean {
  return limit.percent ? count * 100 > limit.value * total : count > limit.value;
}

interface Ineffective {
  option: keyof LoadOptions;
  /** As one types it. */
  flag: string;
  isIgnored: (source: Source, options: LoadOptions) => boolean;
  why: string;
}

const isNoText = ({ dialect }: Source) => dialect === null;

/** Formats besides texts whose bytes may be read in the encoding that is asked for. */
const hasEncoding = new Set<string>(['xls', 'html', 'json', 'ndjson']);

/** What can be typed, and then does nothing. */
const ineffective: Ineffective[] = [
  {
    option: 'delimiter',
    flag: '--delimiter',
    isIgnored: isNoText,
    why: 'only CSV and TSV have delimiters and quotes',
  },
  {
    option: 'quote',
    flag: '--quote',
    isIgnored: isNoText,
    why: 'only CSV and TSV have delimiters and quotes',
  },
  {
    option: 'escape',
    flag: '--escape',
    isIgnored: ({ dialect }) => !dialect?.quote,
    why: 'there are no quotes around cells',
  },
  {
    option: 'ragged',
    flag: '--ragged',
    isIgnored: isNoText,
    why: 'only CSV and TSV have delimiters and quotes',
  },
  {
    option: 'encoding',
    flag: '--encoding',
    isIgnored: (source) => isNoText(source) && !hasEncoding.has(source.format),
    why: 'the file names its own',
  },
  {
    option: 'missingLimit',
    flag: '--missing-limit',
    isIgnored: (_, options) => missingOf(options) === 'keep',
    why: 'it needs --missing deactivate, --missing delete or --replace',
  },
  {
    option: 'yes',
    flag: '--yes',
    isIgnored: (_, { replace }) => replace !== true,
    why: 'only --replace asks',
  },
  {
    option: 'recordChanges',
    flag: '--record-changes',
    isIgnored: (_, { dryRun }) => dryRun === true,
    why: 'a dry run changes nothing; --diff FILE tells what would change',
  },
  {
    option: 'skipLoaded',
    flag: '--skip-loaded',
    isIgnored: (_, { dryRun }) => dryRun === true,
    why: 'a dry run is not skipped, as it leaves no job',
  },
];

/** A sentence for each option on the command line that does nothing for this file. */
export function ineffectiveNotes(source: Source, options: LoadOptions): string[] {
  return ineffective
    .filter(({ option, isIgnored }) => options.typed(option) && isIgnored(source, options))
    .map(({ flag, why }) => `${flag} has no effect: ${why}`);
}

/** The options of a load, and where each comes from. */
export interface LoadOptions extends OptionsOf<typeof loadOptions> {
  /** Whether the command line, or the configuration file, names an option. */
  given: (name: string) => boolean;
  /** The same without what the configuration file says. */
  typed: (name: string) => boolean;
}

/**
 * What a job remembers of its options; of a profile of the user's own, which may be edited, what it
 * says as well.
 */
export function rememberedOptions(
  options: LoadOptions,
  profile: Profile | 'auto' | 'none',
): Record<string, unknown> {
  const decisive = loadOptions.filter((spec: OptionSpec) => spec.decides).map(optionName);
  const values: Record<string, unknown> = { ...options };
  const named = Object.fromEntries(decisive.map((name) => [name, values[name] ?? null]));
  if (typeof profile === 'string' || builtInProfiles().includes(profile)) return named;
  return { ...named, profileSha256: sha256(profile) };
}

/** The same with the fields of the user's own, which may be changed, too. */
export function withFields(
  remembered: Record<string, unknown>,
  fields: readonly FieldDefinition[],
): Record<string, unknown> {
  return fields.length === 0 ? remembered : { ...remembered, fieldsSha256: sha256(fields) };
}

function sha256(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex');
}

/**
 * Refuses options that contradict one another, before anything is opened.
 * @returns the URL that is to be read; null for a path, and for standard input
 * @throws UsageError
 */
export function checkOptions(file: string, options: LoadOptions): Location | null {
  const location = locationOf(file);
  const readsOnce = location === null && canBeReadOnce(file);
  if (options.active && options.inactive) {
    throw new UsageError('--active and --inactive contradict each other: give one of them.');
  }
  if (readsOnce && options.skipLoaded) {
    throw new UsageError(`--skip-loaded needs a file: ${placeOf(file)} can be read only once.`);
  }
  if (options.outcomes) formatOfEnding('--outcomes', options.outcomes, outcomeFormats);
  refuseToReplaceBy(options);
  const missing = missingOf(options);
  if (readsOnce && missing !== 'keep' && !options.missingLimit) {
    throw new UsageError(
      `A broken pipe looks like the end of ${placeOf(file)}: give --missing-limit with ${missingFlag(missing)}.`,
    );
  }
  if (options.detach && options.dryRun) {
    throw new UsageError('--dry-run leaves no job to look at later: give it without --detach.');
  }
  if (options.diff && !options.dryRun) {
    throw new UsageError(
      '--diff tells what would change: it needs --dry-run. (--record-changes keeps what did.)',
    );
  }
  return location;
}

/**
 * @throws UsageError where `--replace` stands with what says otherwise of the products that are
 * stored, be it in a profile
 */
export function refuseToReplaceBy({ replace, action, given }: LoadOptions): void {
  if (!replace) return;
  if (given('missing')) {
    throw new UsageError('--replace says what happens to missing products: leave --missing out.');
  }
  if (action !== 'upsert') {
    throw new UsageError(
      `--replace makes the catalogue what the file says; --action ${action} would not take all of its rows. Leave one of them out.`,
    );
  }
}

export function missingOf({ replace, missing }: LoadOptions): Missing {
  return replace ? 'replace' : missing;
}

/** The option that asked for it, as one types it. */
export function missingFlag(missing: Missing): string {
  return missing === 'replace' ? '--replace' : '--missing';
}

/** Whether it is standard input, a FIFO or the like: what it held is gone once it is read. */
function canBeReadOnce(file: string): boolean {
  if (file === '-') return true;
  try {
    const found = statSync(file);
    return !found.isFile() && !found.isDirectory();
  } catch {
    // Opening it tells why.
    return false;
  }
}

function placeOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** What the options ask for. */
export function readRequest(asked: LoadOptions): LoadRequest {
  return {
    ...asked,
    owner: asked.owner ?? null,
    missing: missingOf(asked),
    missingLimit: asked.missingLimit ?? (asked.replace ? null : { value: 20, percent: true }),
    newActive: !asked.inactive,
    waitMs: waitMsOf(asked),
  };
}

/** Whether its cells are what stands between delimiters. */
export function isText({ format }: Source): boolean {
  return format === 'csv' || format === 'tsv';
}

export function isJson({ format }: Source): boolean {
  return format === 'json' || format === 'ndjson';
}

/** Whether cells of this file may have a spreadsheet's guard that is to be taken off. */
export function stripsGuards(source: Source, { guards }: LoadOptions): boolean {
  return guards === 'strip' && isText(source);
}
