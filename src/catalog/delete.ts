import { suppressed } from '../db/failure.js';
import type { Session } from '../db/session.js';
import { namedSku } from '../product/sku.js';
import { changeProducts, type ChangeOptions } from './change.js';
import { holdProducts } from './hold.js';
import type { Product } from './schema.js';

/**
 * Deletes products, all or none.
 * @returns what they were
 * @throws NotFoundError naming every SKU that is unknown · UsageError for one that comes twice
 */
export async function deleteProducts(
  session: Session,
  skus: readonly string[],
  options: ChangeOptions,
): Promise<Product[]> {
  const named = skus.map((sku) => ({ place: null, sku: namedSku(sku) }));
  return changeProducts(session, options, async () => {
    const held = await holdProducts(session, named);
    const ids = held.map(({ id }) => id);
    const gone = new Set(
      (await session.query<{ id: string }>('catalog/delete', [ids])).map(({ id }) => id),
    );
    const left = held.find(({ id }) => !gone.has(id));
    if (left) throw suppressed(`the deletion of SKU ${left.sku}`);
    const changes = held.map((old) => ({ event: 'product.deleted' as const, old, new: null }));
    return { result: held, changes };
  });
}
