import { RunError, DatabaseError } from '../errors.js';
import type { Database } from '../db/database.js';
import {
  databaseFailure,
  isDatabaseFailure,
  isConnectionLost,
  isSqlState,
  lockNotAvailable,
} from '../db/failure.js';
import type { Session } from '../db/session.js';
import { emptyOutcome, failedOutcome, type LoadRecord, type Outcome } from './record.js';
import { noteCommit } from '../environment.js';

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

/** How long to try to reach the server again, and to wait there for the transaction's end. */
const askForMs = 30_000;
const endForMs = 3000;

/**
 * Ends the transaction with the job's outcome in it; a dry run is rolled back. When the answer to
 * COMMIT is lost, the job's own row tells whether it was done.
 * @throws DatabaseError when that can't be learnt either; it says how to find out
 */
async function commit(run: RecordedRun, transaction: Session, outcome: Outcome): Promise<void> {
  const { record } = run;
  if (record.jobId === null) {
    await transaction.rollback();
    return;
  }
  await record.complete(transaction, outcome);
  try {
    await transaction.commit();
  } catch (error) {
    // A COMMIT that the server answered with an error was rolled back: no doubt about it.
    if (!isConnectionLost(error)) throw error;
    if (!(await wasCommitted(run))) throw error;
  }
  // No signal can end what is committed as if it were rolled back. One that came before COMMIT was
  // on its way was seen by `throwIfAborted`; from there to this line nothing heeds any; and whatever
  // fails behind it, with a signal or without, is not told as an interruption any more.
  noteCommit(run.signal);
}

async function wasCommitted({ database, record }: RecordedRun): Promise<boolean> {
  try {
    const session = await database.sessionAgain(askForMs);
    // While the old connection's transaction lives, the outcome is open: its lock says so.
    if (!(await hasEnded(session, record.jobId))) {
      await session.query('job/end_holder', [record.jobId]);
      if (!(await hasEnded(session, record.jobId))) throw new Error('its transaction does not end');
    }
    const { completed } = await session.one<{ completed: boolean }>('job/is_completed', [
      record.jobId,
    ]);
    return completed;
  } catch (error) {
    throw new DatabaseError(
      `The connection was lost while committing job ${record.jobId}, and the database can't be asked: find out with \`prodimport status ${record.jobId}\` once it is back.`,
      'commit_unknown',
      { cause: error },
    );
  }
}

/** Whether the job's transaction is over, after a while at the latest. */
async function hasEnded(session: Session, jobId: string | null): Promise<boolean> {
  try {
    await session.transaction(async () => {
      await session.query('db/limit_wait', [`${endForMs}ms`]);
      await session.query('job/wait_for_end', [jobId]);
    });
    return true;
  } catch (error) {
    if (isSqlState(error, lockNotAvailable)) return false;
    throw error;
  }
}
