import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { UsageError, didYouMean } from '../errors.js';
import { otherSheet, tryFirstRows } from './look-ahead.js';
import { mayRejectLate } from './rejects.js';
import { missingUnsure } from './missing.js';
import {
  type LoadRequest,
  ineffectiveNotes,
  checkOptions,
  missingFlag,
  missingOf,
  refuseToReplaceBy,
  readRequest,
  isJson,
  rememberedOptions,
  type LoadOptions,
} from './request.js';
import { findProfile, builtInProfiles } from '../product/built-in-profiles.js';
import { countKnownHeaders } from '../product/header.js';
import {
  planReading,
  HeaderUnclear,
  type HeaderOptions,
  type ReadingPlan,
} from '../product/plan.js';
import type { Field } from '../product/product.js';
import type { Profile } from '../product/profile.js';
import { openSource } from '../source/open.js';
import type { Source } from '../source/source.js';
import { whyUndivided } from '../source/undivided.js';
import { StreamCopy } from '../source/temporary-file.js';
import { isReplaceable, prepareOutput, type OutputFile } from '../output/file.js';
import { configFileName } from '../environment.js';
import type { Database } from '../db/database.js';
import type { Progress } from '../terminal/progress/progress.js';

/** A file whose header is understood: all that can be wrong before the first row is right. */
export interface Prepared {
  source: Source;
  /** The same file once more, from the top. */
  reopen: () => Promise<Source>;
  plan: ReadingPlan;
  present: readonly Field[];
  request: LoadRequest;
  options: LoadOptions;
  /** What a job keeps of the options; the same for a load that would do the same. */
  remembered: Record<string, unknown>;
  rejectsFile: OutputFile | null;
  diffFile: OutputFile | null;
  /** Closes the file and takes away what was not finished. */
  close: () => Promise<void>;
}

/** A file that can't be loaded, as it has no column for the SKU, but can be looked at. */
export class Unloadable extends UsageError {
  readonly plan: ReadingPlan;

  /** @param source closed by now */
  constructor(
    readonly source: Source,
    cause: HeaderUnclear,
  ) {
    const undivided =
      source.dialect && source.delimiter === null ? whyUndivided(source.head) : null;
    const message = undivided ? `There is no column for the SKU. ${undivided}` : cause.message;
    super(`${source.name}: ${message}`, cause.code, { cause });
    this.plan = cause.plan;
  }
}

/**
 * @param signal ends the wait for whoever writes to a FIFO
 * @throws Unloadable, or another UsageError for whatever can't be done as asked; nothing has been started then
 */
export async function prepare(
  file: string,
  asked: LoadOptions,
  signal: AbortSignal,
): Promise<Prepared> {
  checkOptions(file, asked);
  const profile = await readProfile(asked.profile, asked.typed('profile'));
  const reading = withProfile(asked, profile);
  const files = prepareFiles(asked, file);
  const discard = () => [files.rejectsFile, files.diffFile].forEach((output) => output?.discard());
  try {
    const { source, copy, reopen } = await open(file, reading, signal);
    const closeSource = async () => {
      await source.close();
      copy.drop();
    };
    const close = async () => {
      await closeSource();
      discard();
    };
    try {
      const plan = await understand(source, reading, profile);
      const options = withProfile(reading, recognisedIn(plan));
      const trial = tryFirstRows({ source, plan, options });
      plan.notes.push(...ineffectiveNotes(source, asked), ...trial);
      const request = readRequest(options);
      const present = presentFields(plan, request);
      const rejectsLate = mayRejectLate({ present, hasAction: plan.hasAction }, request);
      if (!asked.rejects && (request.dryRun || !rejectsLate)) copy.drop();
      const remembered = rememberedOptions(reading, profile);
      return { source, reopen, ...files, plan, present, request, options, remembered, close };
    } catch (error) {
      await closeSource();
      throw error;
    }
  } catch (error) {
    discard();
    throw error;
  }
}

/** @throws UsageError where one of them can't be written; then none stays on the disk */
function prepareFiles(
  asked: LoadOptions,
  input: string,
): Pick<Prepared, 'rejectsFile' | 'diffFile'> {
  const { rejects, diff } = asked;
  if (rejects && diff && isReplaceable(rejects) && resolve(rejects) === resolve(diff)) {
    throw new UsageError(`--rejects and --diff both name ${diff}. Name two files.`, 'output');
  }
  const rejectsFile = rejects ? prepareOutput('--rejects', rejects, input) : null;
  try {
    return { rejectsFile, diffFile: diff ? prepareOutput('--diff', diff, input) : null };
  } catch (error) {
    rejectsFile?.discard();
    throw error;
  }
}

/** What the profile sets stands below what the command line says. */
function withProfile(asked: LoadOptions, profile: Profile | 'auto' | 'none'): LoadOptions {
  if (typeof profile === 'string') return asked;
  const given = Object.entries(profile.options).filter(([name]) => !asked.given(name));
  const options = { ...asked, ...Object.fromEntries(given) };
  refuseToReplaceBy(options);
  return options;
}

/** A profile that is known from the header can't say any more how the file is opened. */
function recognisedIn({ profile, recognisedBy }: ReadingPlan): Profile | 'none' {
  if (profile === null || recognisedBy === null) return 'none';
  return findProfile(profile) ?? 'none';
}

/** Opens the file; what can be read only once is copied, as it may have to be read again. */
async function open(file: string, options: LoadOptions, signal: AbortSignal) {
  const copy = new StreamCopy(options.rejects !== undefined);
  const { format, sheet = null, delimiter, quote, escape, encoding } = options;
  const recognise = countKnownHeaders;
  const asked = { format, sheet, delimiter, quote, escape, encoding, recognise, signal };
  const source = await openSource({ ...asked, file, copy }).catch((error: unknown) => {
    throw missingOf(options) !== 'keep' && isDamage(error) ? missingUnsure(error.message) : error;
  });
  const reopen = async () => {
    const path = copy.path ?? (source.bytesTotal === null ? null : file);
    if (path === null) throw new UsageError(`${source.name} can't be read twice.`, 'file_read');
    return openSource({
      ...asked,
      file: path,
      sheet: source.sheet,
      delimiter: source.delimiter ?? 'auto',
      encoding: source.encoding ?? 'auto',
    });
  };
  return { source, copy, reopen };
}

/** A workbook that is cut off can't even be opened, unlike a text of which the end is lacking. */
function isDamage(error: unknown): error is UsageError {
  return error instanceof UsageError && error.code === 'workbook_damaged';
}

/** The fields that rows can fill; `--owner` fills one that the file need not have. */
function presentFields({ present }: ReadingPlan, { owner }: LoadRequest): Field[] {
  return owner === null || present.includes('owner') ? present : [...present, 'owner'];
}

async function understand(
  source: Source,
  options: LoadOptions,
  profile: Profile | 'auto' | 'none',
): Promise<ReadingPlan> {
  const { headerRow, dataRow, map = [], extra, null: nullWords } = options;
  const { keys, sample, isSeenWhole } = source;
  const keyed = { keys, sample, isJson: isJson(source), isOpen: !isSeenWhole };
  const wanted = { headerRow, dataRow, map, profile, extra, nullWords, ...keyed };
  const plan = await withPlace(source, wanted);
  const missing = missingOf(options);
  if (missing !== 'keep' && plan.columns.some(({ field }) => field === 'owner')) {
    throw new UsageError(
      `${source.name}: a file with an owner column does not say whose products it covers; ${missingFlag(missing)} needs one without, and --owner.`,
      'missing_with_owner_column',
    );
  }
  return plan;
}

/**
 * Puts the file's name before what is wrong with its header, and names the sheet that has a better
 * one.
 */
async function withPlace(source: Source, wanted: HeaderOptions): Promise<ReadingPlan> {
  try {
    return planReading(source.head, wanted);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (error instanceof HeaderUnclear) {
      const isLacking = error.code === 'sku_column_missing' && wanted.sheet === undefined;
      const sheet = isLacking ? await otherSheet(source, wanted) : null;
      if (sheet !== null) return withPlace(source, { ...wanted, sheet });
      throw new Unloadable(source, error);
    }
    throw new UsageError(`${source.name}: ${error.message}`, error.code, { cause: error });
  }
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

/** What a load needs of whoever runs it. */
export interface LoadHost {
  argv: string[];
  globals: { database?: string };
  signal: AbortSignal;
  confirm(question: string, assumeYes: boolean): Promise<void>;
  note(sentence: string): void;
  warn(sentence: string): void;
  debug(sentence: string, facts: Record<string, unknown>): void;
  database(): Promise<Database>;
  progress(): Promise<Progress>;
}

/** A file that opens faster needs no word about it. */
const showWaitAfterMs = 1000;

/** Shows that something goes on where the file, or whoever writes it, lets one wait. */
export async function prepareShowingProgress(
  context: LoadHost,
  file: string,
  options: LoadOptions,
): Promise<Prepared> {
  const progress = await context.progress();
  const waiting = file === '-' ? 'Waiting for standard input' : `Opening ${file}`;
  const timer = setTimeout(() => progress.phase('waiting', waiting), showWaitAfterMs);
  try {
    return await prepare(file, options, context.signal);
  } finally {
    clearTimeout(timer);
  }
}
