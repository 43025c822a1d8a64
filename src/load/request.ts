import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Action } from '../product/product.js';
import type { Source, SourceFormat } from '../source/source.js';
import { UsageError } from '../errors.js';
import { builtInProfiles } from '../product/built-in-profiles.js';
import type { Profile } from '../product/profile.js';
import type { raggedChoices } from '../product/widths.js';
import { waitMsOf, type WaitOptions } from '../option.js';

/** A limit in rows or in percent of the rows read. */
interface Limit {
  value: number;
  percent: boolean;
}

/** The policies of one load, as the user chose them. */
export interface LoadRequest {
  action: Action;
  onExisting: 'update' | 'skip' | 'error';
  onDuplicate: 'last' | 'first' | 'error';
  blank: 'keep' | 'clear';
  /** The flag of new products that name none. */
  newActive: boolean;
  owner: string | null;
  missing: 'keep' | 'deactivate' | 'delete';
  missingLimit: Limit;
  maxRejects: Limit | null;
  /** Whether rejected rows leave the exit code at 0. */
  acceptRejects: boolean;
  /** Where rejected rows are to be written; null for nowhere. */
  rejectsFile: string | null;
  dryRun: boolean;
  recordChanges: boolean;
  /** How long to wait for the merge of another load; 0 not at all. */
  waitMs: number;
}

/** Whether `count` of `total` is above the limit. */
export function exceeds(limit: Limit, count: number, total: number): boolean {
  return limit.percent ? count * 100 > limit.value * total : count > limit.value;
}

/**
 * Reads `10` or `2.5%`.
 * @throws Error saying what it takes, for the option's own message
 */
export function parseLimit(text: string): Limit {
  const match = /^(\d+)$|^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (!match) throw new Error('It takes a number of rows, such as 10, or a share, such as 2%.');
  if (Number(match[2]) > 100) throw new Error('A share is at most 100%.');
  return match[1] !== undefined
    ? { value: Number(match[1]), percent: false }
    : { value: Number(match[2]), percent: true };
}

interface Ineffective {
  option: keyof LoadOptions;
  /** As one types it. */
  flag: string;
  isIgnored: (source: Source, options: LoadOptions) => boolean;
  why: string;
}

const isNoText = ({ dialect }: Source) => dialect === null;

/** What can be typed, and then does nothing. */
const ineffective: Ineffective[] = [
  { option: 'delimiter', flag: '--delimiter', isIgnored: isNoText, why: 'a workbook has cells' },
  { option: 'quote', flag: '--quote', isIgnored: isNoText, why: 'a workbook has cells' },
  {
    option: 'escape',
    flag: '--escape',
    isIgnored: ({ dialect }) => !dialect?.quote,
    why: 'there are no quotes around cells',
  },
  { option: 'ragged', flag: '--ragged', isIgnored: isNoText, why: 'a workbook has cells' },
  {
    option: 'encoding',
    flag: '--encoding',
    isIgnored: (source) => isNoText(source) && source.format !== 'xls',
    why: 'a workbook says its own',
  },
  {
    option: 'missingLimit',
    flag: '--missing-limit',
    isIgnored: (_, { missing }) => missing === 'keep',
    why: 'it needs --missing deactivate or --missing delete',
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

/** The options as commander hands them over. */
export interface LoadOptions extends WaitOptions {
  format: 'auto' | SourceFormat;
  sheet?: string;
  delimiter: string;
  quote: string;
  escape: '"' | '\\';
  ragged: (typeof raggedChoices)[number];
  encoding: string;
  headerRow: 'auto' | number;
  dataRow?: number;
  map?: string[];
  profile: string;
  extra: 'keep' | 'ignore' | 'error';
  action: Action;
  onExisting: LoadRequest['onExisting'];
  onDuplicate: LoadRequest['onDuplicate'];
  blank: LoadRequest['blank'];
  active?: boolean;
  inactive?: boolean;
  owner?: string;
  missing: LoadRequest['missing'];
  missingLimit?: Limit;
  maxRejects?: Limit;
  acceptRejects?: boolean;
  decimal: 'auto' | '.' | ',';
  allowMangled?: boolean;
  /** Each as it was typed. */
  null?: string[];
  guards: 'strip' | 'keep';
  roundPrices?: boolean;
  rejects?: string;
  dryRun?: boolean;
  diff?: string;
  recordChanges?: boolean;
  skipLoaded?: boolean;
  detach?: boolean;
  /** Whether the command line, or the configuration file, names an option. */
  given: (name: string) => boolean;
  /** The same without what the configuration file says. */
  typed: (name: string) => boolean;
}

/** The options that decide what a file does to the catalogue; the other ones decide only what is shown. */
const decisive = [
  'format',
  'sheet',
  'delimiter',
  'quote',
  'escape',
  'ragged',
  'encoding',
  'headerRow',
  'dataRow',
  'map',
  'profile',
  'extra',
  'decimal',
  'allowMangled',
  'null',
  'guards',
  'roundPrices',
  'action',
  'onExisting',
  'onDuplicate',
  'blank',
  'inactive',
  'owner',
  'missing',
] as const satisfies readonly (keyof LoadOptions)[];

/**
 * What a job remembers of its options; of a profile of the user's own, which may be edited, what it
 * says as well.
 */
export function rememberedOptions(
  options: LoadOptions,
  profile: Profile | 'auto' | 'none',
): Record<string, unknown> {
  const named = Object.fromEntries(decisive.map((name) => [name, options[name] ?? null]));
  if (typeof profile === 'string' || builtInProfiles().includes(profile)) return named;
  const profileSha256 = createHash('sha256').update(JSON.stringify(profile)).digest('hex');
  return { ...named, profileSha256 };
}

/**
 * Refuses options that contradict one another, before anything is opened.
 * @throws UsageError
 */
export function checkOptions(file: string, options: LoadOptions): void {
  const readsOnce = canBeReadOnce(file);
  if (options.active && options.inactive) {
    throw new UsageError('--active and --inactive contradict each other: give one of them.');
  }
  if (readsOnce && options.skipLoaded) {
    throw new UsageError(`--skip-loaded needs a file: ${placeOf(file)} can be read only once.`);
  }
  if (readsOnce && options.missing !== 'keep' && !options.missingLimit) {
    throw new UsageError(
      `The end of ${placeOf(file)} can not be told from a broken pipe: give --missing-limit with --missing.`,
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

/** The policies that the options ask for. */
export function readRequest(asked: LoadOptions): LoadRequest {
  return {
    action: asked.action,
    onExisting: asked.onExisting,
    onDuplicate: asked.onDuplicate,
    blank: asked.blank,
    newActive: !asked.inactive,
    owner: asked.owner ?? null,
    missing: asked.missing,
    missingLimit: asked.missingLimit ?? { value: 20, percent: true },
    maxRejects: asked.maxRejects ?? null,
    acceptRejects: asked.acceptRejects ?? false,
    rejectsFile: asked.rejects ?? null,
    dryRun: asked.dryRun ?? false,
    recordChanges: asked.recordChanges ?? false,
    waitMs: waitMsOf(asked),
  };
}

/** Whether its cells are what stands between delimiters. */
export function isText({ format }: Source): boolean {
  return format === 'csv' || format === 'tsv';
}

/** Whether cells of this file may have a spreadsheet's guard that is to be taken off. */
export function stripsGuards(source: Source, { guards }: LoadOptions): boolean {
  return guards === 'strip' && isText(source);
}
