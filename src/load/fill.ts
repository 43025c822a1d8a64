import { isSqlState, lockNotAvailable } from '../db/failure.js';
import type { Session } from '../db/session.js';
import type { Way } from './record.js';

/** An index of products, as the statements that take it away and make it again. */
interface Index {
  drop: string;
  build: string[];
}

/** Whether no product is stored. */
export async function isCatalogueEmpty(transaction: Session): Promise<boolean> {
  const { is_empty } = await transaction.one<{ is_empty: boolean }>('load/is_catalogue_empty');
  return is_empty;
}

/**
 * Inserts what is staged into the empty catalogue. Building an index takes half of the time of
 * keeping it up row by row: so where products are free at once, and nothing but ours stands on them,
 * nobody reads them until the transaction ends, and their indexes are built behind the rows.
 * @param values of load/insert_all.sql
 */
export async function insertAll(
  transaction: Session,
  values: unknown[],
): Promise<{ inserted: number; way: Way }> {
  const indexes = await takeIndexes(transaction);
  if (!indexes) {
    const inserted = await transaction.execute('load/insert_in_key_order', values);
    return { inserted, way: 'insert' };
  }
  const inserted = await transaction.execute('load/insert_all', values);
  for (const { build } of indexes) {
    for (const statement of build) await transaction.perform(statement);
  }
  return { inserted, way: 'fill' };
}

/** Takes the indexes of the empty catalogue away, under a lock; null where that may not be done. */
async function takeIndexes(transaction: Session): Promise<Index[] | null> {
  if (transaction.isDistributed || !(await listIndexes(transaction))) return null;
  await transaction.perform('savepoint fill');
  try {
    await transaction.query('load/lock_catalogue');
    const indexes = await listIndexes(transaction);
    if (indexes && (await isCatalogueEmpty(transaction))) {
      for (const { drop } of indexes) await transaction.perform(drop);
      const { is_spared } = await transaction.one<{ is_spared: boolean }>('load/is_wal_spared');
      if (is_spared) await transaction.query('load/renew_products');
      return indexes;
    }
  } catch (error) {
    // Somebody reads or writes them; a first load waits for nobody.
    if (!isSqlState(error, lockNotAvailable)) throw error;
  }
  await transaction.perform('rollback to savepoint fill');
  return null;
}

async function listIndexes(transaction: Session): Promise<Index[] | null> {
  const indexes = await transaction.query<{ drop: string; build: string[] }>('load/list_indexes');
  return indexes.length > 0 ? indexes : null;
}
