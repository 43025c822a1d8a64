import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../../db/database.js';
import { getJob } from '../../job/job.js';
import { JobRecord } from '../../job/record.js';
import { readReport } from '../../job/report.js';
import { emptyOutcome } from '../../load/outcome.js';
import type { Report } from '../../report/schema.js';
import { tellDetached } from './detach.js';
import { jobStart } from './job.js';
import type { Prepared } from './prepare.js';

/**
 * The SHA-256 (hex) of these bytes where they, with these options, are what the catalogue was loaded
 * from last, else null.
 * @param remembered what a job keeps of the options
 */
export async function hashIfLoaded(
  database: Database,
  file: string,
  remembered: Record<string, unknown>,
): Promise<string | null> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const session = await database.main();
  const sha256 = hash.digest('hex');
  const values = [sha256, remembered];
  const found = await session.one<{ is_loaded: boolean }>('job/is_loaded', values);
  return found.is_loaded ? sha256 : null;
}

/** Records that there was nothing to do. */
export async function skip(
  database: Database,
  prepared: Prepared,
  sha256: string,
  signal: AbortSignal,
): Promise<Report> {
  const record = await JobRecord.open(await database.main(), jobStart(prepared));
  const transaction = await database.session();
  await transaction.transaction(async () => {
    await record.hold(transaction);
    const none = { inserted: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
    const bytesRead = prepared.source.bytesTotal ?? 0;
    const outcome = { ...emptyOutcome(), status: 'skipped' as const, sha256, bytesRead };
    await record.complete(transaction, { ...outcome, products: none });
  }, signal);
  const session = await database.main();
  const report = await readReport(session, await getJob(session, record.jobId));
  tellDetached(report);
  return report;
}
