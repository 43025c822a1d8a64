import type { Session } from '../db/session.js';
import type { Reject } from '../product/reject.js';

/** What a run tells about itself while it goes on. */
export interface RunProgress {
  phase: 'waiting' | 'reading' | 'merging';
  rows: number;
  rejected: number;
  bytesRead: number;
}

/**
 * How products were written: by a merge with those that are stored; all inserted, as none is stored;
 * or the same with their indexes built behind them.
 */
export type Way = 'merge' | 'insert' | 'fill';

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
