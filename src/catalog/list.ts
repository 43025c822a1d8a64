import { inSnapshot, readInBatches } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import { filterValues, type ProductFilter } from './filter.js';
import { toProduct, type ProductRow } from './product.js';
import { countFound, searchPage } from './search.js';
import { cursorAfter, listStatement, positionValues, type Sort } from './sort.js';
import type { Product } from './schema.js';

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
  // One more than asked tells whether there is another page.
  const wanted = { ...request, limit: request.limit + 1 };
  const rows =
    (trigrams === null ? null : await searchPage(session, wanted, trigrams)) ??
    (await session.query<ProductRow>(listStatement(request.sort), listValues(wanted)));
  const products = rows.slice(0, request.limit).map(toProduct);
  const last = products.at(-1);
  const isLastPage = rows.length <= request.limit || last === undefined;
  return { products, next: isLastPage ? null : cursorAfter(request.sort, last) };
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
  const statement = listStatement(request.sort);
  const values = listValues(request);
  const batches = readInBatches<ProductRow>(transaction, statement, values, signal);
  for await (const rows of batches) yield rows.map(toProduct);
}

/** @param trigrams see `listPage` */
export async function countListed(
  session: Session,
  filter: ProductFilter,
  trigrams: string | null,
): Promise<number> {
  const found = trigrams === null ? null : await countFound(session, filter, trigrams);
  if (found !== null) return found;
  const values = filterValues(filter);
  return Number((await session.one<{ products: string }>('catalog/count_listed', values)).products);
}

/** $1 … of the statement that `listStatement` names. */
function listValues({ filter, sort, limit, after }: ListRequest): unknown[] {
  return [...filterValues(filter), limit, ...positionValues(sort, after)];
}
