import type { Database } from '../db/database.js';
import { isConnectionLost } from '../db/failure.js';
import type { Session } from '../db/session.js';
import type { Reject, RejectCode, RejectGroup } from '../product/reject.js';
import { getJob, isCompleted, whoOf, type Job, type Report, type RunResult } from './job.js';
import type { RunRecord } from './record.js';

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
 * The report of a run that has ended. What was committed is reported as done even where the server is
 * lost by now: then by what is known here, without the rejected rows.
 */
export async function reportOf(
  database: Database,
  record: RunRecord,
  result: RunResult,
): Promise<Report> {
  const job = record.job(result);
  try {
    const session = await database.main();
    return await readReport(session, job.id === null ? job : await getJob(session, job.id));
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    return toReport(job, [], result.rows.rejected > 0);
  }
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
 * All rejects of a report by their kinds, with one example of each; null where the report holds all
 * of them, and where they can't be counted: a load that has ended does not fail of it.
 */
export async function allGroups(
  { failedRowsTruncated, jobId }: Report,
  database: () => Promise<Database>,
): Promise<RejectGroup[] | null> {
  if (!failedRowsTruncated) return null;
  const session = await (await database()).main();
  // Without a number: the dry run that goes on in this session.
  const groups = await session.query<GroupRow>('job/group_rejects', [jobId]).catch(() => []);
  return groups.length === 0 ? null : groups.map(toGroup);
}

function toGroup({ code, column_name: column, rows, first_rows, value, error }: GroupRow) {
  const firstRows = first_rows.map(Number);
  const examples = [{ rowNumber: firstRows[0]!, value, error }];
  return { code, column, rows, firstRows, examples };
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
  const { status, rows, products, missing, pricesRounded, rejectsFile, outcomesFile } = job.result;
  const { error, notes, durationMs, phases, peakMemoryBytes } = job.result;
  return {
    schemaVersion: 1,
    jobId: job.id,
    status,
    dryRun: job.id === null,
    source: { ...unknownSource, ...job.source },
    rows,
    products,
    missing,
    pricesRounded,
    successfulRows: isCompleted(job.result.status) ? rows.read - rows.rejected : 0,
    failedRows,
    failedRowsTruncated,
    rejectsFile,
    outcomesFile,
    error,
    notes,
    startedAt: job.startedAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
    durationMs,
    phases,
    rowsPerSecond: durationMs ? Math.round((rows.read / durationMs) * 1000) : null,
    peakMemoryBytes,
    ...whoOf(job),
  };
}

const unknownSource: Report['source'] = {
  name: '-',
  url: null,
  format: null,
  bytes: null,
  sha256: null,
  encoding: null,
  delimiter: null,
  quote: null,
  escape: null,
  sheet: null,
  member: null,
  profile: null,
};
