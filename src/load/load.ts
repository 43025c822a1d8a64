import type { Database } from '../db/database.js';
import type { Session } from '../db/session.js';
import { checkBalance } from './balance.js';
import { commit } from './commit.js';
import { outcomeOf } from './failure.js';
import { lockProducts } from '../db/lock.js';
import { merge, settleDuplicates } from './merge.js';
import { applyMissing, countMissing } from './missing.js';
import type { LoadRecord, Outcome } from './record.js';
import { moveLateRejects, Rejects } from './rejects.js';
import { exceeds, type LoadRequest } from './request.js';
import { stage, type StageInput } from './stage.js';
import { RefusedError } from '../errors.js';

/** One load: what to read, how to treat it, and where to write down what happens. */
export interface LoadRun {
  input: StageInput;
  request: LoadRequest;
  database: Database;
  record: LoadRecord;
  signal: AbortSignal;
  /** Told when a phase begins. */
  onPhase: (phase: 'waiting' | 'merging') => void;
  /** What else belongs into the transaction of a load that completes. */
  beforeCommit?: (transaction: Session, outcome: Outcome) => Promise<void>;
}

/**
 * Bytes become rows, rows become products or rejects, products are staged by COPY, one statement
 * merges them, and the counts become the report. All of it is one transaction with the job's
 * outcome: after any death the catalogue is as before or as after, and the record says which.
 *
 * @throws what ended the run, once the record says so too
 */
export async function load(run: LoadRun): Promise<Outcome> {
  const { record, signal } = run;
  const transaction = await run.database.session();
  const rejects = new Rejects(record);
  const outcome = emptyOutcome();
  const stopCancelling = await cancelOnAbort(transaction, run);
  try {
    await transaction.client.query('begin');
    await record.hold(transaction);
    await carryOut(run, transaction, rejects, outcome);
    signal.throwIfAborted();
    await commit(run, transaction, outcome);
    return outcome;
  } catch (error) {
    await transaction.rollback();
    const failed = outcomeOf(error, { ...outcome, products: null }, signal);
    failed.rows.rejected = rejects.rows;
    await rejects.flush(true).then(
      () => record.end(failed),
      () => record.end(failed),
    );
    throw error;
  } finally {
    stopCancelling();
    await transaction.end();
  }
}

async function carryOut(
  run: LoadRun,
  transaction: Session,
  rejects: Rejects,
  outcome: Outcome,
): Promise<void> {
  const { input, request, record, signal } = run;
  const startedAt = performance.now();
  const staged = await stage(transaction, input, request, rejects, record, signal);
  Object.assign(outcome, await sourceFacts(run));
  outcome.rows.read = staged.rowsRead;
  outcome.phases.readMs = since(startedAt);

  run.onPhase('waiting');
  await lockProducts(transaction, request.waitMs);
  run.onPhase('merging');
  const mergeStartedAt = performance.now();
  const settled = await settleDuplicates(transaction, { staged, request });
  const missing = await countMissing(transaction, request, staged, input.source.damage());
  const products = staged.products - settled.duplicates - settled.rejected;
  const { jobId } = record;
  const { rejected: late, ...counts } = await merge(
    transaction,
    { request, staged, present: input.present, hasAction: input.hasAction, jobId },
    products,
  );
  if (late + settled.rejected > 0) await moveLateRejects(transaction, rejects);
  outcome.missing = await applyMissing(transaction, request, jobId, missing);
  outcome.rows = { ...outcome.rows, duplicates: settled.duplicates, rejected: rejects.rows };
  outcome.products = { ...counts, skipped: counts.skipped + staged.skipped };
  outcome.phases.mergeMs = since(mergeStartedAt);

  await record.settle();
  checkRejects(request, outcome);
  checkBalance(outcome);
  outcome.status = rejects.rows > 0 ? 'completed_with_rejects' : 'completed';
}

/** @throws RefusedError when more rows were rejected than the user accepts */
function checkRejects({ maxRejects }: LoadRequest, { rows }: Outcome): void {
  if (!maxRejects || !exceeds(maxRejects, rows.rejected, rows.read)) return;
  const limit = `${maxRejects.value}${maxRejects.percent ? '%' : ''}`;
  throw new RefusedError(
    `${rows.rejected} of ${rows.read} rows were rejected; --max-rejects allows ${limit}. Products are unchanged.`,
    'max_rejects',
  );
}

async function sourceFacts({ input }: LoadRun): Promise<Partial<Outcome>> {
  const { source, parser } = input;
  const damage = source.damage();
  return {
    sha256: await source.sha256(),
    bytesRead: source.bytesRead(),
    notes: [...source.notes, ...parser.warnings(), ...(damage ? [damage] : [])],
  };
}

/** Lets a signal end a statement that is running; the rest of the load listens for itself. */
async function cancelOnAbort(transaction: Session, run: LoadRun): Promise<() => void> {
  const { pid } = await transaction.one<{ pid: number }>('db/backend_pid');
  const cancel = () => {
    const ask = async () => (await run.database.main()).query('db/cancel', [pid]);
    void ask().catch(() => undefined);
  };
  run.signal.addEventListener('abort', cancel, { once: true });
  return () => run.signal.removeEventListener('abort', cancel);
}

function emptyOutcome(): Outcome {
  return {
    status: 'failed',
    rows: { read: 0, rejected: 0, duplicates: 0 },
    products: null,
    missing: { deactivated: 0, deleted: 0 },
    error: null,
    phases: { readMs: null, mergeMs: null },
    bytesRead: 0,
    sha256: null,
    notes: [],
  };
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
