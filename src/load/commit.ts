import { isDatabaseFailure } from '../db/failure.js';
import type { Session } from '../db/session.js';
import { DatabaseError } from '../errors.js';
import type { Outcome } from './record.js';
import type { RecordedRun } from './recorded.js';

/**
 * Ends the transaction with the job's outcome in it; a dry run is rolled back. When the answer to
 * COMMIT is lost, the job's own row tells whether it was done.
 * @throws DatabaseError when that can't be learnt either; it says how to find out
 */
export async function commit(
  run: RecordedRun,
  transaction: Session,
  outcome: Outcome,
): Promise<void> {
  const { record } = run;
  if (record.jobId === null) {
    await transaction.rollback();
    return;
  }
  await run.beforeCommit?.(transaction, outcome);
  await record.complete(transaction, outcome);
  try {
    await transaction.client.query('commit');
  } catch (error) {
    if (!isDatabaseFailure(error) || isSqlError(error)) throw error;
    if (await wasCommitted(run)) return;
    throw error;
  }
}

/** A COMMIT that the server answered with an error was rolled back: no doubt about it. */
function isSqlError(error: { code?: string }): boolean {
  return /^[0-9A-Z]{5}$/.test(error.code ?? '') && !/^(08|57)/.test(error.code!);
}

async function wasCommitted({ database, record }: RecordedRun): Promise<boolean> {
  try {
    const session = await database.session();
    // While the old connection's transaction lives, the outcome is open: its lock says so.
    await session.query('job/wait_for_end', [record.jobId]);
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
