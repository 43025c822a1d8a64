import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db/database.js';
import type { Session } from '../db/session.js';
import { RefusedError, type RunError } from '../errors.js';
import { DryRecord, JobRecord, storedJson } from './job-record.js';
import { load, type LoadRun } from './load.js';
import { type LoadRecord, type Outcome, type RunProgress, emptyOutcome } from './record.js';
import { sourceName } from '../source/source.js';
import { type Report, getJob } from './job.js';
import type { ImportResult } from '../webhook/publish.js';
import { backgroundWords, detach, tellDetached, type Detached } from './detach.js';
import { checkOptions, type LoadOptions } from './request.js';
import { writeDiff } from './changes.js';
import { jobStart, reportOf, describeSource, readReport } from './read-report.js';
import { parserOf } from './look-ahead.js';
import { prepareInSight, type LoadHost, Unloadable, type Prepared } from './prepare.js';

type RunRecord = JobRecord | DryRecord;

/** How the endpoints hear of a load. */
export interface Announcement {
  /** In the load's own transaction; gives the deliveries that it made. */
  publish: (transaction: Session, result: ImportResult) => Promise<string[]>;
  /** A first attempt at them, once the load is committed. */
  attempt: (deliveries: string[]) => Promise<unknown>;
}

/** Reads the file, loads it, and gives the report; in the background it only begins it. */
export async function runLoad(
  context: LoadHost,
  file: string,
  options: LoadOptions,
  announcement: Announcement,
): Promise<Report | Detached> {
  if (options.detach) {
    checkOptions(file, options);
    return detach(backgroundWords(context.argv), context.globals.database);
  }
  context.signal.throwIfAborted();
  const prepared = await prepareInSight(context, file, options).catch((error: unknown) => {
    // Which sheet was taken, or which encoding, may be why its header is none.
    if (error instanceof Unloadable) error.source.notes.forEach((note) => context.note(note));
    throw error;
  });
  tellProfile(context, options, prepared);
  try {
    const database = await context.database();
    context.note(
      `Loading ${sourceName(prepared.source)} into ${database.label}, schema ${database.schema}`,
    );
    if (options.skipLoaded && !options.dryRun) {
      const sha256 = await hashIfLoaded(database, file, prepared.remembered);
      if (sha256 !== null) return await skip(database, prepared, sha256, context.signal);
    }
    return await loadPrepared({ context, database, prepared, announcement });
  } finally {
    await prepared.close();
  }
}

/** Says, for `--debug`, which options have their value from the profile. */
function tellProfile(context: LoadHost, asked: LoadOptions, { options }: Prepared): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === asked[name as keyof LoadOptions]) continue;
    const from = `profile ${asked.profile}`;
    context.debug(`${name} = ${String(value)} (${from}, instead of the default)`, {
      setting: name,
      value,
      from,
    });
  }
}

/** What one load works with, once its file is understood. */
interface Work {
  context: LoadHost;
  database: Database;
  prepared: Prepared;
  announcement: Announcement;
}

async function loadPrepared(work: Work): Promise<Report> {
  const { context, database, prepared, announcement } = work;
  const notes = notesOf(prepared);
  for (const note of notes) context.note(note);
  const progress = await context.progress();
  const record = await openRecord(database, prepared);
  const run: Running = { record, jobId: record.jobId, startedAt: new Date() };
  progress.phase('reading');
  try {
    const { outcome, published } = await carryOut(work, run);
    progress.phase('done');
    progress.stop();
    // What came up on the way stands behind what was known before.
    for (const note of outcome.notes.slice(notes.length)) context.note(note);
    const unwritten = await lookAgain(work, run.jobId, outcome);
    await announcement.attempt(published);
    const report = await reportOf(database, prepared, run, outcome);
    if (!unwritten) return report;
    throw Object.assign(unwritten, { result: { ...report, rejectsFile: null } });
  } catch (error) {
    progress.stop();
    if (error instanceof RefusedError && run.ended) {
      const unwritten = await lookAgain(work, run.jobId, run.ended);
      if (unwritten) context.warn(unwritten.message);
      error.result = await reportOf(database, prepared, run, run.ended);
    }
    throw error;
  }
}

/** Keeps what needs another look at the file; gives what kept the file of rejects from being written. */
async function lookAgain(
  { context, database, prepared }: Work,
  jobId: string | null,
  outcome: Outcome,
): Promise<RunError | null> {
  if (!prepared.rejectsFile && outcome.rejectedLate === 0) return null;
  const { keepRejects } = await import('./rejects-file.js');
  const session = await database.main();
  const { signal } = context;
  const failure = await keepRejects({ prepared, session, jobId, outcome, signal });
  if (prepared.rejectsFile) return failure;
  if (failure) context.note(failure.message);
  return null;
}

/** A load that goes on, and how it ended where it was rolled back. */
interface Running {
  record: RunRecord;
  jobId: string | null;
  startedAt: Date;
  ended?: Outcome;
}

async function carryOut(
  { context, database, prepared, announcement }: Work,
  run: Running,
): Promise<{ outcome: Outcome; published: string[] }> {
  const progress = await context.progress();
  const { bytesTotal } = prepared.source;
  let phase: RunProgress['phase'] = 'reading';
  let published: string[] = [];
  const outcome = await load({
    ...describe(prepared),
    database,
    record: withEars(run.record, {
      progress: ({ phase: now, rows, rejected, bytesRead }) => {
        if (now !== phase) progress.phase((phase = now));
        progress.update({ rows, rejected, bytesRead, bytesTotal });
      },
      end: (ended) => (run.ended = ended),
    }),
    signal: context.signal,
    beforeCommit: async (transaction, ended) => {
      const result = importResult(run.record, prepared, ended);
      published = await announcement.publish(transaction, result);
    },
  });
  return { outcome, published };
}

/** What the event of a completed load says. */
function importResult(
  { jobId }: RunRecord,
  { source, plan }: Prepared,
  { status, rows, products, missing }: Outcome,
): ImportResult {
  const described = describeSource(source, plan);
  return { jobId, status, source: described, rows, products, missing };
}

/** What was decided about the file before it is read. */
function notesOf({ source, plan }: Prepared): string[] {
  return [...source.notes, ...plan.notes];
}

/** What the load needs to know of the file and of what was asked. */
function describe(prepared: Prepared): Pick<LoadRun, 'input' | 'request' | 'notes' | 'onChanges'> {
  const { source, plan, present, request, options, diffFile } = prepared;
  return {
    input: {
      source,
      parser: parserOf(prepared),
      present,
      hasAction: plan.hasAction,
      dataRow: plan.dataRowNumber,
      width: plan.columns.length,
    },
    request,
    notes: notesOf(prepared),
    onChanges: diffFile ? (changes) => writeDiff(changes, diffFile, options.diff!) : undefined,
  };
}

async function openRecord(database: Database, prepared: Prepared): Promise<RunRecord> {
  const session = await database.main();
  if (prepared.request.dryRun) return DryRecord.open(session);
  return JobRecord.open(session, jobStart(prepared));
}

/** Lets the terminal, and a process that waits for it, hear what the record is told. */
function withEars(
  record: RunRecord,
  ears: { progress: (state: RunProgress) => void; end: (outcome: Outcome) => void },
): LoadRecord {
  return {
    jobId: record.jobId,
    hold: async (transaction) => {
      await record.hold(transaction);
      if (record.jobId !== null) tellDetached({ jobId: record.jobId, status: 'running' });
    },
    addRejects: (rejects) => record.addRejects(rejects),
    settle: () => record.settle(),
    complete: (transaction, outcome) => record.complete(transaction, outcome),
    end: (outcome, through) => {
      ears.end(outcome);
      return record.end(outcome, through);
    },
    progress: (state) => {
      record.progress(state);
      ears.progress(state);
    },
  };
}

/**
 * The SHA-256 (hex) of these bytes where they, with these options, are what the catalogue was loaded
 * from last, else null.
 * @param remembered what a job keeps of the options
 */
async function hashIfLoaded(
  database: Database,
  file: string,
  remembered: Record<string, unknown>,
): Promise<string | null> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const session = await database.main();
  const sha256 = hash.digest('hex');
  const values = [sha256, await storedJson(session, remembered)];
  const found = await session.one<{ is_loaded: boolean }>('job/is_loaded', values);
  return found.is_loaded ? sha256 : null;
}

/** Records that there was nothing to do. */
export async function skip(
  database: Database,
  prepared: Prepared,
  sha256: string,
  signal: AbortSignal,
): Promise<Report> {
  const record = await JobRecord.open(await database.main(), jobStart(prepared));
  const transaction = await database.session();
  await transaction.transaction(async () => {
    await record.hold(transaction);
    const none = { inserted: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
    const bytesRead = prepared.source.bytesTotal ?? 0;
    const outcome = { ...emptyOutcome(), status: 'skipped' as const, sha256, bytesRead };
    await record.complete(transaction, { ...outcome, products: none });
  }, signal);
  const session = await database.main();
  const report = await readReport(session, await getJob(session, record.jobId));
  tellDetached(report);
  return report;
}
