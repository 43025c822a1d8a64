import type { Session } from '../db/session.js';
import type { Product } from './schema.js';
import { UsageError, FailedError, RefusedError } from '../errors.js';
import { unknownProducts } from './get.js';
import {
  changeOf,
  changeProducts,
  toKept,
  type Changed,
  type ChangeOptions,
  type Kept,
  type KeptRow,
} from './record.js';
import { placeName, type NewProduct, type ProductPatch } from './written.js';
import { suppressed, isSqlState } from '../db/failure.js';
import { namedSku } from '../product/sku.js';

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
async function holdProducts(session: Session, named: readonly Named[]): Promise<Kept[]> {
  const skus = named.map(({ sku }) => sku);
  const rows = await session.query<KeptRow & { place: number }>('catalog/hold', [skus]);
  const held = new Map(rows.map((row) => [row.place, toKept(row)]));
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

function refuseTwice(named: readonly Named[], products: readonly Kept[]): void {
  const seen = new Map<string, Named>();
  for (const [index, { product }] of products.entries()) {
    const { id, sku } = product;
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
    const rows = await session.query<KeptRow>('catalog/add', [insertion(products)]);
    const bySku = new Map(rows.map((row) => [row.sku, toKept(row)]));
    if (rows.length < products.length) await refuseSwallowed(session, products, bySku);
    const added = products.map((product) => take(bySku, product, products));
    const changes = added.map((kept) => changeOf('product.created', null, kept));
    return { result: added.map(({ product }) => product), changes };
  });
}

/** @throws FailedError where one was not written though nobody has its SKU */
async function refuseSwallowed(
  session: Session,
  products: readonly NewProduct[],
  bySku: ReadonlyMap<string, Kept>,
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
  bySku: Map<string, Kept>,
  product: NewProduct,
  products: readonly NewProduct[],
): Kept {
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

const uniqueViolation = '23505';

/**
 * Changes products, all or none. One that would be as before is not touched.
 * @returns them in the order given, as they are now
 * @throws NotFoundError · RefusedError where one was changed since `ifUpdatedAt` · FailedError where
 *   a new SKU is another product's · UsageError where a product comes twice
 */
export async function updateProducts(
  session: Session,
  patches: readonly ProductPatch[],
  options: ChangeOptions,
): Promise<Product[]> {
  return changeProducts(session, options, () => writePatches(session, patches));
}

/** The writing alone, of products that it locks until the transaction ends. */
export async function writePatches(
  session: Session,
  patches: readonly ProductPatch[],
): Promise<Changed<Product[]>> {
  const held = await holdProducts(session, patches);
  patches.forEach((patch, index) => refuseChanged(patch, held[index]!.product));
  const rows = await session
    .query<WrittenRow>('catalog/update', [changesOf(patches, held)])
    .catch((error: unknown) => {
      throw isSqlState(error, uniqueViolation) ? skuTaken(error) : error;
    });
  const lost = rows.find((row) => row.id === null);
  if (lost)
    throw suppressed(
      `SKU ${held.find(({ product }) => product.id === lost.asked_id)!.product.sku}`,
    );
  const updated = new Map(rows.map((row) => [row.id, toKept(row)]));
  const both = held.map((was) => ({ was, is: updated.get(was.product.id) }));
  return {
    result: both.map(({ was, is = was }) => is.product),
    changes: both.flatMap(({ was, is }) => (is ? [changeOf('product.updated', was, is)] : [])),
  };
}

/** Without an id where the server did not write the product that was asked for. */
type WrittenRow = KeptRow & { asked_id: string };

function refuseChanged({ place, ifUpdatedAt }: ProductPatch, { sku, updatedAt }: Product): void {
  if (ifUpdatedAt === null || ifUpdatedAt === updatedAt) return;
  throw new RefusedError(
    `${placeName(place)}${sku} was changed at ${updatedAt}, not at ${ifUpdatedAt}. Nothing was changed: look at it with \`prodimport product get\` and try again.`,
    'changed_since',
  );
}

/** $1 of sql/catalog/update.sql. */
function changesOf(patches: readonly ProductPatch[], held: readonly Kept[]): string {
  return JSON.stringify(
    patches.map(({ newSku, values }, index) => ({
      id: held[index]!.product.id,
      new_sku: newSku,
      ...values,
    })),
  );
}

function skuTaken(error: unknown): FailedError {
  const detail = (error as { detail?: string }).detail ?? '';
  const sku = /=\((.*)\)/.exec(detail)?.[1] ?? 'wanted';
  return new FailedError(
    `SKU ${sku} is another product's already. Nothing was changed: choose another SKU, or delete that product first.`,
    'already_exists',
    { cause: error },
  );
}

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
  const named = skus.map(namedSku);
  return changeProducts(session, options, () => removeProducts(session, named));
}

/** The deleting alone, of products that it locks before. */
export async function removeProducts(
  session: Session,
  skus: readonly string[],
): Promise<Changed<Product[]>> {
  const held = await holdProducts(
    session,
    skus.map((sku) => ({ place: null, sku })),
  );
  const ids = held.map(({ product }) => product.id);
  const gone = new Set(
    (await session.query<{ id: string }>('catalog/delete', [ids])).map(({ id }) => id),
  );
  const left = held.find(({ product }) => !gone.has(product.id));
  if (left) throw suppressed(`the deletion of SKU ${left.product.sku}`);
  const changes = held.map((was) => changeOf('product.deleted', was, null));
  return { result: held.map(({ product }) => product), changes };
}
