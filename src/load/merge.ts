import { isSqlState } from '../db/failure.js';
import type { Session } from '../db/session.js';
import type { Field } from '../product/product.js';
import { fields } from '../product/product.js';
import { insertAll, isCatalogueEmpty } from './fill.js';
import { mayCatalogueReject } from './late-rejects.js';
import type { Way } from './record.js';
import type { LoadRequest } from './request.js';
import type { Staged } from './stage.js';

/** What the merge did with the staged rows; its `rejected` ones stand in late_rejects. */
export interface MergeCounts {
  /** Null where nothing was to be written. */
  way: Way | null;
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
  /** How many staged rows stand for a product once duplicates are settled. */
  products: number;
}

const uniqueViolation = '23505';

/** Settles the duplicates that memory could not, and counts what is left out of the merge. */
export async function settleDuplicates(
  transaction: Session,
  { staged, request }: Pick<MergeInput, 'staged' | 'request'>,
): Promise<{ duplicates: number; rejected: number }> {
  const { doomed, foldsAscii, hasOtherLetters } = staged;
  if (doomed.length > 0 || !foldsAscii || hasOtherLetters) {
    await transaction.query('load/settle', [request.onDuplicate, !foldsAscii, doomed]);
  }
  await transaction.query('load/reject_superseded');
  return transaction.one('load/count_superseded');
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
    return { ...(await transaction.one<Counts>('load/preview', values)), way: null };
  }
  const counts = await mergeOrRetry(transaction, input, jobId);
  if (input.request.recordChanges) await transaction.query('load/name_inserted', [jobId]);
  return counts;
}

async function mergeOrRetry(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
): Promise<MergeCounts> {
  await transaction.client.query('savepoint merge');
  try {
    return (
      (await fillEmptyCatalogue(transaction, input, jobId)) ??
      (await mergeWithStored(transaction, input, jobId, false))
    );
  } catch (error) {
    // A writer that does not take our lock was faster with one of the new SKUs.
    if (!isSqlState(error, uniqueViolation)) throw error;
    await transaction.client.query('rollback to savepoint merge');
    return mergeWithStored(transaction, input, jobId, true);
  }
}

async function mergeWithStored(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
  byConflict: boolean,
): Promise<MergeCounts> {
  const values = mergeValues(input, jobId, byConflict);
  return { ...(await transaction.one<Counts>('load/merge', values)), way: 'merge' };
}

/** Inserts what is staged, if there is nothing to compare it with; null where there is. */
async function fillEmptyCatalogue(
  transaction: Session,
  input: MergeInput,
  jobId: string | null,
): Promise<MergeCounts | null> {
  const { request, present, staged } = input;
  if (staged.hasActions || !present.includes('name')) return null;
  if (!(await isCatalogueEmpty(transaction))) return null;
  const values = [request.blank === 'clear', request.newActive, jobId];
  const { inserted, way } = await insertAll(transaction, values);
  return { way, inserted, updated: 0, unchanged: 0, skipped: 0, deleted: 0, rejected: 0 };
}

/** $1 … $4 of load/classify.sql. */
export function classifyValues({ request, present }: MergeInput): unknown[] {
  const absent = fields.filter((field) => !present.includes(field));
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
  ];
}
