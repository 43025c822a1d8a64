import { inSnapshot, readInBatches } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import { byIndexes, listValues, searchKeys, stretchPage } from './page.js';
import { toProduct, type Product, type ProductRow } from './schema.js';
import { cursorAfter, stretchesOf, type Sort } from './sort.js';
import { filterParts, filterValues, hasIndex, type ProductFilter } from './where.js';

export interface ListRequest {
  filter: ProductFilter;
  sort: Sort;
  /** Null for all. */
  limit: number | null;
  /** What the page before ended with, see `cursorAfter`. */
  after?: string | undefined;
}

interface ProductPage {
  products: Product[];
  /** What the next page goes on after; null where this is the last one. */
  next: string | null;
}

/**
 * @param trigrams what the search index is asked with, see `searchSchema`; null without index
 * @throws UsageError for an `after` that is none
 */
export async function listPage(
  session: Session,
  request: ListRequest & { limit: number },
  trigrams: string | null,
): Promise<ProductPage> {
  const { filter, sort, limit, after } = request;
  const rows: ProductRow[] = [];
  for (const stretch of stretchesOf(sort, after)) {
    // One more than asked tells whether there is another page.
    const wanted = { filter, sort, stretch, limit: limit + 1 - rows.length };
    if (wanted.limit > 0) rows.push(...(await stretchPage(session, wanted, trigrams)));
  }
  const products = rows.slice(0, limit).map(toProduct);
  const last = products.at(-1);
  const isLastPage = rows.length <= limit || last === undefined;
  return { products, next: isLastPage ? null : cursorAfter(sort, last) };
}

/** Any number of products, a batch at a time, all of them as they were at one moment. */
export function streamProducts(
  session: Session,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<Product> {
  return inSnapshot(session, async function* () {
    for await (const products of productBatches(session, request, signal)) yield* products;
  });
}

/** The same inside a transaction, batch by batch. */
export async function* productBatches(
  transaction: Session,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<Product[]> {
  const { filter, sort, after } = request;
  let { limit } = request;
  for (const stretch of stretchesOf(sort, after)) {
    const values = listValues({ filter, stretch, limit });
    const parts = { ...filterParts(filter), ...stretch.parts };
    const batches = readInBatches<ProductRow>(transaction, 'catalog/list', values, signal, parts);
    for await (const rows of batches) {
      if (limit !== null) limit -= rows.length;
      yield rows.map(toProduct);
    }
  }
}

/** @param trigrams see `listPage` */
export async function countListed(
  session: Session,
  filter: ProductFilter,
  trigrams: string | null,
): Promise<number> {
  const found = trigrams === null ? null : await countFound(session, filter, trigrams);
  if (found !== null) return found;
  const count = () =>
    session.one<{ products: string }>(
      'catalog/count_listed',
      filterValues(filter),
      filterParts(filter),
    );
  const isFound = filter.where?.some(hasIndex) === true;
  const { products } = await (isFound ? byIndexes(session, count) : count());
  return Number(products);
}

/** How many products a search finds; null where the index can't help. */
async function countFound(
  session: Session,
  filter: ProductFilter,
  trigrams: string,
): Promise<number | null> {
  const keys = await searchKeys(session, filter.search!, trigrams);
  if (keys === null) return null;
  const values = [...filterValues(filter), keys];
  const parts = { trigrams, ...filterParts(filter) };
  const found = await session.one<{ products: string }>('catalog/count_found', values, parts);
  return Number(found.products);
}
