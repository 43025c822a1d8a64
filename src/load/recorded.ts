import { RunError } from '../errors.js';
import type { Database } from '../db/database.js';
import { databaseFailure, isDatabaseFailure } from '../db/failure.js';
import type { Session } from '../db/session.js';
import { commit } from './commit.js';
import { emptyOutcome, failedOutcome } from './outcome.js';
import type { LoadRecord, Outcome } from './record.js';

/** How long a failed run tries to reach the server again, to say so. */
const reconnectForMs = 5000;

/** A run whose outcome is recorded in its own transaction. */
export interface RecordedRun {
  database: Database;
  record: LoadRecord;
  signal: AbortSignal;
  /** What else belongs into the transaction of a run that completes. */
  beforeCommit?: (transaction: Session, outcome: Outcome) => Promise<void>;
}

/**
 * Does `work` and writes its outcome in one transaction, which holds the job's lock from its begin:
 * after any death the catalogue is as before or as after, and the record says which.
 *
 * @param soFar the outcome as far as it is known when `work` fails
 * @throws what ended the run, once the record says so too
 */
export async function runRecorded(
  run: RecordedRun,
  work: (transaction: Session) => Promise<Outcome>,
  soFar: () => Promise<Outcome> | Outcome = emptyOutcome,
): Promise<Outcome> {
  const { record, signal } = run;
  const transaction = await run.database.session();
  try {
    await transaction.begin();
    const outcome = await transaction.heeding(signal, async () => {
      await record.hold(transaction);
      const outcome = await work(transaction);
      if (record.jobId !== null) await run.beforeCommit?.(transaction, outcome);
      return outcome;
    });
    signal.throwIfAborted();
    await commit(run, transaction, outcome);
    return outcome;
  } catch (error) {
    await transaction.rollback();
    const failure = databaseFailure(error, run.database.label);
    const known = await Promise.resolve(soFar()).catch(emptyOutcome);
    await recordEnd(run, transaction, failedOutcome(failure, known, signal));
    throw failure;
  } finally {
    await transaction.end();
  }
}

/**
 * Writes how a run failed, over a new connection where the old ones were lost. Where that can't be
 * done either, the job counts as crashed, as nobody holds its lock; why it failed matters more.
 */
async function recordEnd(run: RecordedRun, transaction: Session, outcome: Outcome): Promise<void> {
  const { database, record } = run;
  const writeAgain = async () => {
    const session = await database.sessionAgain(reconnectForMs);
    await session.query('job/end_holder', [record.jobId]);
    await record.end(outcome, session);
  };
  try {
    await (transaction.isBroken ? writeAgain() : record.end(outcome).catch(writeAgain));
  } catch (error) {
    if (!(error instanceof RunError) && !isDatabaseFailure(error)) throw error;
  }
}
