import { changeFailure, shareProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';
import { type Product, toProduct, type ProductRow } from './schema.js';
import { UsageError, FailedError, RefusedError } from '../errors.js';
import { listFields } from './field.js';
import { unknownProducts } from './get.js';
import type { FieldDefinition } from '../product/field.js';
import { placeName, type NewProduct, type ProductPatch } from './written.js';
import { suppressed, isSqlState } from '../db/failure.js';
import { namedSku } from '../product/sku.js';

/** What a change by hand did to one product: `old` is null for a new one, `new` for one gone. */
export interface ProductChange {
  event: 'product.created' | 'product.updated' | 'product.deleted';
  old: Product | null;
  new: Product | null;
}

export interface ChangeOptions {
  /** How long to wait for a load, purge or undo that holds the catalogue. */
  waitMs: number;
  /** Rolls back, until COMMIT is on its way. */
  signal?: AbortSignal;
  /** What else belongs into the transaction; not called where nothing has changed. */
  afterChange?: (transaction: Session, changes: readonly ProductChange[]) => Promise<void>;
  /** Fields of one's own, as values were read by them. */
  fields?: readonly FieldDefinition[];
}

/** What `work` did, and what to answer. */
export interface Changed<Result> {
  result: Result;
  changes: ProductChange[];
}

/**
 * Runs a change of products by hand as one transaction, all or nothing.
 * @param hold keeps loads away meanwhile, and may keep away other changes
 * @throws RefusedError where the catalogue, or one of the products, is held for longer than `waitMs`
 */
export async function changeProducts<Result>(
  session: Session,
  { waitMs, signal, afterChange, fields }: ChangeOptions,
  work: () => Promise<Changed<Result>>,
  hold = shareProducts,
): Promise<Result> {
  return session.transaction(async () => {
    await hold(session, waitMs);
    if (fields) await refuseOtherFields(session, fields);
    const { result, changes } = await work().catch((error: unknown) => {
      throw changeFailure(error);
    });
    if (changes.length > 0) await afterChange?.(session, changes);
    return result;
  }, signal);
}

/** No field changes while products are shared; but somebody may have been faster. */
async function refuseOtherFields(
  session: Session,
  known: readonly FieldDefinition[],
): Promise<void> {
  const fields = await listFields(session);
  if (JSON.stringify(fields) === JSON.stringify(known)) return;
  throw new FailedError(
    'Fields were changed just now. No product was changed: try again.',
    'fields_changed',
  );
}

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
async function holdProducts(session: Session, named: readonly Named[]): Promise<Product[]> {
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
  patches.forEach((patch, index) => refuseChanged(patch, held[index]!));
  const rows = await session
    .query<WrittenRow>('catalog/update', [changesOf(patches, held)])
    .catch((error: unknown) => {
      throw isSqlState(error, uniqueViolation) ? skuTaken(error) : error;
    });
  const lost = rows.find((row) => row.id === null);
  if (lost) throw suppressed(`SKU ${held.find(({ id }) => id === lost.asked_id)!.sku}`);
  const updated = new Map(rows.map((row) => [row.id, toProduct(row)]));
  return {
    result: held.map((product) => updated.get(product.id) ?? product),
    changes: held
      .filter(({ id }) => updated.has(id))
      .map((old) => ({ event: 'product.updated' as const, old, new: updated.get(old.id)! })),
  };
}

/** Without an id where the server did not write the product that was asked for. */
type WrittenRow = ProductRow & { asked_id: string };

function refuseChanged({ place, ifUpdatedAt }: ProductPatch, { sku, updatedAt }: Product): void {
  if (ifUpdatedAt === null || ifUpdatedAt === updatedAt) return;
  throw new RefusedError(
    `${placeName(place)}${sku} was changed at ${updatedAt}, not at ${ifUpdatedAt}. Nothing was changed: look at it with \`prodimport product get\` and try again.`,
    'changed_since',
  );
}

/** $1 of sql/catalog/update.sql. */
function changesOf(patches: readonly ProductPatch[], held: readonly Product[]): string {
  return JSON.stringify(
    patches.map(({ newSku, values }, index) => ({
      id: held[index]!.id,
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
  const ids = held.map(({ id }) => id);
  const gone = new Set(
    (await session.query<{ id: string }>('catalog/delete', [ids])).map(({ id }) => id),
  );
  const left = held.find(({ id }) => !gone.has(id));
  if (left) throw suppressed(`the deletion of SKU ${left.sku}`);
  const changes = held.map((old) => ({ event: 'product.deleted' as const, old, new: null }));
  return { result: held, changes };
}
