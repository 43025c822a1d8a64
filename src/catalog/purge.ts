import { suppressed } from '../db/failure.js';
import { lockProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';
import { runBy } from '../environment.js';

/** Whose products to delete; without an owner all of them. */
export interface PurgeScope {
  owner?: string | undefined;
}

/** How many products a scope has; with no owner, all there are. */
export async function countProducts(session: Session, scope: PurgeScope): Promise<number> {
  const values = [scope.owner ?? null];
  return (await session.one<{ products: number }>('catalog/count_purgeable', values)).products;
}

/**
 * Deletes the products of a scope in one transaction, and records that it was done: a file loaded
 * before may have to be loaded again.
 * @param waitMs for a load that merges
 * @param signal rolls back, until COMMIT is on its way
 */
export async function purgeProducts(
  session: Session,
  scope: PurgeScope,
  waitMs: number,
  signal?: AbortSignal,
): Promise<number> {
  return session.transaction(async () => {
    await lockProducts(session, waitMs);
    const values = [scope.owner ?? null];
    const { products, wanted } = await session.one<Purged>('catalog/purge', values);
    if (products !== wanted) await refuseUnpurged(session, values);
    await session.write(
      'catalog/add_purge',
      [scope, products, await session.storable(runBy())],
      1,
      'the record of the purge',
    );
    return products;
  }, signal);
}

interface Purged {
  products: number;
  wanted: number;
}

/** Where another session has deleted some of them meanwhile, there is nothing to refuse. */
async function refuseUnpurged(session: Session, values: unknown[]): Promise<void> {
  const [left] = await session.query<{ sku: string }>('catalog/list_unpurged', values);
  if (left) throw suppressed(`SKU ${left.sku}`);
}
