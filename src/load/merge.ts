import { hiddenOnCluster, isSqlState, overtaken, suppressed } from '../db/failure.js';
import { readRows } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import { ownTarget } from '../product/aliases.js';
import { type Field, fields } from '../product/product.js';
import { recordChanges, type Recorded } from './changes.js';
import { insertAll, isCatalogueEmpty, type SettledRow } from './fill.js';
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

/** How many staged rows are left out of the merge. */
export interface Settled {
  duplicates: number;
  rejected: number;
}

/** Settles the duplicates that memory could not, and counts what is left out of the merge. */
export async function settleDuplicates(
  transaction: Session,
  { staged, request, outcomes }: Pick<MergeInput, 'staged' | 'request' | 'outcomes'>,
): Promise<Settled> {
  const { doomed, contradicted, foldsAscii, hasOtherLetters, filling, superseded } = staged;
  const isDoubtful = hasOtherLetters || !foldsAscii;
  if (filling) {
    const { onDuplicate } = request;
    if (isDoubtful) await noteSettled(outcomes, filling.listSettled(onDuplicate), staged);
    return {
      duplicates: await filling.settle(superseded, hasOtherLetters, onDuplicate),
      rejected: 0,
    };
  }
  if (doomed.length > 0 || contradicted.length > 0 || isDoubtful) {
    const values = [request.onDuplicate, !foldsAscii, doomed, contradicted];
    await transaction.query('load/settle', values);
  }
  const { hides_products: hides } = await transaction.one<{ hides_products: boolean }>(
    'load/hides_products',
  );
  if (hides && transaction.isDistributed) throw hiddenOnCluster();
  if (hides) await transaction.query('load/reject_hidden');
  await transaction.query('load/reject_superseded');
  if (isDoubtful) {
    const settled = readRows<SettledRow>(transaction, 'load/list_settled', [!foldsAscii]);
    await noteSettled(outcomes, settled, staged);
  }
  return transaction.one('load/count_superseded');
}

async function noteSettled(
  outcomes: Outcomes | null,
  settled: AsyncIterable<SettledRow>,
  { rowAt }: Staged,
): Promise<void> {
  if (!outcomes) return;
  const numberOf = (row: number) => rowAt?.get(row) ?? row;
  for await (const { row_number, of_row } of settled) {
    outcomes.replace(numberOf(row_number), numberOf(of_row));
  }
}

/** Merges what is staged, or (dry run) counts what the merge would do. */
export async function merge(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
): Promise<MergeCounts> {
  const values = classifyValues(input);
  if (input.request.dryRun) {
    await transaction.query('load/reject', [...values, mayCatalogueReject(input, input.request)]);
    const asked = [...values, input.outcomes !== null];
    const preview = await transaction.one<Counts & VerdictRows>('load/preview', asked);
    return { ...countsOf(preview, input.outcomes), way: null };
  }
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
  if (input.request.recordChanges) await recordChanges(transaction, classifyValues(input), jobId!);
  const filled = byConflict ? null : await fillEmptyCatalogue(transaction, input, jobId);
  const values = mergeValues(input, jobId, byConflict);
  const merged = filled ?? (await mergeWithStored(transaction, values, input.onStep));
  if (!input.request.recordChanges) return merged;
  const recorded = await transaction.one<Recorded>('load/count_recorded', [jobId]);
  const isRecorded = (['inserted', 'updated', 'deleted'] as const).every(
    (way) => recorded[way] === merged[way],
  );
  return { ...merged, as_wanted: merged.as_wanted && isRecorded };
}

/** One statement compares and writes: it says itself when it has compared, but on a cluster. */
async function mergeWithStored(
  transaction: Session,
  values: unknown[],
  onStep: MergeInput['onStep'],
): Promise<Merged> {
  onStep(transaction.isDistributed ? 'writing' : 'comparing', 'merge');
  const work = () => transaction.one<Omit<Merged, 'way'>>('load/merge', values);
  const merged = await transaction.hearing(() => onStep('writing'), work);
  return { ...merged, way: 'merge' };
}

/** Inserts what is staged, if there is nothing to compare it with; null where there is. */
async function fillEmptyCatalogue(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
): Promise<Merged | null> {
  const { request, present, lacking, staged, products } = input;
  if (staged.hasActions || !present.includes('name') || lacking.length > 0) return null;
  if (!(await isCatalogueEmpty(transaction))) return null;
  const values = [request.blank === 'clear', request.newActive, jobId];
  const { inserted, way } = await insertAll(transaction, values, input.onStep);
  return { ...none, ...noRows, way, inserted, as_wanted: inserted === products };
}

/** $1 … $4 of load/classify.sql. */
export function classifyValues({ request, present, lacking }: MergeInput): unknown[] {
  const own = lacking.length === 0 ? [] : ['required', ...lacking.map(ownTarget)];
  const absent = [...fields.filter((field) => !present.includes(field)), ...own];
  return [absent, request.blank === 'clear', request.onExisting, request.newActive];
}

function mergeValues(input: MergeInput, jobId: string | null, byConflict: boolean): unknown[] {
  const { request, hasAction, products } = input;
  return [
    ...classifyValues(input),
    mayCatalogueReject(input, input.request),
    jobId,
    byConflict,
    hasAction || request.action === 'delete',
    request.onExisting === 'skip',
    products,
    input.outcomes !== null,
  ];
}
