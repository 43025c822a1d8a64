import { lockProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';

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
    const { products } = await session.one<{ products: number }>('catalog/purge', values);
    await session.write('catalog/add_purge', [scope, products], 1, 'the record of the purge');
    return products;
  }, signal);
}
