import { isSqlState, overtaken, suppressed } from '../db/failure.js';
import type { Session } from '../db/session.js';
import { ownTarget } from '../product/aliases.js';
import { type Field, fields } from '../product/product.js';
import type { Recorded } from './changes.js';
import { insertAll, isCatalogueEmpty } from './fill.js';
import type { Outcomes, VerdictRows } from './outcomes.js';
import { mayCatalogueReject } from './rejects.js';
import type { Way } from './job.js';
import type { Step } from '../terminal/progress/progress.js';
import type { LoadRequest } from './request.js';
import type { Staged } from './stage.js';

/** What the merge did with the staged rows; its `rejected` ones stand in late_rejects. */
export interface MergeCounts {
  /** Null where nothing was to be written. */
  way: Way;
  inserted: number;
  updated: number;
  unchanged: number;
  skipped: number;
  deleted: number;
  rejected: number;
}

type Counts = Omit<MergeCounts, 'way'>;

export interface MergeInput {
  request: LoadRequest;
  staged: Staged;
  present: readonly Field[];
  hasAction: boolean;
  /** Required fields of one's own that the file has no column for. */
  lacking: readonly string[];
  /** Where what becomes of each row is kept; null where nobody asks. */
  outcomes: Outcomes | null;
  /** How many staged rows stand for a product once duplicates are settled. */
  products: number;
  /** Called at every step, but for that of comparing, which comes first. */
  onStep: (step: Step, way?: Way) => void;
}

const none: Counts = {
  inserted: 0,
  updated: 0,
  unchanged: 0,
  skipped: 0,
  deleted: 0,
  rejected: 0,
};

/** Where all rows come to the same. */
const noRows: VerdictRows = {
  insert_rows: null,
  update_rows: null,
  delete_rows: null,
  skip_rows: null,
};

const uniqueViolation = '23505';

/** How often others may be quicker before the load gives up. */
const mergeAttempts = 5;

/** Merges what is staged, or (dry run) counts what the merge would do. */
export async function merge(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
): Promise<MergeCounts> {
  if (input.request.dryRun) return preview(transaction, input);
  if (input.staged.filling) {
    await input.staged.filling.finish(input.products, input.onStep);
    return { ...none, inserted: input.products, way: 'copy' };
  }
  const counts = await mergeAsWanted(transaction, input, jobId);
  if (input.request.recordChanges) {
    const what = 'the ids of new products to the changes of the job';
    await transaction.write('load/name_inserted', [jobId], counts.inserted, what);
  }
  return counts;
}

async function preview(transaction: Session, input: MergeInput): Promise<MergeCounts> {
  const { request, outcomes } = input;
  const values = classifyValues(input);
  await transaction.query('load/reject', [...values, mayCatalogueReject(input, request)]);
  const counts = await together(transaction, () =>
    transaction.one<Counts & VerdictRows>('load/preview', [...values, outcomes !== null]),
  );
  return { ...countsOf(counts, outcomes), way: null };
}

/** The counts alone, once the rows behind them are noted. */
function countsOf<Counted extends VerdictRows>(
  { insert_rows, update_rows, delete_rows, skip_rows, ...counts }: Counted,
  outcomes: Outcomes | null,
): Omit<Counted, keyof VerdictRows> {
  outcomes?.note({ insert_rows, update_rows, delete_rows, skip_rows });
  return counts;
}

/** What a merge has to write, and did or did not. */
interface Merged extends MergeCounts, VerdictRows {
  as_wanted: boolean;
}

/**
 * Merges until the server says that it wrote what it was to write. Where another session has changed
 * or deleted a product meanwhile, a new look tells what its row means now.
 * @throws FailedError where a trigger swallows a write, or others never leave off
 */
async function mergeAsWanted(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
): Promise<MergeCounts> {
  let byConflict = false;
  for (let attempt = 1; attempt <= mergeAttempts; attempt++) {
    await transaction.client.query('savepoint merge');
    try {
      const { as_wanted, ...counts } = await mergeOnce(transaction, input, jobId, byConflict);
      if (as_wanted) return countsOf(counts, input.outcomes);
      const values = [...classifyValues(input), jobId];
      const [unwritten] = await transaction.query<{ sku: string }>('load/list_unwritten', values);
      // Once more, as it may be the work of somebody who was quicker.
      if (unwritten && attempt > 1) throw suppressed(`SKU ${unwritten.sku}`);
    } catch (error) {
      // A writer that does not take our lock was faster with one of the new SKUs.
      if (!isSqlState(error, uniqueViolation)) throw error;
      byConflict = true;
    }
    input.onStep('comparing');
    await transaction.client.query('rollback to savepoint merge');
  }
  throw overtaken();
}

async function mergeOnce(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
  byConflict: boolean,
): Promise<Merged> {
  const { recordChanges } = input.request;
  const values = classifyValues(input);
  const fills = !byConflict && (await mayFill(transaction, input));
  if (!fills) input.onStep('comparing', 'merge');
  if (!fills || recordChanges) await compare(transaction, values);
  if (recordChanges) await record(transaction, values, jobId);
  const merged = await (fills
    ? fill(transaction, input, jobId)
    : write(transaction, input, jobId, byConflict));
  if (!recordChanges) return merged;
  const recorded = await transaction.one<Recorded>('load/count_recorded', [jobId]);
  const isRecorded = (['inserted', 'updated', 'deleted'] as const).every(
    (way) => recorded[way] === merged[way],
  );
  return { ...merged, as_wanted: merged.as_wanted && isRecorded };
}

/** Whether there is nothing to compare with what is staged. */
async function mayFill(transaction: Session, input: MergeInput): Promise<boolean> {
  const { present, lacking, staged } = input;
  const isPlain = !staged.hasActions && present.includes('name') && lacking.length === 0;
  return isPlain && (await isCatalogueEmpty(transaction));
}

async function fill(
  transaction: Session,
  { request, products, onStep }: MergeInput,
  jobId: string | null,
): Promise<Merged> {
  const values = [request.blank === 'clear', request.newActive, jobId];
  const { inserted, way } = await insertAll(transaction, values, onStep);
  return { ...none, ...noRows, way, inserted, as_wanted: inserted === products };
}

/** Keeps what comes of the staged rows; on a cluster each statement finds that out within the shards. */
async function compare(transaction: Session, values: unknown[]): Promise<void> {
  if (transaction.isDistributed) return;
  await together(transaction, () => transaction.query('load/compare', values));
}

/**
 * Compares with several processes of the server, or with one alone where anything is against more: a
 * container may lack the shared memory that they meet in.
 */
async function together<T>(transaction: Session, work: () => Promise<T>): Promise<T> {
  if (transaction.isDistributed) return work();
  await transaction.client.query('savepoint compare');
  await transaction.query('load/compare_together');
  try {
    return await work();
  } catch {
    // What takes back the setting as well. A fault that is none of theirs comes again.
    await transaction.client.query('rollback to savepoint compare');
    return work();
  }
}

async function record(
  transaction: Session,
  values: unknown[],
  jobId: string | null,
): Promise<void> {
  const compared = transaction.isDistributed ? values : [];
  await transaction.query('load/record_changes', [...compared, jobId]);
}

async function write(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
  byConflict: boolean,
): Promise<Merged> {
  const { request, hasAction, products, outcomes, onStep } = input;
  const compared = classifyValues(input);
  const told = [jobId, byConflict, products, outcomes !== null];
  const deletes = hasAction || request.action === 'delete';
  const skips = request.onExisting === 'skip';
  const values = transaction.isDistributed
    ? [...compared, mayCatalogueReject(input, request), ...told, deletes, skips]
    : [compared[0], ...told];
  onStep('writing', 'merge');
  return { ...(await transaction.one<Omit<Merged, 'way'>>('load/merge', values)), way: 'merge' };
}

/** $1 … $4 of load/classify.sql. */
export function classifyValues({ request, present, lacking }: MergeInput): unknown[] {
  const own = lacking.length === 0 ? [] : ['required', ...lacking.map(ownTarget)];
  const absent = [...fields.filter((field) => !present.includes(field)), ...own];
  return [absent, request.blank === 'clear', request.onExisting, request.newActive];
}
