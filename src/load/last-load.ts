import { createHash, createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db/database.js';
import { accountOf } from '../remote/credentials.js';
import type { KnownVersion, Version } from '../remote/location.js';
import type { Order } from './order.js';
import type { Prepared } from './prepare.js';
import { storedJson } from './record.js';

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
export async function digestOf(database: Database, order: Order): Promise<string | null> {
  const { location, headers, asked } = order;
  if (!location || asked.dryRun) return null;
  const session = await database.main();
  const { key } = await session.one<{ key: string }>('job/source_key');
  return createHmac('sha256', key)
    .update(accountOf(location, headers, asked))
    .digest('hex');
}

/** The version of a URL that need not be fetched again; null where nobody knows one. */
export function knownVersion(last: LastLoad | null, digest: string | null): Version | null {
  const known = last?.version;
  const isSame = known && known.digest === digest;
  return isSame && (known.etag ?? known.lastModified) !== null ? known : null;
}

/** What a job keeps of the version that it loads. */
export function versionOf({ version }: Prepared, digest: string | null): KnownVersion | null {
  if (version === null || digest === null) return null;
  const { etag, lastModified } = version;
  return { digest, etag, lastModified };
}
