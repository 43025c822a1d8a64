import { basename } from 'node:path';
import type { Context } from '../../context.js';
import type { Database } from '../../db/database.js';
import { DryRecord } from '../../job/dryRecord.js';
import { getJob, type Job } from '../../job/job.js';
import { jobResult, JobRecord } from '../../job/record.js';
import { readReport } from '../../job/report.js';
import { load } from '../../load/load.js';
import type { LoadRecord, Outcome } from '../../load/record.js';
import type { LoadRequest } from '../../load/request.js';
import { createParser } from '../../product/parse.js';
import { countKnownHeaders } from '../../product/header.js';
import { planReading, type ReadingPlan } from '../../product/plan.js';
import type { Report } from '../../report/schema.js';
import { publishImport } from '../../webhook/publish.js';
import { attemptQuickly } from '../webhook/quick.js';
import { openSource } from '../../source/open.js';
import type { Source } from '../../source/source.js';
import { readRequest, type LoadOptions } from './options.js';
import { readProfile } from './profile.js';

/** A file whose header is understood: all that can be wrong before the first row is right. */
interface Prepared {
  source: Source;
  plan: ReadingPlan;
  request: LoadRequest;
  options: LoadOptions;
}

/** `prodimport load`: introduces the rooms to one another. */
export async function runLoad(
  context: Context,
  file: string,
  options: LoadOptions,
): Promise<Report> {
  const prepared = await prepare(file, options);
  try {
    return await loadPrepared(context, prepared);
  } finally {
    await prepared.source.close();
  }
}

async function prepare(file: string, options: LoadOptions): Promise<Prepared> {
  const request = readRequest(options);
  const profile = readProfile(options.profile);
  const source = await openSource({
    file,
    format: options.format,
    sheet: options.sheet ?? null,
    delimiter: options.delimiter,
    encoding: options.encoding,
    recognise: countKnownHeaders,
  });
  try {
    const { headerRow, map = [], extra } = options;
    const plan = planReading(source.head, { headerRow, map, profile, extra });
    return { source, plan, request, options };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function loadPrepared(context: Context, prepared: Prepared): Promise<Report> {
  const { source, plan, request } = prepared;
  const database = await context.database();
  context.note(`Loading ${source.name} into ${database.label}, schema ${database.schema}`);
  for (const note of [...source.notes, ...plan.notes]) context.note(note);
  const progress = await context.progress();
  const record = await openRecord(database, prepared);
  progress.phase('reading', source.name);
  const shown = withProgress(record, (state) =>
    progress.update({ ...state, bytesTotal: source.bytesTotal }),
  );
  const startedAt = new Date();
  const published: string[] = [];
  const outcome = await load({
    input: {
      source,
      parser: createParser(plan, parseOptions(prepared)),
      present: presentFields(plan, request),
      hasAction: plan.hasAction,
      headerRow: plan.headerRowNumber ?? 0,
    },
    request,
    database,
    record: shown,
    signal: context.signal,
    onPhase: (phase) => progress.phase(phase),
    beforeCommit: async (transaction, { status, rows, products, missing }) => {
      const { jobId } = record;
      const facts = { jobId, status, source: sourceFacts(source, plan), rows, products, missing };
      published.push(...(await publishImport(transaction, facts)));
    },
  });
  progress.phase('done');
  progress.stop();
  await attemptQuickly(context, published, { deliver: true });
  return reportOf(database, record, prepared, outcome, startedAt);
}

function parseOptions({ options }: Prepared) {
  const { action, decimal, owner = null, allowMangled = false } = options;
  return { action, decimal, owner, allowMangled };
}

/** The fields that rows can fill; `--owner` fills one that the file need not have. */
function presentFields(plan: ReadingPlan, request: LoadRequest) {
  if (request.owner === null || plan.present.includes('owner')) return plan.present;
  return [...plan.present, 'owner' as const];
}

async function openRecord(
  database: Database,
  { source, plan, request, options }: Prepared,
): Promise<JobRecord | DryRecord> {
  const session = await database.main();
  if (request.dryRun) return DryRecord.open(session);
  return JobRecord.open(session, {
    kind: 'load',
    source: sourceFacts(source, plan),
    options: { ...options },
    bytesTotal: source.bytesTotal,
  });
}

function sourceFacts(source: Source, plan: ReadingPlan): Job['source'] {
  const { name, format, bytesTotal, encoding, delimiter, sheet } = source;
  return {
    name: basename(name),
    format,
    bytes: bytesTotal,
    encoding,
    delimiter,
    sheet,
    profile: plan.profile,
  };
}

/** Lets the terminal see what the record is told. */
function withProgress(
  record: JobRecord | DryRecord,
  show: (state: { bytesRead: number; rows: number; rejected: number }) => void,
): LoadRecord {
  return {
    jobId: record.jobId,
    hold: (transaction) => record.hold(transaction),
    addRejects: (rejects) => record.addRejects(rejects),
    settle: () => record.settle(),
    complete: (transaction, outcome) => record.complete(transaction, outcome),
    end: (outcome) => record.end(outcome),
    progress: (state) => {
      record.progress(state);
      show(state);
    },
  };
}

async function reportOf(
  database: Database,
  record: JobRecord | DryRecord,
  { source, plan, options }: Prepared,
  outcome: Outcome,
  startedAt: Date,
): Promise<Report> {
  const session = await database.main();
  if (record.jobId !== null) return readReport(session, await getJob(session, record.jobId));
  const finishedAt = new Date();
  const { rows, bytesRead, sha256, status } = outcome;
  return readReport(session, {
    id: null,
    kind: 'load',
    status,
    phase: 'done',
    rowsRead: rows.read,
    rowsRejected: rows.rejected,
    bytesRead,
    bytesTotal: source.bytesTotal,
    source: { ...sourceFacts(source, plan), sha256, bytes: bytesRead },
    options: { ...options },
    result: jobResult(outcome, finishedAt.getTime() - startedAt.getTime()),
    startedAt,
    finishedAt,
  });
}
