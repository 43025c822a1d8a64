import type { Session } from '../db/session.js';
import type { Reject } from '../product/reject.js';
import { databaseFailure } from '../db/failure.js';
import { redact, RefusedError, RunError, FailedError } from '../errors.js';

/** What a run tells about itself while it goes on. */
export interface RunProgress {
  phase: 'waiting' | 'reading' | 'merging';
  rows: number;
  rejected: number;
  bytesRead: number;
}

/**
 * How products were written: by a merge with those that are stored; all inserted, as none is stored;
 * the same with their indexes built behind them; or copied there from the file, without a stage.
 */
export type Way = 'merge' | 'insert' | 'fill' | 'copy';

/** How the load ended, as far as the load itself knows it. */
export interface Outcome {
  status: 'completed' | 'completed_with_rejects' | 'skipped' | 'refused' | 'failed' | 'interrupted';
  rows: { read: number; rejected: number; duplicates: number };
  /** How many of the rejected rows only the database could reject. */
  rejectedLate: number;
  /** Null where nothing was merged. */
  products: {
    inserted: number;
    updated: number;
    unchanged: number;
    skipped: number;
    deleted: number;
  } | null;
  missing: { deactivated: number; deleted: number };
  /** Prices of products that were rounded to four decimals. */
  pricesRounded: number;
  error: { code: string; message: string } | null;
  /** That the command of a run that failed ends with; null of one that did not. */
  exitCode: number | null;
  phases: { readMs: number | null; mergeMs: number | null; way: Way | null };
  bytesRead: number;
  sha256: string | null;
  notes: string[];
}

/**
 * Where a load writes down what happens to it. Rejects and progress are written beside the load's
 * transaction and outlive its rollback; the outcome of a load that completes, inside it.
 */
export interface LoadRecord {
  /** Null for a dry run, which is not a job. */
  readonly jobId: string | null;
  /** Makes the transaction hold the lock by which others see that the job is alive. */
  hold(transaction: Session): Promise<void>;
  addRejects(rejects: Reject[]): Promise<void>;
  /** Notes progress now and then, and every phase; cheap enough for every batch. */
  progress(progress: RunProgress): void;
  /** Waits until everything so far is written; no progress is written behind it. */
  settle(): Promise<void>;
  /** Writes the outcome inside the load's own transaction. */
  complete(transaction: Session, outcome: Outcome): Promise<void>;
  /**
   * Writes the outcome of a load that was rolled back.
   * @param through another connection, where the record's own was lost
   */
  end(outcome: Outcome, through?: Session): Promise<void>;
}

/** Of a run that has not done anything yet. */
export function emptyOutcome(): Outcome {
  return {
    status: 'failed',
    rows: { read: 0, rejected: 0, duplicates: 0 },
    rejectedLate: 0,
    products: null,
    missing: { deactivated: 0, deleted: 0 },
    pricesRounded: 0,
    error: null,
    exitCode: null,
    phases: { readMs: null, mergeMs: null, way: null },
    bytesRead: 0,
    sha256: null,
    notes: [],
  };
}

/** What the record says of a run that was rolled back. */
export function failedOutcome(error: unknown, outcome: Outcome, signal: AbortSignal): Outcome {
  const rolledBack = { ...outcome, products: null, missing: emptyOutcome().missing };
  if (signal.aborted) {
    const message = 'Stopped by a signal; products are unchanged.';
    const exitCode = signal.reason instanceof RunError ? signal.reason.exitCode : 1;
    const error = { code: 'interrupted', message };
    return { ...rolledBack, status: 'interrupted', error, exitCode };
  }
  const known = databaseFailure(error, 'The database');
  const message = redact(known instanceof Error ? known.message : String(known));
  const { code, exitCode } = known instanceof RunError ? known : { code: 'internal', exitCode: 1 };
  const status = known instanceof RefusedError ? 'refused' : 'failed';
  return { ...rolledBack, status, error: { code, message }, exitCode };
}

/**
 * Holds the counts against the law that every row that was read went exactly one way. Numbers come
 * from the database, so this would find a row that got lost on the way.
 * @throws FailedError `counts_unbalanced`; the transaction is then rolled back
 */
export function checkBalance({ rows, products }: Outcome): void {
  const { inserted, updated, unchanged, skipped, deleted } = products!;
  const ways = { ...rows, inserted, updated, unchanged, skipped, deleted, read: 0 };
  const sum = Object.values(ways).reduce((total, count) => total + count, 0);
  if (sum === rows.read && Object.values(ways).every((count) => count >= 0)) return;
  throw new FailedError(
    `The counts do not add up to the ${rows.read} rows read: ${JSON.stringify(ways)}. This is a fault of prodimport; products are unchanged.`,
    'counts_unbalanced',
  );
}
