import type { Session } from '../db/session.js';
import { unguarded } from '../product/bare-cells.js';
import { shellWord } from '../errors.js';
import { countOf } from '../terminal/figures.js';
import { missingUnsure } from './missing.js';
import type { LoadRequest } from './request.js';

/**
 * A sentence about stored products whose SKU is one of the file in a spreadsheet's guard, as another
 * program, or `--guards keep`, stored it: to the database they are other products.
 * @throws RefusedError under `--missing`, which would take them for missing
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
