import { overtaken, suppressed } from '../db/failure.js';
import { lockProducts } from '../db/lock.js';
import { requireOperator } from '../db/rights.js';
import type { Session } from '../db/session.js';
import { RefusedError, shellWord, UsageError } from '../errors.js';
import type { Recorded } from './changes.js';
import { commitRun, type Run } from './commit.js';
import { newResult, type Job, type RunResult } from './job.js';

/** Which job to undo, and how. */
export interface UndoRun extends Run {
  undoOf: string;
  waitMs: number;
}

const conflictsNamed = 5;

/**
 * How many changes a job recorded.
 * @throws UsageError where it recorded none
 */
export async function countRecorded(session: Session, jobId: string): Promise<Recorded> {
  const recorded = await session.one<Recorded>('load/count_recorded', [jobId]);
  if (recorded.changes > 0) return recorded;
  throw new UsageError(
    `Job ${jobId} has no recorded changes: it changed nothing, it was loaded without --record-changes, or they were purged. Only what is loaded with --record-changes can be listed or undone.`,
    'no_changes',
  );
}

/** @throws DatabaseError where another role ran the job, and only an operator may undo it */
export async function refuseOfOthers(
  session: Session,
  { id, databaseRole }: Pick<Job, 'id' | 'databaseRole'>,
): Promise<void> {
  const what = `undo job ${id}, which ${databaseRole ?? 'an earlier version'} loaded`;
  await requireOperator(session, what, databaseRole);
}

/**
 * Puts back what a job changed: all of it, or nothing. A job of its own, which is refused when a
 * field that the other one wrote has changed since.
 */
export async function undo(run: UndoRun): Promise<RunResult> {
  return commitRun(run, async (transaction) => {
    const startedAt = performance.now();
    await lockProducts(transaction, run.waitMs);
    await refuseConflicts(transaction, run.undoOf);
    const recorded = await countRecorded(transaction, run.undoOf);
    const { inserted: deleted, deleted: inserted, updated, changes: read } = recorded;
    await putBack(transaction, run, { deleted, updated, inserted });
    return {
      ...newResult(),
      status: 'completed',
      exitCode: 0,
      rows: { read, rejected: 0, duplicates: 0 },
      products: { inserted, updated, deleted, unchanged: 0, skipped: 0 },
      phases: { ...newResult().phases, mergeMs: Math.round(performance.now() - startedAt) },
    };
  });
}

/** @throws FailedError where a trigger, or another session, kept a product from being put back */
async function putBack(
  transaction: Session,
  { undoOf, record }: UndoRun,
  wanted: { deleted: number; updated: number; inserted: number },
): Promise<void> {
  const jobs = [undoOf, record.jobId];
  const deleted = await transaction.execute('load/undo_inserts', [undoOf]);
  const updated = await transaction.execute('load/undo_updates', jobs);
  const inserted = await transaction.execute('load/undo_deletes', jobs);
  if (deleted === wanted.deleted && updated === wanted.updated && inserted === wanted.inserted)
    return;
  const [left] = await transaction.query<{ sku: string; is_gone: boolean }>(
    'load/list_not_undone',
    jobs,
  );
  throw left && !left.is_gone ? suppressed(`SKU ${left.sku}`) : overtaken();
}

async function refuseConflicts(transaction: Session, jobId: string): Promise<void> {
  const conflicts = await transaction.query<{ sku: string }>('load/list_undo_conflicts', [
    jobId,
    conflictsNamed + 1,
  ]);
  if (conflicts.length === 0) return;
  const named = conflicts.slice(0, conflictsNamed).map(({ sku }) => sku);
  const more = conflicts.length > conflictsNamed ? ' and more' : '';
  throw new RefusedError(
    `Job ${jobId} can't be undone: others have changed ${named.join(', ')}${more} since. Nothing was put back. \`prodimport changes ${jobId}\` shows what the job wrote, \`prodimport product history ${shellWord(named[0]!)}\` who came after it.`,
    'undo_conflict',
  );
}
