import type { Database } from '../db/database.js';
import type { Session } from '../db/session.js';
import { commit } from './commit.js';
import { emptyOutcome, failedOutcome } from './outcome.js';
import type { LoadRecord, Outcome } from './record.js';

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
  const stopCancelling = await cancelOnAbort(transaction, run);
  try {
    await transaction.client.query('begin');
    await record.hold(transaction);
    const outcome = await work(transaction);
    signal.throwIfAborted();
    await commit(run, transaction, outcome);
    return outcome;
  } catch (error) {
    await transaction.rollback();
    await record.end(failedOutcome(error, await soFar(), signal));
    throw error;
  } finally {
    stopCancelling();
    await transaction.end();
  }
}

/** Lets a signal end a statement that is running; what reads the file listens for itself. */
async function cancelOnAbort(transaction: Session, run: RecordedRun): Promise<() => void> {
  const { pid } = await transaction.one<{ pid: number }>('db/backend_pid');
  const cancel = () => {
    const ask = async () => (await run.database.main()).query('db/cancel', [pid]);
    void ask().catch(() => undefined);
  };
  run.signal.addEventListener('abort', cancel, { once: true });
  return () => run.signal.removeEventListener('abort', cancel);
}
