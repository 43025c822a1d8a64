import { overtaken, suppressed } from '../db/failure.js';
import { RefusedError, shellWord } from '../errors.js';
import type { Session } from '../db/session.js';
import { countOf, showCount } from '../terminal/figures.js';
import type { MergeCounts } from './merge.js';
import { exceeds, missingFlag, type LoadRequest } from './request.js';
import type { Staged } from './stage.js';
import { unguarded } from '../product/bare-cells.js';

/**
 * How many stored products the file does not name, before anything is merged.
 * @throws RefusedError when they are more than the limit, or when rows that can't be read may name
 * some of them
 */
export async function countMissing(
  transaction: Session,
  request: LoadRequest,
  staged: Staged,
  damage: string | null,
): Promise<number> {
  if (request.missing === 'keep') return 0;
  const unsure = damage ?? whyUnsure(staged);
  if (unsure) {
    const flag = missingFlag(request.missing);
    throw missingUnsure(`${unsure}. Correct the file, or load it without ${flag}.`);
  }
  const { covered, missing } = await transaction.one<{ covered: number; missing: number }>(
    'load/count_missing',
    [request.owner, request.missing],
  );
  const limit = request.missingLimit;
  if (limit && missing > 0 && exceeds(limit, missing, covered)) {
    throw new RefusedError(
      `${showCount(missing)} of ${countOf(covered, 'product')} are not in the file; --missing-limit allows ${limit.value}${limit.percent ? '%' : ''}. Is the file whole? If so, raise --missing-limit.`,
      'missing_limit',
    );
  }
  return missing;
}

/**
 * A load that replaces the catalogue by what the file says must have something to put there.
 * @throws RefusedError where no row of the file stands for a product
 */
export function refuseToEmpty({ missing }: LoadRequest, merged: MergeCounts): void {
  const { inserted, updated, unchanged, skipped } = merged;
  if (missing !== 'replace' || inserted + updated + unchanged + skipped > 0) return;
  throw new RefusedError(
    `The file names no product that can be loaded: --replace would leave nothing. Products are unchanged. To delete them all, see prodimport purge.`,
    'nothing_to_replace',
  );
}

/** @param why which products a file names can't be learnt from it, and the way out */
export function missingUnsure(why: string): RefusedError {
  return new RefusedError(`It is not certain which products are missing: ${why}`, 'missing_unsure');
}

/** Why the file may name more products than could be read from it, or null. */
function whyUnsure({ unsureOfSkus, shortEndLine }: Staged): string | null {
  if (unsureOfSkus) return "some rejected rows don't say which product they mean";
  if (shortEndLine === null) return null;
  return `the file ends in a record with fewer cells than the header, on line ${shortEndLine}`;
}

/** Deactivates or deletes what is missing; gives how many products that were. */
export async function applyMissing(
  transaction: Session,
  request: LoadRequest,
  jobId: string | null,
  missing: number,
): Promise<{ deactivated: number; deleted: number }> {
  const none = { deactivated: 0, deleted: 0 };
  if (request.missing === 'keep') return none;
  const isGentle = request.missing === 'deactivate';
  const word = isGentle ? 'deactivated' : 'deleted';
  if (request.dryRun) return { ...none, [word]: missing };
  const { owner, recordChanges } = request;
  const recorded = recordChanges
    ? await transaction.execute('load/record_missing', [owner, request.missing, jobId])
    : missing;
  const statement = isGentle ? 'load/deactivate_missing' : 'load/delete_missing';
  const values = [owner, isGentle ? jobId : request.missing];
  const { products } = await transaction.one<{ products: number }>(statement, values);
  if (products !== missing || products !== recorded) await explain(transaction, request);
  return { ...none, [word]: products };
}

/** @throws FailedError where a trigger, or another session, kept a product from being written */
async function explain(transaction: Session, { owner, missing }: LoadRequest): Promise<never> {
  const [left] = await transaction.query<{ sku: string }>('load/still_missing', [owner, missing]);
  throw left ? suppressed(`SKU ${left.sku}`) : overtaken();
}

/**
 * A sentence about stored products whose SKU is one of the file in a spreadsheet's guard, as another
 * program, or `--guards keep`, stored it: to the database they are other products.
 * @throws RefusedError under `--missing` and `--replace`, which would take them for missing
 */
export async function guardedNote(
  transaction: Session,
  { missing, dryRun }: LoadRequest,
): Promise<string | null> {
  const { products, stored } = await transaction.one<{ products: number; stored: string | null }>(
    'load/find_guarded',
  );
  if (stored === null) return null;
  const bare = unguarded(stored) ?? stored;
  const rename = `prodimport product update ${shellWord(stored)} --sku ${shellWord(bare)}`;
  const what = `${countOf(products, 'stored product')} such as ${stored} ${products === 1 ? 'has' : 'have'} the guard of a spreadsheet in the SKU, which this file names without (${bare})`;
  if (missing !== 'keep') {
    throw missingUnsure(
      `${what}. Rename first: ${rename} (or load with --guards keep, as before).`,
    );
  }
  if (dryRun) return `${what}: the load would insert another product. Rename first: ${rename}`;
  const remove = `prodimport product delete ${shellWord(bare)} --yes`;
  return `${what}: they are two products now. To keep the old one: ${remove} && ${rename}, then load again`;
}
