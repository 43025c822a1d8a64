import type { z as Z } from 'zod';
import { NotFoundError, UsageError } from '../errors.js';
import type { Session } from '../db/session.js';
import { rejectCodes } from '../product/reject.js';

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

/** How a job can stand; `crashed` is one that was running and that nobody holds any more. */
const jobStatuses = [
  'running',
  'completed',
  'completed_with_rejects',
  'skipped',
  'refused',
  'failed',
  'interrupted',
  'crashed',
] as const;

export type JobStatus = (typeof jobStatuses)[number];

const count = (z: typeof Z) => z.int().nonnegative();
const milliseconds = (z: typeof Z) => z.number().nonnegative();

const sourceSchema = (z: typeof Z) =>
  z.object({
    name: z.string().describe("The file's base name, or - for standard input"),
    format: z.enum(['csv', 'tsv', 'xlsx', 'xls']).nullable(),
    bytes: count(z).nullable().describe('Size as stored (compressed, if it is)'),
    sha256: z.string().nullable().describe('Of the bytes as stored, in hexadecimal'),
    encoding: z.string().nullable(),
    delimiter: z.string().nullable(),
    quote: z.string().nullable().describe('null where quotes are text, and for workbooks'),
    escape: z.enum(['"', '\\']).nullable(),
    sheet: z.string().nullable(),
    profile: z.string().nullable(),
  });

const rowsSchema = (z: typeof Z) =>
  z.object({ read: count(z), rejected: count(z), duplicates: count(z) });

const productsSchema = (z: typeof Z) =>
  z.object({
    inserted: count(z),
    updated: count(z),
    unchanged: count(z),
    skipped: count(z),
    deleted: count(z),
  });

const failedRowSchema = (z: typeof Z) =>
  z.object({
    rowNumber: z.int().positive().describe('The row that a spreadsheet shows; the header is 1'),
    line: z.int().positive().nullable().describe('The physical line; null for workbooks'),
    column: z.string().nullable().describe('The field, or the header where it is no field'),
    value: z.string().describe('What stood there, cut at 200 characters'),
    code: z.enum(rejectCodes),
    error: z.string(),
  });

/** The result of a job, as `load --json` and `report --json` print it. */
export const reportSchema = (z: typeof Z) =>
  z.object({
    schemaVersion: z.literal(1),
    jobId: z.string().nullable().describe('null for a dry run'),
    status: z.enum(jobStatuses),
    dryRun: z.boolean(),
    source: sourceSchema(z),
    rows: rowsSchema(z),
    products: productsSchema(z).nullable().describe('null where nothing was merged'),
    missing: z
      .object({ deactivated: count(z), deleted: count(z) })
      .describe('Stored products that the file did not name'),
    pricesRounded: count(z).describe('Prices that were rounded to four decimals'),
    successfulRows: count(z).describe('rows.read - rows.rejected; 0 unless the job completed'),
    failedRows: z.array(failedRowSchema(z)).describe('Every error of a row; cut at 1,000'),
    failedRowsTruncated: z.boolean(),
    rejectsFile: z.string().nullable(),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Why the job did not complete'),
    notes: z.array(z.string()).describe('What was decided or assumed about the file'),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable().describe('null while running, and after a crash'),
    durationMs: milliseconds(z).nullable(),
    phases: z.object({
      readMs: milliseconds(z).nullable(),
      mergeMs: milliseconds(z).nullable(),
      way: z
        .enum(['merge', 'insert', 'fill', 'copy'])
        .nullable()
        .describe(
          'How products were written: merged with those stored; inserted, as none was stored; filled in, with the indexes built behind them; or copied, the same without a stage. Null where nothing was written, and for jobs of older versions',
        ),
    }),
    rowsPerSecond: z.number().nonnegative().nullable(),
    peakMemoryBytes: count(z).nullable(),
  });

export type Report = Z.infer<ReturnType<typeof reportSchema>>;

/** How many jobs ended at least `ageMs` ago. */
export async function countJobs(session: Session, ageMs: number): Promise<number> {
  return (await session.one<{ jobs: number }>('job/count_old', [ageMs])).jobs;
}

/** Deletes those jobs and their rejects; gives how many jobs that were. */
export async function purgeJobs(session: Session, ageMs: number): Promise<number> {
  return (await session.one<{ jobs: number }>('job/purge', [ageMs])).jobs;
}

export interface SpeedSample {
  /** Milliseconds since the load began. */
  atMs: number;
  /** Rows read until then. */
  rows: number;
}

const maxSamples = 80;
const firstEveryMs = 50;

/**
 * How many rows were read when, in a list that stays short however long the run: whenever it is
 * full, every second sample goes, and from then on half as many are taken.
 */
export class SpeedRecord {
  private kept: SpeedSample[] = [];
  private everyMs = firstEveryMs;

  /** To be called as often as there is news. */
  note(sample: SpeedSample): void {
    if (sample.atMs - (this.kept.at(-1)?.atMs ?? 0) < this.everyMs) return;
    this.kept.push(sample);
    if (this.kept.length < maxSamples) return;
    this.kept = this.kept.filter((_, at) => at % 2 === 1);
    this.everyMs *= 2;
  }

  samples(): SpeedSample[] {
    return this.kept;
  }
}
