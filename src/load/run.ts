import { waitMsOf } from '../option.js';
import type { Session } from '../db/session.js';
import { ResultWithError, RunError } from '../errors.js';
import { sourceName } from '../source/source.js';
import type { Progress } from '../terminal/progress/progress.js';
import type { ImportResult } from '../webhook/publish.js';
import { readFields } from './fields.js';
import { refusalOf } from './commit.js';
import { detach, tellDetached, type Detached } from './detach.js';
import { newResult, type Report, type RunResult } from './job.js';
import { load, skipped } from './load.js';
import {
  findLastLoad,
  hashIfLoaded,
  jobStart,
  Opening,
  understand,
  type LastLoad,
  type Work,
} from './opening.js';
import { takeOrder } from './order.js';
import type { LoadHost, Prepared } from './prepare.js';
import { reportOf } from './read-report.js';
import { RunRecord, type RunProgress } from './record.js';
import { checkOptions, withFields, type LoadOptions } from './request.js';

/** How the endpoints hear of a load. */
export interface Announcement {
  /** In the load's own transaction; gives the deliveries that it made. */
  publish: (transaction: Session, result: ImportResult) => Promise<string[]>;
  /** A first attempt at them, once the load is committed. */
  attempt: (deliveries: string[]) => Promise<unknown>;
}

/** A report that is shown though the load was refused, or its rejects could not be written. */
type FailedReport = ResultWithError<Report>;

/** Reads the file, loads it, and gives the report; in the background it only begins it. */
export async function runLoad(
  context: LoadHost,
  file: string,
  options: LoadOptions,
  announcement: Announcement,
): Promise<Report | Detached | FailedReport> {
  const location = checkOptions(file, options);
  await confirmReplacing(context, location?.shown ?? file, options);
  if (options.detach) {
    const { header, replace } = options;
    return detach(context.argv, { file, header, replace }, context.globals.database);
  }
  context.signal.throwIfAborted();
  const order = await takeOrder(file, options, context.environment.exported);
  // A URL is a job from the first request to its host; a path that can't be read is none.
  const isJobFirst = location !== null;
  let prepared: Prepared | null = null;
  try {
    if (!isJobFirst) prepared = await understand(context, order);
    const database = await context.database();
    const name = location?.shown ?? sourceName(prepared!.source);
    context.note(`Loading ${name} into ${database.label}, schema ${database.schema}`);
    const fields =
      prepared?.plan.fields ?? (await readFields(await database.main(), waitMsOf(options)));
    order.remembered = withFields(order.remembered, fields);
    const last = await findLastLoad(database, order);
    const work = { context, database, order, prepared, announcement };
    const sha256 = isJobFirst ? null : await hashIfLoaded(file, last);
    if (sha256 !== null) return await skip(work, sha256);
    return await perform(work, last);
  } finally {
    await prepared?.close();
    order.discard();
  }
}

/** Asks before `--replace` reads anything: from then on nobody may be there to answer. */
async function confirmReplacing(
  context: LoadHost,
  name: string,
  { replace, dryRun, owner, yes = false }: LoadOptions,
): Promise<void> {
  if (!replace || dryRun) return;
  const whose = owner === undefined ? 'without owner' : `of owner ${owner}`;
  const question = `Delete all products ${whose} that ${name} does not name?`;
  await context.confirm(question, yes);
}

/** A load whose end the endpoints hear of. */
interface AnnouncedWork extends Work {
  announcement: Announcement;
}

async function perform(work: AnnouncedWork, last: LastLoad | null): Promise<Report | FailedReport> {
  const { context, database, announcement } = work;
  const record = await openRecord(work, await context.progress());
  const opening = new Opening(work, record, last);
  let published: string[] = [];
  const publish = async (transaction: Session, result: RunResult) => {
    if (result.status === 'skipped') return;
    const { source } = jobStart(work);
    const { status, rows, products, missing, error } = result;
    const facts = { jobId: record.jobId, source, status, rows, products, missing, error };
    published = await announcement.publish(transaction, facts);
  };
  try {
    const result = await load({
      database,
      record,
      signal: context.signal,
      open: () => opening.open(),
      isLoaded: (sha256) => work.order.location !== null && sha256 === last?.sha256,
      onHeld: () => tellDetached({ jobId: record.jobId!, status: 'running' }),
      beforeCommit: publish,
      onEnd: publish,
    });
    await tell(context, result, opening.shown);
    return await conclude(work, record, { result, published });
  } catch (error) {
    await tellRejectsOnly(work, error);
    // Whoever stops it does not want to wait for others.
    if (!context.signal.aborted) await announcement.attempt(published);
    throw error;
  } finally {
    await work.prepared?.close();
  }
}

/** Says what is known at the end. The notes that were known before have been shown. */
async function tell(context: LoadHost, result: RunResult, shown: number): Promise<void> {
  const progress = await context.progress();
  const isRefused = refusalOf(result) !== null;
  if (!isRefused) progress.phase('done');
  progress.stop();
  if (!isRefused) for (const note of result.notes.slice(shown)) context.note(note);
}

/** Writes the files that were asked for, sends what was published, and gives the report. */
async function conclude(
  work: AnnouncedWork,
  record: RunRecord,
  { result, published }: { result: RunResult; published: string[] },
): Promise<Report | FailedReport> {
  const refusal = refusalOf(result);
  const unsaved = result.status === 'skipped' ? null : await saveOutcomes(work, result);
  const unkept = await lookAgain(work, record.jobId, result);
  const unwritten = unkept ?? unsaved;
  await work.announcement.attempt(published);
  const report = {
    ...(await reportOf(work.database, record, result)),
    ...(unkept ? { rejectsFile: null } : {}),
    ...(unsaved ? { outcomesFile: null } : {}),
  };
  if (refusal && unwritten) work.context.warn(unwritten.message);
  if (refusal) return new ResultWithError(report, refusal);
  return unwritten ? new ResultWithError(report, unwritten) : report;
}

/**
 * Writes the file of `--outcomes`; of a job that was rolled back only the rejects, of one that was
 * interrupted nothing.
 * @returns what kept it from being written, after a load that has done its work all the same
 */
async function saveOutcomes(
  { context, order: { outcomes } }: Work,
  { products, phases }: RunResult,
): Promise<RunError | null> {
  if (!outcomes || (context.signal.aborted && products === null)) return null;
  const isMerged = phases.way === null || phases.way === 'merge';
  const staged = products === null ? null : isMerged ? 'unchanged' : 'inserted';
  const failure = await outcomes.write(staged);
  if (!failure) return null;
  const done = products === null ? 'Nothing was loaded' : 'The load is done';
  const message = `${done}, but what became of its rows could not be written: ${failure.message}`;
  return new RunError(message, 'outcomes', 3);
}

/** The same for a load that failed, but not where nobody knows whether it was committed. */
async function tellRejectsOnly(work: Work, error: unknown): Promise<void> {
  if (error instanceof RunError && error.code === 'commit_unknown') return;
  if (work.order.outcomes?.isWritten) return;
  const failure = await saveOutcomes(work, newResult());
  if (failure) work.context.warn(failure.message);
}

/** Keeps what needs another look at the file; gives what kept the file of rejects from being written. */
async function lookAgain(
  { context, database, prepared }: Work,
  jobId: string | null,
  result: RunResult,
): Promise<RunError | null> {
  if (prepared === null || result.status === 'skipped') return null;
  if (!prepared.rejectsFile && result.rejectedLate === 0) return null;
  const { keepRejects } = await import('./rejects-file.js');
  const session = await database.main();
  const { signal } = context;
  const failure = await keepRejects({ prepared, session, jobId, result, signal });
  if (prepared.rejectsFile) return failure;
  if (failure) context.note(failure.message);
  return null;
}

/** The record of the load, which shows its progress as well. */
async function openRecord(work: Work, progress: Progress): Promise<RunRecord> {
  let phase: RunProgress['phase'] = 'reading';
  let step: RunProgress['step'] = null;
  let stepSince = 0;
  const onProgress = ({ rows, rejected, bytesRead, stepMs = null, ...now }: RunProgress) => {
    if (now.phase !== phase) progress.phase((phase = now.phase));
    const isNext = now.step !== step;
    if (isNext) stepSince = performance.now();
    const expected = { ms: stepMs, ageMs: performance.now() - stepSince };
    if (isNext || stepMs !== null) progress.step((step = now.step), expected);
    const bytesTotal = work.prepared?.source.bytesTotal ?? null;
    progress.update({ rows, rejected, bytesRead, bytesTotal });
  };
  const { dryRun = false } = work.order.asked;
  return RunRecord.open(await work.database.main(), jobStart(work), { dryRun, onProgress });
}

/** Records that there was nothing to do. */
async function skip(work: Work, sha256: string): Promise<Report> {
  const { context, database, prepared } = work;
  const session = await database.main();
  const record = await RunRecord.open(session, jobStart(work));
  const bytesRead = prepared!.source.bytesTotal ?? 0;
  const result = skipped({ ...newResult(), sha256, bytesRead });
  const transaction = await database.session();
  await transaction.transaction(async () => {
    await record.hold(transaction);
    await record.end(record.measured(result), transaction);
  }, context.signal);
  const report = await reportOf(database, record, result);
  tellDetached(report);
  return report;
}
