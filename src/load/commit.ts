import { redact, RefusedError, RunError, DatabaseError } from '../errors.js';
import type { Database } from '../db/database.js';
import {
  databaseFailure,
  isDatabaseFailure,
  isConnectionLost,
  isSqlState,
  lockNotAvailable,
} from '../db/failure.js';
import type { Session } from '../db/session.js';
import { noteCommit } from '../environment.js';
import { newResult, type RunResult } from './job.js';
import type { RunRecord } from './record.js';

/** How long a failed run tries to reach the server again, to say so. */
const reconnectForMs = 5000;

/** A run that is committed together with its result. */
export interface Run {
  database: Database;
  record: RunRecord;
  signal: AbortSignal;
  /** Called once others see the job. */
  onHeld?: () => void;
  /** What else belongs into the transaction of a run that completes. */
  beforeCommit?: (transaction: Session, result: RunResult) => Promise<void>;
  /** What else is written with the result of a run that was rolled back. */
  onEnd?: (transaction: Session, result: RunResult) => Promise<void>;
}

/**
 * Does `work` and commits it together with its result, in one transaction, which holds the job's lock
 * from its begin: after any death the catalogue is as before or as after, and the record says which.
 *
 * @param soFar the result as far as it is known when `work` fails
 * @returns the result, which says so where the run was refused; nothing is committed then
 * @throws what made the run fail, once the record says so too
 */
export async function commitRun(
  run: Run,
  work: (transaction: Session) => Promise<RunResult>,
  soFar: () => Promise<RunResult> | RunResult = newResult,
): Promise<RunResult> {
  const { record, signal } = run;
  const transaction = await run.database.session();
  try {
    await transaction.begin();
    const result = await transaction.heeding(signal, async () => {
      await record.hold(transaction);
      if (record.jobId !== null) run.onHeld?.();
      const result = await work(transaction);
      if (record.jobId !== null) await run.beforeCommit?.(transaction, result);
      return result;
    });
    signal.throwIfAborted();
    return await commit(run, transaction, record.measured(result));
  } catch (error) {
    await transaction.rollback();
    const failure = databaseFailure(error, run.database.label);
    const known = await Promise.resolve(soFar()).catch(newResult);
    const ended = record.measured(failedResult(failure, known, signal));
    await recordEnd(run, transaction, ended);
    if (ended.status === 'refused') return ended;
    throw failure;
  } finally {
    await transaction.end();
  }
}

/** Why a run was refused; null where it was not. */
export function refusalOf({ status, error }: RunResult): RefusedError | null {
  return status === 'refused' && error ? new RefusedError(error.message, error.code) : null;
}

/** The result of a run that was rolled back. */
function failedResult(error: unknown, result: RunResult, signal: AbortSignal): RunResult {
  const rolledBack = { ...result, products: null, missing: newResult().missing, rejectsFile: null };
  if (signal.aborted) {
    const message = 'Stopped by a signal; products are unchanged.';
    const exitCode = signal.reason instanceof RunError ? signal.reason.exitCode : 1;
    const error = { code: 'interrupted', message };
    return { ...rolledBack, outcomesFile: null, status: 'interrupted', error, exitCode };
  }
  const message = redact(error instanceof Error ? error.message : String(error));
  const { code, exitCode } = error instanceof RunError ? error : { code: 'internal', exitCode: 1 };
  const ended = { ...rolledBack, error: { code, message }, exitCode };
  if (!(error instanceof RefusedError)) return { ...ended, status: 'failed' };
  // The file of rejected rows is written all the same: it may say what to repair.
  return { ...ended, status: 'refused', rejectsFile: result.rejectsFile };
}

/**
 * Writes how a run failed, over a new connection where the old ones were lost. Where that can't be
 * done either, the job counts as crashed, as nobody holds its lock; why it failed matters more.
 */
async function recordEnd(run: Run, transaction: Session, result: RunResult): Promise<void> {
  const { database, record } = run;
  const write = (session?: Session) => record.endAlone(result, run.onEnd, session);
  const writeAgain = async () => {
    const session = await database.sessionAgain(reconnectForMs);
    await session.query('job/end_holder', [record.jobId]);
    await write(session);
  };
  try {
    await (transaction.isBroken ? writeAgain() : write().catch(writeAgain));
  } catch (error) {
    if (!(error instanceof RunError) && !isDatabaseFailure(error)) throw error;
  }
}

/** How long to try to reach the server again, and to wait there for the transaction's end. */
const askForMs = 30_000;
const endForMs = 3000;

/**
 * Ends the transaction with the job's result in it; a dry run is rolled back. When the answer to
 * COMMIT is lost, the job's own row says whether it was done.
 * @throws DatabaseError when that can't be learnt either; it says how to find out
 */
async function commit(run: Run, transaction: Session, result: RunResult): Promise<RunResult> {
  const { record } = run;
  if (record.jobId === null) {
    await transaction.rollback();
    return result;
  }
  record.step('committing');
  const since = performance.now();
  await record.end(result, transaction);
  try {
    await transaction.commit();
  } catch (error) {
    // A COMMIT that the server answered with an error was rolled back: no doubt about it.
    if (!isConnectionLost(error)) throw error;
    if (!(await wasCommitted(run))) throw error;
  }
  // No signal can end what is committed as if it were rolled back. `throwIfAborted` saw one that came
  // before COMMIT was on its way; no statement from there to this line heeds one. From now on a signal
  // comes too late, and what fails later is never reported as an interruption.
  noteCommit(run.signal);
  const committingMs = Math.round(performance.now() - since);
  await record.committed(committingMs);
  return { ...result, phases: { ...result.phases, committingMs } };
}

async function wasCommitted({ database, record }: Run): Promise<boolean> {
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
