import type { Session } from '../db/session.js';
import { UsageError } from '../errors.js';
import { unknownProducts } from './get.js';
import { toProduct, type ProductRow } from './product.js';
import { placeName } from './written.js';
import type { Product } from './schema.js';

/** Somebody's word for a product, with the place where it stands. */
interface Named {
  place: string | null;
  sku: string;
}

/**
 * Locks products until the transaction ends.
 * @returns them in the order given
 * @throws NotFoundError naming every SKU that is unknown · UsageError for one that comes twice
 */
export async function holdProducts(session: Session, named: readonly Named[]): Promise<Product[]> {
  const skus = named.map(({ sku }) => sku);
  const rows = await session.query<ProductRow & { place: number }>('catalog/hold', [skus]);
  const held = new Map(rows.map((row) => [row.place, toProduct(row)]));
  const unknown = named.filter((_, index) => !held.has(index + 1));
  if (unknown.length > 0) {
    throw unknownProducts(
      unknown.map(({ place, sku }) => (place === null ? sku : `${sku} (${place})`)),
    );
  }
  const products = named.map((_, index) => held.get(index + 1)!);
  refuseTwice(named, products);
  return products;
}

function refuseTwice(named: readonly Named[], products: readonly Product[]): void {
  const seen = new Map<string, Named>();
  for (const [index, { id, sku }] of products.entries()) {
    const each = named[index]!;
    const first = seen.get(id);
    seen.set(id, each);
    if (!first) continue;
    const where = first.place === null ? '' : `, first in ${first.place}`;
    throw new UsageError(
      `${placeName(each.place)}product ${sku} comes twice${where}. Nothing was changed.`,
      'sku_twice',
    );
  }
}
