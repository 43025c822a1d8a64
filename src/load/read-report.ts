import { basename } from 'node:path';
import type { Session } from '../db/session.js';
import type { Reject, RejectCode, RejectGroup } from '../product/reject.js';
import { type Report, type Job, getJob } from './job.js';
import type { Database } from '../db/database.js';
import { jobResult, type JobStart } from './job-record.js';
import type { Outcome } from './record.js';
import type { ReadingPlan } from '../product/plan.js';
import type { Source } from '../source/source.js';
import type { Prepared } from './prepare.js';

/** How many failed rows a report carries at most; the database keeps all of them. */
const failedRowsLimit = 1000;
const pageRows = 1000;

interface RejectRow {
  row_number: string;
  ordinal: number;
  line: string | null;
  column_name: string | null;
  value: string;
  code: RejectCode;
  error: string;
  cells: string[] | null;
}

/** The report of a job, with its first rejects. */
export async function readReport(session: Session, job: Job): Promise<Report> {
  const failedRows: Reject[] = [];
  let truncated = false;
  for await (const reject of listRejects(session, job.id)) {
    truncated = failedRows.length === failedRowsLimit;
    if (truncated) break;
    const { cells: _, ...failedRow } = reject;
    failedRows.push(failedRow);
  }
  return toReport(job, failedRows, truncated);
}

/**
 * Every reject of a job, in the order of rows; read in pages, so that millions need no memory.
 * @param jobId null for the dry run that goes on in this session
 */
export async function* listRejects(session: Session, jobId: string | null): AsyncGenerator<Reject> {
  let after: [string, number] = ['0', 0];
  for (;;) {
    const rows = await session.query<RejectRow>('job/list_rejects', [jobId, ...after, pageRows]);
    for (const row of rows) yield toReject(row);
    const last = rows.at(-1);
    if (!last || rows.length < pageRows) return;
    after = [last.row_number, last.ordinal];
  }
}

interface GroupRow {
  code: RejectCode;
  column_name: string | null;
  rows: number;
  first_rows: string[];
  value: string;
  error: string;
}

/**
 * All rejects of a job by their kinds, with one example of each.
 * @param jobId null for the dry run that goes on in this session
 */
export async function readRejectGroups(
  session: Session,
  jobId: string | null,
): Promise<RejectGroup[]> {
  const groups = await session.query<GroupRow>('job/group_rejects', [jobId]);
  return groups.map(({ code, column_name: column, rows, first_rows, value, error }) => {
    const firstRows = first_rows.map(Number);
    return {
      code,
      column,
      rows,
      firstRows,
      examples: [{ rowNumber: firstRows[0]!, value, error }],
    };
  });
}

function toReject(row: RejectRow): Reject {
  return {
    rowNumber: Number(row.row_number),
    line: row.line === null ? null : Number(row.line),
    column: row.column_name,
    value: row.value,
    code: row.code,
    error: row.error,
    ...(row.cells ? { cells: row.cells } : {}),
  };
}

function toReport(job: Job, failedRows: Reject[], failedRowsTruncated: boolean): Report {
  const { result, rowsRead, rowsRejected } = job;
  const durationMs = result?.durationMs ?? null;
  return {
    schemaVersion: 1,
    jobId: job.id,
    status: job.status,
    dryRun: job.id === null,
    source: { ...unknownSource, ...job.source },
    rows: { read: rowsRead, rejected: rowsRejected, duplicates: result?.duplicates ?? 0 },
    products: result?.products ? inOrder(result.products) : null,
    missing: {
      deactivated: result?.missing.deactivated ?? 0,
      deleted: result?.missing.deleted ?? 0,
    },
    pricesRounded: result?.pricesRounded ?? 0,
    successfulRows: isDone(job) ? rowsRead - rowsRejected : 0,
    failedRows,
    failedRowsTruncated,
    rejectsFile: result?.rejectsFile ?? null,
    error: result?.error ?? null,
    notes: result?.notes ?? [],
    startedAt: job.startedAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
    durationMs,
    phases: { readMs: null, mergeMs: null, way: null, ...result?.phases },
    rowsPerSecond: durationMs ? Math.round((rowsRead / durationMs) * 1000) : null,
    peakMemoryBytes: result?.peakMemoryBytes ?? null,
  };
}

/** Whether it committed what it read; a dry run only did not mean to. */
function isDone({ status }: Job): boolean {
  return status === 'completed' || status === 'completed_with_rejects';
}

/** The database keeps the keys of a document in an order of its own. */
function inOrder(products: NonNullable<Report['products']>): NonNullable<Report['products']> {
  const { inserted, updated, unchanged, skipped, deleted } = products;
  return { inserted, updated, unchanged, skipped, deleted };
}

const unknownSource: Report['source'] = {
  name: '-',
  format: null,
  bytes: null,
  sha256: null,
  encoding: null,
  delimiter: null,
  quote: null,
  escape: null,
  sheet: null,
  profile: null,
};

/** What a job remembers of the load that it is. */
export function jobStart({ source, plan, options, request, remembered }: Prepared): JobStart {
  return {
    kind: 'load',
    source: describeSource(source, plan),
    header: plan.columns.map(({ header }) => header),
    options: { ...remembered, recordChanges: request.recordChanges },
    bytesTotal: source.bytesTotal,
    rejectsFile: options.rejects ?? null,
    acceptRejects: options.acceptRejects ?? false,
  };
}

/** What is known of the file before its first row. */
export function describeSource(source: Source, plan: ReadingPlan): Job['source'] {
  const { name, format, bytesTotal: bytes, encoding, delimiter, dialect, sheet } = source;
  const { quote = null, escape = null } = dialect ?? {};
  const marks = { delimiter, quote, escape: quote === null ? null : escape };
  return { name: basename(name), format, bytes, encoding, ...marks, sheet, profile: plan.profile };
}

/** The report of a load that has ended: of its job, or made up for a dry run, which is none. */
export async function reportOf(
  database: Database,
  prepared: Prepared,
  { jobId, startedAt }: { jobId: string | null; startedAt: Date },
  outcome: Outcome,
): Promise<Report> {
  const session = await database.main();
  if (jobId !== null) return readReport(session, await getJob(session, jobId));
  const finishedAt = new Date();
  const { rows, bytesRead, sha256, status } = outcome;
  const start = jobStart(prepared);
  const durationMs = finishedAt.getTime() - startedAt.getTime();
  return readReport(session, {
    ...start,
    id: null,
    status,
    phase: 'done',
    rowsRead: rows.read,
    rowsRejected: rows.rejected,
    bytesRead,
    source: { ...start.source, sha256, bytes: bytesRead },
    result: jobResult(outcome, { durationMs, start }),
    startedAt,
    finishedAt,
  });
}
