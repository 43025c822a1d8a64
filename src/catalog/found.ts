import { lockProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';
import { RefusedError } from '../errors.js';
import { removeProducts, writePatches } from './change.js';
import type { FieldValues } from './fields.js';
import { filterParts, filterValues, type ProductFilter } from './where.js';
import { changeProducts, type Changed, type ChangeOptions, type NoteChanges } from './record.js';
import type { Product } from './schema.js';

export interface FoundOptions extends ChangeOptions {
  /** How many somebody agreed to; null for however many there are. */
  most: number | null;
}

/** The SKUs of the products that were found, and how many of them changed. */
export interface Found {
  skus: string[];
  changed: number;
}

/**
 * Changes all products that a filter finds in the same way, all or none.
 * @throws RefusedError where there are more than `most` by now; see `changeProducts`
 */
export async function updateFound(
  session: Session,
  filter: ProductFilter,
  values: FieldValues,
  options: FoundOptions,
): Promise<Found> {
  const patch = { place: null, newSku: null, ifUpdatedAt: null, values };
  return changeFound(session, filter, options, (skus) =>
    writePatches(
      session,
      skus.map((sku) => ({ ...patch, sku })),
    ),
  );
}

/** Deletes all products that a filter finds, or none; throws as `updateFound` does. */
export async function deleteFound(
  session: Session,
  filter: ProductFilter,
  options: FoundOptions,
): Promise<Found> {
  return changeFound(session, filter, options, (skus) => removeProducts(session, skus));
}

/** So many products, and their events, are in memory at once. */
const batchProducts = 1000;

/** Nobody else changes products meanwhile: what was found stays what was asked for. */
async function changeFound(
  session: Session,
  filter: ProductFilter,
  options: FoundOptions,
  work: (skus: string[]) => Promise<Changed<Product[]>>,
): Promise<Found> {
  const changeAll = async (note: NoteChanges) => {
    const skus = await holdFound(session, filter, options.most);
    let changed = 0;
    for (let from = 0; from < skus.length; from += batchProducts) {
      const { changes } = await work(skus.slice(from, from + batchProducts));
      await note(changes);
      changed += changes.length;
    }
    // They were noted batch by batch.
    return { result: { skus, changed }, changes: [] };
  };
  return changeProducts(session, options, changeAll, lockProducts);
}

async function holdFound(
  session: Session,
  filter: ProductFilter,
  most: number | null,
): Promise<string[]> {
  const values = filterValues(filter);
  const rows = await session.query<{ sku: string }>(
    'catalog/hold_found',
    values,
    filterParts(filter),
  );
  if (most !== null && rows.length > most) {
    throw new RefusedError(
      `By now the conditions find ${rows.length} products, not ${most}. Nothing was changed: run it again.`,
      'found_more',
    );
  }
  return rows.map(({ sku }) => sku);
}
