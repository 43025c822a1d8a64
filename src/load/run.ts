import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db/database.js';
import type { Session } from '../db/session.js';
import { ResultWithError, type RunError } from '../errors.js';
import { load, type LoadRun } from './load.js';
import { type JobStart, RunRecord, type RunProgress, storedJson } from './record.js';
import { sourceName } from '../source/source.js';
import { newResult, noProducts, type Report, type RunResult } from './job.js';
import type { ImportResult } from '../webhook/publish.js';
import type { Progress } from '../terminal/progress/progress.js';
import { backgroundWords, detach, tellDetached, type Detached } from './detach.js';
import { checkOptions, type LoadOptions } from './request.js';
import { writeDiff } from './changes.js';
import { parserOf } from './look-ahead.js';
import { readReport } from './read-report.js';
import { refusalOf } from './commit.js';
import { prepareShowingProgress, type LoadHost, Unloadable, type Prepared } from './prepare.js';

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
  checkOptions(file, options);
  await confirmReplacing(context, file, options);
  if (options.detach) {
    return detach(backgroundWords(context.argv, options), context.globals.database);
  }
  context.signal.throwIfAborted();
  const prepared = await prepareShowingProgress(context, file, options).catch((error: unknown) => {
    // The sheet or the encoding that was taken may be why there is no header.
    if (error instanceof Unloadable) error.source.notes.forEach((note) => context.note(note));
    throw error;
  });
  logProfile(context, options, prepared);
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

/** Asks before `--replace` reads anything: from then on nobody may be there to answer. */
async function confirmReplacing(
  context: LoadHost,
  file: string,
  { replace, dryRun, owner, yes = false }: LoadOptions,
): Promise<void> {
  if (!replace || dryRun) return;
  const whose = owner === undefined ? 'without owner' : `of owner ${owner}`;
  const question = `Delete all products ${whose} that ${file} does not name?`;
  await context.confirm(question, yes);
}

/** Says, for `--debug`, which options have their value from the profile. */
function logProfile(context: LoadHost, asked: LoadOptions, { options }: Prepared): void {
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

async function loadPrepared(work: Work): Promise<Report | FailedReport> {
  const { context, database, prepared, announcement } = work;
  const run = describe(prepared);
  for (const note of run.notes) context.note(note);
  const progress = await context.progress();
  const record = await openRecord(work, progress);
  progress.phase('reading');
  let published: string[] = [];
  const result = await load({
    ...run,
    database,
    record,
    signal: context.signal,
    onHeld: () => tellDetached({ jobId: record.jobId!, status: 'running' }),
    beforeCommit: async (transaction, { status, rows, products, missing }) => {
      const counts = { status, rows, products, missing };
      const source = describeSource(prepared);
      published = await announcement.publish(transaction, {
        jobId: record.jobId,
        source,
        ...counts,
      });
    },
  });
  const refusal = refusalOf(result);
  if (!refusal) progress.phase('done');
  progress.stop();
  // The notes that were known before have been shown.
  if (!refusal) for (const note of result.notes.slice(run.notes.length)) context.note(note);
  const unwritten = await lookAgain(work, record.jobId, result);
  await announcement.attempt(published);
  const session = await database.main();
  const report = await readReport(session, await record.job(result));
  if (refusal && unwritten) context.warn(unwritten.message);
  if (refusal) return new ResultWithError(report, refusal);
  return unwritten ? new ResultWithError({ ...report, rejectsFile: null }, unwritten) : report;
}

/** Keeps what needs another look at the file; gives what kept the file of rejects from being written. */
async function lookAgain(
  { context, database, prepared }: Work,
  jobId: string | null,
  result: RunResult,
): Promise<RunError | null> {
  if (!prepared.rejectsFile && result.rejectedLate === 0) return null;
  const { keepRejects } = await import('./rejects-file.js');
  const session = await database.main();
  const { signal } = context;
  const failure = await keepRejects({ prepared, session, jobId, result, signal });
  if (prepared.rejectsFile) return failure;
  if (failure) context.note(failure.message);
  return null;
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
      width: plan.keys === null ? plan.columns.length : 0,
    },
    request,
    notes: [...source.notes, ...plan.notes],
    onChanges: diffFile ? (changes) => writeDiff(changes, diffFile, options.diff!) : undefined,
  };
}

/** The record of the load, which shows its progress as well. */
async function openRecord({ database, prepared }: Work, progress: Progress): Promise<RunRecord> {
  const { bytesTotal } = prepared.source;
  let phase: RunProgress['phase'] = 'reading';
  const onProgress = ({ phase: now, rows, rejected, bytesRead }: RunProgress) => {
    if (now !== phase) progress.phase((phase = now));
    progress.update({ rows, rejected, bytesRead, bytesTotal });
  };
  const { dryRun } = prepared.request;
  return RunRecord.open(await database.main(), jobStart(prepared), { dryRun, onProgress });
}

/** What a job remembers of the load that it is. */
function jobStart(prepared: Prepared): JobStart {
  const { source, plan, request, remembered } = prepared;
  return {
    kind: 'load',
    source: describeSource(prepared),
    header: plan.columns.map(({ header }) => header),
    options: { ...remembered, recordChanges: request.recordChanges },
    bytesTotal: source.bytesTotal,
  };
}

/** What is known of the file before its first row. */
function describeSource({ source, plan }: Prepared): JobStart['source'] {
  const { name, format, bytesTotal: bytes, encoding, delimiter, dialect, sheet } = source;
  const { quote = null, escape = null } = dialect ?? {};
  const marks = { delimiter, quote, escape: quote === null ? null : escape };
  return { name: basename(name), format, bytes, encoding, ...marks, sheet, profile: plan.profile };
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
async function skip(
  database: Database,
  prepared: Prepared,
  sha256: string,
  signal: AbortSignal,
): Promise<Report> {
  const session = await database.main();
  const record = await RunRecord.open(session, jobStart(prepared));
  const bytesRead = prepared.source.bytesTotal ?? 0;
  const ended = { status: 'skipped', exitCode: 0, products: noProducts } as const;
  const result = { ...newResult(), ...ended, sha256, bytesRead };
  const transaction = await database.session();
  await transaction.transaction(async () => {
    await record.hold(transaction);
    await record.end(record.measured(result), transaction);
  }, signal);
  const report = await readReport(session, await record.job(result));
  tellDetached(report);
  return report;
}
