import { basename } from 'node:path';
import type { Database } from '../../db/database.js';
import { getJob, type Job } from '../../job/job.js';
import { jobResult, type JobStart } from '../../job/record.js';
import { readReport } from '../../job/report.js';
import type { Outcome } from '../../load/record.js';
import type { ReadingPlan } from '../../product/plan.js';
import type { Report } from '../../report/schema.js';
import type { Source } from '../../source/source.js';
import type { Prepared } from './prepare.js';

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
