import { NotFoundError, UsageError } from '../errors.js';
import type { Session } from '../db/session.js';
import type { SpeedSample } from './speed.js';
import type { JobStatus, Report } from '../report/schema.js';

/** What is known of a job's file; what is not known yet is missing. */
export type JobSource = Partial<Report['source']>;

/** How a job ended, as its row keeps it. */
export interface JobResult {
  duplicates: number;
  products: Report['products'];
  missing: Report['missing'];
  /** Jobs of early versions have none. */
  pricesRounded?: number;
  error: Report['error'];
  notes: string[];
  phases: Report['phases'];
  durationMs: number;
  peakMemoryBytes: number;
  rejectsFile: string | null;
  /** Of the job's own command; jobs of early versions have none. */
  exitCode?: number;
  /** Rows read over time; jobs of early versions have none. */
  speed?: SpeedSample[];
}

/** A run that was recorded. */
export interface Job {
  /** Null for a dry run, which leaves no job. */
  id: string | null;
  kind: 'load' | 'undo';
  status: JobStatus;
  phase: 'waiting' | 'reading' | 'merging' | 'done';
  rowsRead: number;
  rowsRejected: number;
  bytesRead: number;
  bytesTotal: number | null;
  source: JobSource;
  /** Of its file, where it has one. */
  header: string[] | null;
  options: Record<string, unknown>;
  result: JobResult | null;
  startedAt: Date;
  finishedAt: Date | null;
}

interface JobRow {
  id: string;
  kind: Job['kind'];
  status: JobStatus;
  phase: Job['phase'];
  rows_read: string;
  rows_rejected: string;
  bytes_read: string;
  bytes_total: string | null;
  source: JobSource;
  header: string[] | null;
  options: Record<string, unknown>;
  result: JobResult | null;
  started_at: Date;
  finished_at: Date | null;
  is_held: boolean;
}

/** The newest jobs first. */
export async function listJobs(session: Session, limit: number): Promise<Job[]> {
  return readJobs(session, null, limit);
}

/**
 * One job.
 * @param which its number, or `last`
 * @throws NotFoundError · UsageError for something that is neither
 */
export async function getJob(session: Session, which: string): Promise<Job> {
  if (which !== 'last' && !/^\d{1,18}$/.test(which)) {
    throw new UsageError(`"${which}" is no job: give its number, or \`last\`.`, 'job_invalid');
  }
  const [job] = await readJobs(session, which === 'last' ? null : which, 1);
  if (job) return job;
  throw new NotFoundError(
    which === 'last'
      ? 'There is no job yet: load a file first.'
      : `There is no job ${which}. \`prodimport status\` lists them.`,
    'job_not_found',
  );
}

async function readJobs(session: Session, id: string | null, limit: number): Promise<Job[]> {
  const rows = await session.query<JobRow>('job/list', [id, limit]);
  if (!rows.some(seemsDead)) return rows.map(toJob);
  // The lock may have been let go between the row and the look at the locks: look again, as the
  // outcome is visible before the lock is free.
  return (await session.query<JobRow>('job/list', [id, limit])).map(toJob);
}

function seemsDead(row: JobRow): boolean {
  return row.status === 'running' && !row.is_held;
}

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    status: seemsDead(row) ? 'crashed' : row.status,
    phase: row.phase,
    rowsRead: Number(row.rows_read),
    rowsRejected: Number(row.rows_rejected),
    bytesRead: Number(row.bytes_read),
    bytesTotal: row.bytes_total === null ? null : Number(row.bytes_total),
    source: row.source,
    header: row.header,
    options: row.options,
    result: row.result,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
