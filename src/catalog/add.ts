import { suppressed } from '../db/failure.js';
import type { Session } from '../db/session.js';
import { FailedError } from '../errors.js';
import { changeProducts, type ChangeOptions } from './change.js';
import { toProduct, type ProductRow } from './product.js';
import { placeName, type NewProduct } from './written.js';
import type { Product } from './schema.js';

/**
 * Adds products, all or none.
 * @returns them in the order given
 * @throws FailedError where a SKU is in the catalogue already, or comes twice
 */
export async function addProducts(
  session: Session,
  products: readonly NewProduct[],
  options: ChangeOptions,
): Promise<Product[]> {
  return changeProducts(session, options, async () => {
    const rows = await session.query<ProductRow>('catalog/add', [insertion(products)]);
    const bySku = new Map(rows.map((row) => [row.sku, toProduct(row)]));
    if (rows.length < products.length) await refuseSwallowed(session, products, bySku);
    const added = products.map((product) => take(bySku, product, products));
    const changes = added.map((product) => ({
      event: 'product.created' as const,
      old: null,
      new: product,
    }));
    return { result: added, changes };
  });
}

/** @throws FailedError where one was not written though nobody has its SKU */
async function refuseSwallowed(
  session: Session,
  products: readonly NewProduct[],
  bySku: ReadonlyMap<string, Product>,
): Promise<void> {
  for (const { sku } of products) {
    if (bySku.has(sku)) continue;
    const [stored] = await session.query('catalog/get', [sku]);
    if (!stored) throw suppressed(`SKU ${sku}`);
    return;
  }
}

/** $1 of sql/catalog/add.sql. */
function insertion(products: readonly NewProduct[]): string {
  return JSON.stringify(
    products.map(({ sku, values }, place) => ({
      place,
      sku,
      name: values.name,
      description: values.description,
      price: values.price,
      active: values.active ?? true,
      owner: values.owner,
      images: values.images ?? [],
      attributes: values.attributes,
    })),
  );
}

/** The row that stands for this product; a SKU that gave no row of its own was taken before. */
function take(
  bySku: Map<string, Product>,
  product: NewProduct,
  products: readonly NewProduct[],
): Product {
  const added = bySku.get(product.sku);
  if (added) {
    bySku.delete(product.sku);
    return added;
  }
  const isSame = ({ sku }: NewProduct) => sku.toLowerCase() === product.sku.toLowerCase();
  const first = products.find(isSame);
  if (first && first !== product) {
    throw new FailedError(
      `${placeName(product.place)}SKU ${product.sku} comes twice, first in ${first.place}. Nothing was added: leave one of them out.`,
      'sku_twice',
    );
  }
  throw new FailedError(
    `${placeName(product.place)}SKU ${product.sku} is in the catalogue already. Nothing was added; change it with \`prodimport product update\`.`,
    'already_exists',
  );
}
