import type { Session } from '../db/session.js';
import { NotFoundError } from '../errors.js';
import { namedSku } from '../product/sku.js';
import { toProduct, type ProductRow, type Product } from './schema.js';

/** @throws NotFoundError where no product has this SKU */
export async function getProduct(session: Session, sku: string): Promise<Product> {
  const [row] = await session.query<ProductRow>('catalog/get', [namedSku(sku)]);
  if (row) return toProduct(row);
  throw unknownProducts([sku]);
}

/** @throws NotFoundError where no product has this id */
export async function getProductById(session: Session, id: string): Promise<Product> {
  const [row] = await session.query<ProductRow>('catalog/get_by_id', [id]);
  if (row) return toProduct(row);
  throw new NotFoundError(
    `There is no product with the id ${id}. \`prodimport product list --json\` shows ids.`,
    'product_not_found',
  );
}

/** @param skus as the user named them, with the place where that was */
export function unknownProducts(skus: readonly string[]): NotFoundError {
  const shown = skus.slice(0, 10).join(', ');
  const more = skus.length > 10 ? ` and ${skus.length - 10} more` : '';
  return new NotFoundError(
    `There is no product with the SKU ${shown}${more}. \`prodimport product list --search\` finds products.`,
    'product_not_found',
  );
}
