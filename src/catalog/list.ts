import { inSnapshot, readInBatches } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import { filterParts, filterValues, type ProductFilter } from './filter.js';
import { toProduct, type ProductRow, type Product } from './schema.js';
import { cursorAfter, orderParts, positionValues, type Sort } from './sort.js';

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
    (await query(session, 'catalog/list', wanted));
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
  const values = listValues(request);
  const parts = { ...filterParts(request.filter), ...orderParts(request.sort) };
  const batches = readInBatches<ProductRow>(transaction, 'catalog/list', values, signal, parts);
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
  const listed = await session.one<{ products: string }>(
    'catalog/count_listed',
    filterValues(filter),
    filterParts(filter),
  );
  return Number(listed.products);
}

/** Runs a statement in the order that is asked for. @param more its values from $12 on */
function query(
  session: Session,
  name: string,
  request: ListRequest,
  more: unknown[] = [],
  parts: Record<string, string> = {},
): Promise<ProductRow[]> {
  const values = [...listValues(request), ...more];
  return session.query<ProductRow>(name, values, {
    ...parts,
    ...filterParts(request.filter),
    ...orderParts(request.sort),
  });
}

/** $1 to $11 of sql/catalog/list.sql. */
function listValues({ filter, sort, limit, after }: ListRequest): unknown[] {
  return [...filterValues(filter), limit, ...positionValues(sort, after)];
}

/** How many products to look at for each that is wanted: first, and where that found some. */
const walkFactors = [10, 100];

/** So many characters of a text leave at least four of `letters` that are not in it. */
const keyedCharacters = 32;
const letters = [...'qxzjkvwy0123456789bcdfghlmnprstaeiou'];

/**
 * A page of a search that has its index. What is frequent is found soon in the order of the
 * SKUs; what is rare is found by its trigrams. The planner can't tell the two apart: it guesses
 * from a hundred products of half a million.
 * @param trigrams where the functions are that it is asked with, see `searchSchema`
 * @returns null where the index can't help: for a single letter, for signs
 */
async function searchPage(
  session: Session,
  request: ListRequest & { limit: number },
  trigrams: string,
): Promise<ProductRow[] | null> {
  if (request.sort.by === 'sku') {
    const page = await walk(session, request);
    if (page) return page;
  }
  const keys = await searchKeys(session, request.filter.search!, trigrams);
  return keys === null ? null : query(session, 'catalog/search', request, [keys], { trigrams });
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

/** A whole page of what is found nearby; null where that is not enough. */
async function walk(
  session: Session,
  request: ListRequest & { limit: number },
): Promise<ProductRow[] | null> {
  const { limit } = request;
  for (const factor of walkFactors) {
    const rows = await query(session, 'catalog/walk', request, [limit * factor]);
    if (rows.length === limit) return rows;
    if (rows.length === 0) return null;
  }
  return null;
}

async function searchKeys(
  session: Session,
  text: string,
  trigrams: string,
): Promise<string | null> {
  const beginning = [...text].slice(0, keyedCharacters).join('');
  const taken = beginning + beginning.toLowerCase();
  const absent = letters.filter((letter) => !taken.includes(letter));
  const values = [beginning, ...absent.slice(0, 4)];
  const parts = { trigrams };
  return (await session.one<{ keys: string | null }>('catalog/search_keys', values, parts)).keys;
}
