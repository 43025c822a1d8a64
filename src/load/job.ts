import type { z as Z } from 'zod';
import { NotFoundError, UsageError } from '../errors.js';
import type { Session } from '../db/session.js';
import type { KnownVersion } from '../remote/location.js';
import { rejectCodes } from '../product/reject.js';
import { sourceFormats } from '../source/source.js';
import type { Phase, Step } from '../terminal/progress/progress.js';

/**
 * What came of a run: the load makes it, the job's row keeps it, the report shows it. Of a run that
 * goes on it says how far it has come.
 */
export interface RunResult extends Pick<
  Report,
  | 'status'
  | 'rows'
  | 'products'
  | 'missing'
  | 'pricesRounded'
  | 'rejectsFile'
  | 'outcomesFile'
  | 'error'
  | 'notes'
  | 'durationMs'
  | 'phases'
  | 'peakMemoryBytes'
> {
  /** How many of the rejected rows only the database could reject. */
  rejectedLate: number;
  bytesRead: number;
  /** Of the file; null until it has been read to its end. */
  sha256: string | null;
  /** By what a later load knows the version of a URL again; null for other sources. */
  version: KnownVersion | null;
  /** Of the run's own command; null where nobody knows it. */
  exitCode: number | null;
  /** How many rows were read when. */
  speed: SpeedSample[];
}

export interface SpeedSample {
  /** Milliseconds since the load began. */
  atMs: number;
  /** Rows read until then. */
  rows: number;
}

/** How products were written; null where nothing was. */
export type Way = Report['phases']['way'];

/** The result of a run that has not done anything yet. */
export function newResult(): RunResult {
  return {
    status: 'running',
    rows: { read: 0, rejected: 0, duplicates: 0 },
    rejectedLate: 0,
    products: null,
    missing: { deactivated: 0, deleted: 0 },
    pricesRounded: 0,
    rejectsFile: null,
    outcomesFile: null,
    error: null,
    exitCode: null,
    notes: [],
    durationMs: null,
    phases: {
      readMs: null,
      mergeMs: null,
      comparingMs: null,
      writingMs: null,
      indexingMs: null,
      committingMs: null,
      way: null,
    },
    peakMemoryBytes: null,
    bytesRead: 0,
    sha256: null,
    version: null,
    speed: [],
  };
}

/** What products had done to them in a run that changed none. */
export const noProducts = { inserted: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };

export const jobKinds = ['load', 'undo'] as const;

/** A run, as its row in `jobs` keeps it. */
export interface Job {
  /** Null for a dry run, which leaves no row. */
  id: string | null;
  kind: (typeof jobKinds)[number];
  phase: Phase;
  /** Of its merge, while that goes on. */
  step: Step | null;
  /** Since when, and how long it took the loads before; null where nobody knows. */
  stepSince?: Date | null;
  stepMs?: number | null;
  /** What is known of its file; what is not known yet is missing. */
  source: Partial<Report['source']>;
  bytesTotal: number | null;
  /** Of its file, where it has one. */
  header: string[] | null;
  options: Record<string, unknown>;
  /** Who ran it, such as `ops@shop-1`; null for jobs of older versions, as the next two. */
  by: string | null;
  databaseRole: string | null;
  /** Of prodimport. */
  toolVersion: string | null;
  result: RunResult;
  startedAt: Date;
  finishedAt: Date | null;
}

type JobRow = Job & { is_held: boolean };

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

function seemsDead({ result, is_held }: JobRow): boolean {
  return result.status === 'running' && !is_held;
}

/** The database keeps the keys of a document in an order of its own: each gets its place again. */
function toJob({ is_held, ...job }: JobRow): Job {
  const none = newResult();
  const { rows, missing, phases, products } = job.result;
  const result: RunResult = {
    ...none,
    ...job.result,
    rows: { ...none.rows, ...rows },
    missing: { ...none.missing, ...missing },
    phases: { ...none.phases, ...phases },
    products: products && { ...noProducts, ...products },
  };
  if (result.status === 'running' && !is_held) result.status = 'crashed';
  return { ...job, result };
}

/** How a job can stand; `crashed` is one that was running and that nobody holds any more. */
export const jobStatuses = [
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

/** Whether it did what it was to do. */
export function isCompleted(status: JobStatus): boolean {
  return status === 'completed' || status === 'completed_with_rejects';
}

/** Who ran a job, and how. */
export const whoSchema = (z: typeof Z) => ({
  by: z.string().nullable().describe('user@host; null for jobs of older versions'),
  databaseRole: z.string().nullable().describe('The role that it was for the database'),
  version: z.string().nullable().describe('Of prodimport'),
  options: z.record(z.string(), z.unknown()).describe('Those that decide what a load does'),
});

export function whoOf({ by, databaseRole, toolVersion, options }: Job) {
  return { by, databaseRole, version: toolVersion, options };
}

const count = (z: typeof Z) => z.int().nonnegative();
const milliseconds = (z: typeof Z) => z.number().nonnegative();

const sourceSchema = (z: typeof Z) =>
  z.object({
    name: z.string().describe("The file's base name, or - for standard input"),
    url: z.string().nullable().describe('Without credentials, values of its query as …'),
    format: z.enum(sourceFormats).nullable(),
    bytes: count(z).nullable().describe('Size as stored (compressed, if it is)'),
    sha256: z.string().nullable().describe('Of the bytes as stored, in hexadecimal'),
    encoding: z.string().nullable(),
    delimiter: z.string().nullable(),
    quote: z.string().nullable().describe('null where quotes are text, and for workbooks'),
    escape: z.enum(['"', '\\']).nullable(),
    sheet: z.string().nullable().describe('or the table, the element, the key'),
    member: z.string().nullable().describe('Which file of a zip archive'),
    profile: z.string().nullable(),
  });

const rowsSchema = (z: typeof Z) =>
  z.object({ read: count(z), rejected: count(z), duplicates: count(z) });

export const missingSchema = (z: typeof Z) =>
  z
    .object({ deactivated: count(z), deleted: count(z) })
    .describe('Stored products that the file did not name');

export const productsSchema = (z: typeof Z) =>
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

const phasesSchema = (z: typeof Z) =>
  z.object({
    readMs: milliseconds(z).nullable(),
    mergeMs: milliseconds(z).nullable(),
    comparingMs: milliseconds(z).nullable().describe('Of the merge, as the next two'),
    writingMs: milliseconds(z).nullable(),
    indexingMs: milliseconds(z).nullable(),
    committingMs: milliseconds(z).nullable().describe('Behind the merge'),
    way: z
      .enum(['merge', 'insert', 'fill', 'copy'])
      .nullable()
      .describe(
        'How products were written: merged with those stored; inserted, as none was stored; filled in, with the indexes built afterwards; or copied, the same without a stage. Null where nothing was written, and for jobs of older versions',
      ),
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
    missing: missingSchema(z),
    pricesRounded: count(z).describe('Prices that were rounded to four decimals'),
    successfulRows: count(z).describe('rows.read - rows.rejected; 0 unless the job completed'),
    failedRows: z.array(failedRowSchema(z)).describe('Every error of a row; cut at 1,000'),
    failedRowsTruncated: z.boolean(),
    rejectsFile: z.string().nullable(),
    outcomesFile: z.string().nullable(),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Why the job did not complete'),
    notes: z.array(z.string()).describe('What was decided or assumed about the file'),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable().describe('null while running, and after a crash'),
    durationMs: milliseconds(z).nullable(),
    phases: phasesSchema(z),
    rowsPerSecond: z.number().nonnegative().nullable(),
    peakMemoryBytes: count(z).nullable(),
    ...whoSchema(z),
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
