import { UsageError } from '../errors.js';
import { otherSheet, tryFirstRows } from './look-ahead.js';
import { withProfile, type Order } from './order.js';
import { mayRejectLate } from './rejects.js';
import { missingUnsure } from './missing.js';
import {
  type LoadRequest,
  ineffectiveNotes,
  missingFlag,
  missingOf,
  readRequest,
  isJson,
  type LoadOptions,
} from './request.js';
import type { FieldDefinition } from '../product/field.js';
import { findProfile, type Profile } from '../product/profile.js';
import { readFields } from './fields.js';
import { waitMsOf } from '../option.js';
import { countKnownHeaders, knownField } from '../product/header.js';
import {
  planReading,
  HeaderUnclear,
  type HeaderOptions,
  type ReadingPlan,
} from '../product/plan.js';
import type { Field } from '../product/product.js';
import { silenceMs, type Fetching, type Version } from '../remote/location.js';
import { openBytes } from '../remote/open.js';
import { openSource, readSource } from '../source/open.js';
import type { Source } from '../source/source.js';
import { whyUndivided } from '../source/text.js';
import { StreamCopy } from '../source/temporary-file.js';
import type { Environment } from '../environment.js';
import type { Database } from '../db/database.js';
import type { Progress } from '../terminal/progress/progress.js';

/** A file whose header is understood: all that can be wrong before the first row is right. */
export interface Prepared extends Order {
  source: Source;
  /** Whether it is a file on this machine, which comes as fast as it is read. */
  isLocal: boolean;
  /** As its host names it; null where nobody does. */
  version: Version | null;
  /** The same file once more, from the top. */
  reopen: () => Promise<Source>;
  plan: ReadingPlan;
  present: readonly Field[];
  request: LoadRequest;
  options: LoadOptions;
  /** Closes the file. */
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
 * Opens what is to be loaded, and reads its header.
 * @param known the version of a URL that is not wanted again; null is given where it is still that
 * @throws Unloadable, or another UsageError for what can't be read as asked · FailedError for a host
 *   that doesn't give it
 */
export async function prepare(
  order: Order,
  host: OpeningHost,
  known: Version | null = null,
): Promise<Prepared | null> {
  const { asked, reading, profile } = order;
  const opened = await open(order, host, known);
  if (opened === null) return null;
  const { source, copy, ...rest } = opened;
  const close = async () => {
    await source.close();
    copy.drop();
  };
  try {
    const plan = await understand(source, reading, { profile, readFields: host.fields });
    const options = withProfile(reading, recognisedIn(plan));
    const trial = tryFirstRows({ source, plan, options });
    plan.notes.push(...ineffectiveNotes(source, asked), ...trial);
    const request = readRequest(options);
    const present = presentFields(plan, request);
    const rejectsLate = mayRejectLate({ ...plan, present }, request);
    if (!asked.rejects && (request.dryRun || !rejectsLate)) copy.drop();
    return { ...order, ...rest, source, plan, present, request, options, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A profile that is known from the header can't say any more how the file is opened. */
function recognisedIn({ profile, recognisedBy }: ReadingPlan): Profile | 'none' {
  if (profile === null || recognisedBy === null) return 'none';
  return findProfile(profile) ?? 'none';
}

/** Opens the bytes; what can be read only once is copied, as it may have to be read again. */
async function open(order: Order, host: OpeningHost, version: Version | null) {
  const { file, location, reading: options } = order;
  const copy = new StreamCopy(options.rejects !== undefined);
  const bytes = await openBytes(file, location, fetchingOf(order, host, version, copy));
  if (bytes === null) return null;
  const { stored } = bytes;
  const missing = missingOf(options);
  if (bytes.endsUnsaid && missing !== 'keep' && !options.missingLimit) {
    await stored.close();
    throw endUnsaid(stored.place, missingFlag(missing));
  }
  const { format, sheet = null, member = null, delimiter, quote, escape, encoding } = options;
  const known = { recognise: countKnownHeaders, fieldOf: knownField };
  const asked = { format, sheet, member, delimiter, quote, escape, encoding, ...known };
  const source = await readSource(stored, asked).catch((error: unknown) => {
    copy.drop();
    throw missing !== 'keep' && isDamage(error) ? missingUnsure(error.message) : error;
  });
  source.notes.unshift(...bytes.notes);
  const reopen = async () => {
    const path = copy.path ?? stored.path;
    if (path === null) throw new UsageError(`${source.name} can't be read twice.`, 'file_read');
    return openSource({
      ...asked,
      file: path,
      withText: true,
      sheet: source.sheet,
      member: source.member,
      delimiter: source.delimiter ?? 'auto',
      encoding: source.encoding ?? 'auto',
    });
  };
  return { source, copy, reopen, version: bytes.version, isLocal: stored.path !== null };
}

/** How a URL is asked. */
function fetchingOf(
  { asked, headers }: Order,
  host: OpeningHost,
  known: Version | null,
  copy: StreamCopy,
): Fetching {
  const { signal, environment } = host;
  const note = (sentence: string) => host.note(sentence);
  const { endpointUrl, identity, knownHosts } = asked;
  const said = environment.exported.PRODIMPORT_S3_PATH_STYLE ?? '';
  const pathStyle = asked.pathStyle ?? /^(1|true|yes)$/i.test(said);
  const ssh = { identity, knownHosts };
  return { headers, endpointUrl, pathStyle, ...ssh, known, silenceMs, signal, copy, note };
}

function endUnsaid(place: string, flag: string): UsageError {
  return new UsageError(
    `${place}: the host says neither how long the file is nor where it ends, so a broken connection looks like its end: give --missing-limit with ${flag}.`,
    'end_unsaid',
  );
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
  { profile, readFields }: { profile: Profile | 'auto' | 'none'; readFields: ReadFields },
): Promise<ReadingPlan> {
  const { headerRow, dataRow, map = [], extra, null: nullWords } = options;
  const { keys, sample, isSeenWhole } = source;
  const keyed = { keys, sample, isJson: isJson(source), isOpen: !isSeenWhole };
  const wanted = { headerRow, dataRow, map, profile, extra, nullWords, ...keyed };
  // A file that can't be loaded whatever the fields are is refused without a database.
  const known = await withPlace(source, { ...wanted, fields: null });
  const fields = await readFields();
  const isSame = fields.length === 0 && extra !== 'error' && map.length === 0;
  const plan = isSame ? known : await withPlace(source, { ...wanted, fields });
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

/** What the opening of a source needs of whoever runs it. */
export interface OpeningHost {
  environment: Pick<Environment, 'exported'>;
  signal: AbortSignal;
  note(sentence: string): void;
  /** The fields of one's own; asked for where nothing else is wrong with the file. */
  fields: ReadFields;
}

type ReadFields = () => Promise<readonly FieldDefinition[]>;

/** What a load needs of whoever runs it. */
export interface LoadHost extends Omit<OpeningHost, 'fields'> {
  argv: string[];
  /** Of prodimport. */
  version: string;
  globals: { database?: string | undefined };
  confirm(question: string, assumeYes: boolean): Promise<void>;
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
  order: Order,
  known: Version | null = null,
): Promise<Prepared | null> {
  const progress = await context.progress();
  const { file, location } = order;
  const named = location?.shown ?? file;
  const waiting = file === '-' ? 'Waiting for standard input' : `Opening ${named}`;
  const timer = setTimeout(() => progress.phase('waiting', waiting), showWaitAfterMs);
  try {
    const { environment, signal } = context;
    const note = (sentence: string) => context.note(sentence);
    const fields = async () =>
      readFields(await (await context.database()).main(), waitMsOf(order.reading));
    return await prepare(order, { environment, signal, note, fields }, known);
  } finally {
    clearTimeout(timer);
  }
}
