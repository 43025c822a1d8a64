import { createHash, createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db/database.js';
import { accountOf } from '../remote/credentials.js';
import type { KnownVersion, Version } from '../remote/location.js';
import { writeDiff } from './changes.js';
import type { Opened } from './load.js';
import { parserOf } from './look-ahead.js';
import type { Order } from './order.js';
import { prepareShowingProgress, Unloadable, type LoadHost, type Prepared } from './prepare.js';
import { storedJson, type JobStart, type RunRecord } from './record.js';
import type { LoadOptions } from './request.js';

/** What one load works with. */
export interface Work {
  context: LoadHost;
  database: Database;
  order: Order;
  /** Null for a URL that has not been opened yet. */
  prepared: Prepared | null;
}

/** Opens what is to be loaded, where that was not done before, and says what was decided about it. */
export class Opening {
  /** How many notes of the report have been shown. */
  shown = 0;

  constructor(
    private readonly work: Work,
    private readonly record: RunRecord,
    private readonly last: LastLoad | null,
  ) {}

  async open(): Promise<Opened | null> {
    const { context, database, order } = this.work;
    const digest = await digestOf(database, order);
    if (this.work.prepared === null) {
      const known = knownVersion(this.last, digest);
      this.work.prepared = await understand(context, order, known);
      if (this.work.prepared === null) return null;
      await this.record.describe(jobStart(this.work));
    }
    const opened = describe(this.work.prepared, digest);
    for (const note of opened.notes) context.note(note);
    this.shown = opened.notes.length;
    (await context.progress()).phase('reading');
    return opened;
  }
}

/** Opens what is to be loaded; null where it is the version that is known. */
export async function understand(
  context: LoadHost,
  order: Order,
  known: Version | null = null,
): Promise<Prepared | null> {
  const prepared = await prepareShowingProgress(context, order, known).catch((error: unknown) => {
    // The sheet or the encoding that was taken may be why there is no header.
    if (error instanceof Unloadable) error.source.notes.forEach((note) => context.note(note));
    throw error;
  });
  if (prepared) logProfile(context, order.asked, prepared);
  return prepared;
}

/** Says, for `--debug`, which options have their value from the profile. */
function logProfile(context: LoadHost, asked: LoadOptions, { options }: Prepared): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === asked[name as keyof LoadOptions]) continue;
    const from = `profile ${asked.profile}`;
    context.debug(`${name} = ${String(value)} (${from}, instead of the default)`, {
      setting: name,
      value,
      from,
    });
  }
}

/** What the load needs to know of the file and of what was asked. */
function describe(prepared: Prepared, digest: string | null): Opened {
  const { source, plan, present, request, outcomes, options, diffFile, isLocal } = prepared;
  return {
    input: {
      source,
      isLocal,
      parser: parserOf(prepared),
      present,
      hasAction: plan.hasAction,
      fields: plan.fields,
      lacking: plan.lacking,
      dataRow: plan.dataRowNumber,
      width: plan.keys === null ? plan.columns.length : 0,
    },
    request,
    outcomes,
    notes: [...new Set([...source.notes, ...plan.notes])],
    version: versionOf(prepared, digest),
    onChanges: diffFile ? (changes) => writeDiff(changes, diffFile, options.diff!) : undefined,
  };
}

/** What a job remembers of the load that it is, as far as it is known. */
export function jobStart({ context, order, prepared }: Work): JobStart {
  const toolVersion = context.version;
  const { location, remembered, asked } = order;
  const options = { ...remembered, recordChanges: asked.recordChanges ?? false };
  if (prepared === null) {
    const source = { name: location!.name, url: location!.shown };
    return { kind: 'load', source, header: null, options, bytesTotal: null, toolVersion };
  }
  return {
    kind: 'load',
    source: describeSource(prepared),
    header: prepared.plan.columns.map(({ header }) => header),
    options,
    bytesTotal: prepared.source.bytesTotal,
    toolVersion,
  };
}

/** What is known of the file before its first row. */
function describeSource({ source, plan, location }: Prepared): JobStart['source'] {
  const { name, bytesTotal: bytes, dialect } = source;
  const { format, encoding, delimiter, sheet, member } = source;
  const { quote = null, escape = null } = dialect ?? {};
  const marks = { delimiter, quote, escape: quote === null ? null : escape };
  const known = { format, bytes, encoding, ...marks, sheet, member, profile: plan.profile };
  return { name: basename(name), url: location?.shown ?? null, ...known };
}

/** What the catalogue was loaded from last, as `--skip-loaded` asks. */
export interface LastLoad {
  /** Of its bytes (hex). */
  sha256: string | null;
  version: KnownVersion | null;
}

/**
 * What was loaded last, where the same bytes loaded again in this way would change nothing: by a load
 * with the same options that completed, and nothing else in bulk has changed the catalogue since.
 * Null where there is no such load, and where nobody asks.
 */
export async function findLastLoad(
  database: Database,
  { asked, remembered }: Order,
): Promise<LastLoad | null> {
  if (!asked.skipLoaded || asked.dryRun) return null;
  const session = await database.main();
  const options = await storedJson(session, remembered);
  const [found = null] = await session.query<LastLoad>('job/find_loaded', [options]);
  return found;
}

/** The SHA-256 (hex) of a file where it is what was loaded last, else null. */
export async function hashIfLoaded(file: string, last: LastLoad | null): Promise<string | null> {
  if (last === null) return null;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const sha256 = hash.digest('hex');
  return sha256 === last.sha256 ? sha256 : null;
}

/**
 * By what a URL is known again: a digest of all of it, and of who asks. The key stays in the
 * database, so that nobody who reads a job can try out what was digested. Null for other sources,
 * and for a dry run, which keeps nothing.
 */
async function digestOf(database: Database, order: Order): Promise<string | null> {
  const { location, headers, asked } = order;
  if (!location || asked.dryRun) return null;
  const session = await database.main();
  const { key } = await session.one<{ key: string }>('job/source_key');
  return createHmac('sha256', key)
    .update(accountOf(location, headers, asked))
    .digest('hex');
}

/** The version of a URL that need not be fetched again; null where nobody knows one. */
function knownVersion(last: LastLoad | null, digest: string | null): Version | null {
  const known = last?.version;
  const isSame = known && known.digest === digest;
  return isSame && (known.etag ?? known.lastModified) !== null ? known : null;
}

/** What a job keeps of the version that it loads. */
function versionOf({ version }: Prepared, digest: string | null): KnownVersion | null {
  if (version === null || digest === null) return null;
  const { etag, lastModified } = version;
  return { digest, etag, lastModified };
}
