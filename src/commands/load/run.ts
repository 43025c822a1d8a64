import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context } from '../../context.js';
import type { Database } from '../../db/database.js';
import type { Session } from '../../db/session.js';
import { RefusedError } from '../../errors.js';
import { DryRecord } from '../../job/dryRecord.js';
import { getJob, type Job } from '../../job/job.js';
import { jobResult, JobRecord } from '../../job/record.js';
import { readReport } from '../../job/report.js';
import { load, type LoadRun } from '../../load/load.js';
import { emptyOutcome } from '../../load/outcome.js';
import type { LoadRecord, Outcome, RunProgress } from '../../load/record.js';
import type { LoadRequest } from '../../load/request.js';
import type { Change } from '../../load/schema.js';
import { createParser } from '../../product/parse.js';
import type { ReadingPlan } from '../../product/plan.js';
import type { Report } from '../../report/schema.js';
import type { Source } from '../../source/source.js';
import { publishImport } from '../../webhook/publish.js';
import { attemptQuickly } from '../webhook/quick.js';
import { backgroundWords, detach, tellDetached } from './detach.js';
import { rememberedOptions, type LoadOptions } from './asked.js';
import { prepare, type Prepared } from './prepare.js';
import { writeRejects } from './rejects.js';
import { isLoaded } from './skip.js';
import type { Detached } from './schema.js';

type Record = JobRecord | DryRecord;

/** `prodimport load`: introduces the rooms to one another. */
export async function runLoad(
  context: Context,
  file: string,
  options: LoadOptions,
): Promise<Report | Detached> {
  if (options.detach) return detach(backgroundWords(context.argv), context.globals.database);
  // Before anything is begun nobody else listens, and standard input may never say a word.
  context.signal.addEventListener('abort', () => context.stdin.destroy(), { once: true });
  const prepared = await prepare(file, options);
  try {
    const database = await context.database();
    context.note(
      `Loading ${prepared.source.name} into ${database.label}, schema ${database.schema}`,
    );
    if (options.skipLoaded && (await isLoaded(database, file, prepared.options))) {
      return await skip(database, prepared);
    }
    return await loadPrepared(context, database, prepared);
  } finally {
    await prepared.close();
  }
}

async function loadPrepared(
  context: Context,
  database: Database,
  prepared: Prepared,
): Promise<Report> {
  const { source, plan } = prepared;
  for (const note of [...source.notes, ...plan.notes]) context.note(note);
  const progress = await context.progress();
  const record = await openRecord(database, prepared);
  progress.phase('reading');
  const startedAt = new Date();
  let published: string[] = [];
  let ended: Outcome | null = null;
  try {
    const outcome = await load({
      ...describe(prepared),
      database,
      record: withEars(record, {
        progress: (state) => progress.update({ ...state, bytesTotal: source.bytesTotal }),
        end: (outcome) => (ended = outcome),
      }),
      signal: context.signal,
      onPhase: (phase) => progress.phase(phase),
      beforeCommit: async (transaction, outcome) => {
        published = await publishOutcome(transaction, record, prepared, outcome);
      },
    });
    progress.phase('done');
    progress.stop();
    await writeRejects(prepared, await database.main(), record.jobId);
    await attemptQuickly(context, published, { deliver: true });
    return await reportOf(database, record, prepared, outcome, startedAt);
  } catch (error) {
    progress.stop();
    if (error instanceof RefusedError && ended) {
      await writeRejects(prepared, await database.main(), record.jobId);
      error.result = await reportOf(database, record, prepared, ended, startedAt);
    }
    throw error;
  }
}

/** Tells the endpoints that asked, in the transaction of the load itself. */
function publishOutcome(
  transaction: Session,
  { jobId }: Record,
  { source, plan }: Prepared,
  { status, rows, products, missing }: Outcome,
): Promise<string[]> {
  const facts = { source: sourceFacts(source, plan), rows, products, missing };
  return publishImport(transaction, { jobId, status, ...facts });
}

/** What the load needs to know of the file and of what was asked. */
function describe(prepared: Prepared): Pick<LoadRun, 'input' | 'request' | 'notes' | 'onChanges'> {
  const { source, plan, request, options, diffFile } = prepared;
  const { action, decimal, owner = null, allowMangled = false } = options;
  return {
    input: {
      source,
      parser: createParser(plan, { action, decimal, owner, allowMangled }),
      present: presentFields(plan, request),
      hasAction: plan.hasAction,
      headerRow: plan.headerRowNumber ?? 0,
      width: plan.columns.length,
    },
    request,
    notes: [...source.notes, ...plan.notes],
    onChanges: diffFile
      ? async (changes) => {
          await writeLines(changes, diffFile.partPath);
          diffFile.finish();
        }
      : undefined,
  };
}

async function writeLines(changes: AsyncIterable<Change>, path: string): Promise<void> {
  async function* lines() {
    for await (const change of changes) yield `${JSON.stringify(change)}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}

/** The fields that rows can fill; `--owner` fills one that the file need not have. */
function presentFields(plan: ReadingPlan, request: LoadRequest) {
  if (request.owner === null || plan.present.includes('owner')) return plan.present;
  return [...plan.present, 'owner' as const];
}

async function openRecord(database: Database, prepared: Prepared): Promise<Record> {
  const session = await database.main();
  if (prepared.request.dryRun) return DryRecord.open(session);
  return JobRecord.open(session, jobStart(prepared));
}

function jobStart({ source, plan, options, request }: Prepared) {
  return {
    kind: 'load' as const,
    source: sourceFacts(source, plan),
    options: { ...rememberedOptions(options), recordChanges: request.recordChanges },
    bytesTotal: source.bytesTotal,
  };
}

function sourceFacts(source: Source, plan: ReadingPlan): Job['source'] {
  const { name, format, bytesTotal, encoding, delimiter, sheet } = source;
  const facts = { format, bytes: bytesTotal, encoding, delimiter, sheet, profile: plan.profile };
  return { name: basename(name), ...facts };
}

/** Lets the terminal, and a process that waits for it, hear what the record is told. */
function withEars(
  record: Record,
  ears: { progress: (state: RunProgress) => void; end: (outcome: Outcome) => void },
): LoadRecord {
  return {
    jobId: record.jobId,
    hold: async (transaction) => {
      await record.hold(transaction);
      if (record.jobId !== null) tellDetached(record.jobId);
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

async function reportOf(
  database: Database,
  record: Record,
  prepared: Prepared,
  outcome: Outcome,
  startedAt: Date,
): Promise<Report> {
  const session = await database.main();
  const { rejects: rejectsFile = null } = prepared.options;
  if (record.jobId !== null) {
    const report = await readReport(session, await getJob(session, record.jobId));
    return { ...report, rejectsFile };
  }
  const finishedAt = new Date();
  const { rows, bytesRead, sha256, status } = outcome;
  const { source, ...start } = jobStart(prepared);
  const result = jobResult(outcome, finishedAt.getTime() - startedAt.getTime());
  const report = await readReport(session, {
    ...start,
    id: null,
    status,
    phase: 'done',
    rowsRead: rows.read,
    rowsRejected: rows.rejected,
    bytesRead,
    source: { ...source, sha256, bytes: bytesRead },
    result,
    startedAt,
    finishedAt,
  });
  return { ...report, rejectsFile };
}

/** Records that there was nothing to do. */
async function skip(database: Database, prepared: Prepared): Promise<Report> {
  const record = await JobRecord.open(await database.main(), jobStart(prepared));
  const transaction = await database.session();
  await transaction.transaction(async () => {
    await record.hold(transaction);
    const none = { inserted: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
    await record.complete(transaction, { ...emptyOutcome(), status: 'skipped', products: none });
  });
  const session = await database.main();
  return readReport(session, await getJob(session, record.jobId));
}
