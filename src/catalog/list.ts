import { inSnapshot, readInBatches } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import {
  filterParts,
  filterValues,
  type ProductFilter,
  hasIndex,
  whereSql,
  type Condition,
} from './where.js';
import { toProduct, type ProductRow, type Product } from './schema.js';
import { cursorAfter, placeOf, stretchesOf, type Sort, type Stretch } from './sort.js';

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

/** A page of one stretch of a list. */
interface PageRequest {
  filter: ProductFilter;
  sort: Sort;
  stretch: Stretch;
  limit: number;
}

/** Runs a statement in the order that is asked for. @param more its values from $12 on */
function query<Row extends ProductRow = ProductRow>(
  session: Session,
  name: string,
  request: PageRequest,
  more: unknown[] = [],
  parts: Record<string, string> = {},
): Promise<Row[]> {
  const { filter, stretch } = request;
  const values = [...listValues(request), ...more];
  return session.query(name, values, { ...parts, ...filterParts(filter), ...stretch.parts });
}

/** $1 to $11 of sql/catalog/list.sql. */
function listValues({
  filter,
  stretch,
  limit,
}: Pick<PageRequest, 'filter' | 'stretch'> & { limit: number | null }): unknown[] {
  return [...filterValues(filter), limit, ...stretch.position];
}

/**
 * A page where a search or a condition has its index. What is frequent is found soon in the order of
 * the list; what is rare is found by the index, and sorted. The planner can't always tell the two
 * apart, and a wrong guess looks at every product.
 */
async function stretchPage(
  session: Session,
  request: PageRequest,
  trigrams: string | null,
): Promise<ProductRow[]> {
  const { filter, sort } = request;
  const isFound = filter.where?.some(hasIndex) === true;
  if (trigrams === null && !isFound) return query(session, 'catalog/list', request);
  const isOrdered = sort.by === 'sku' || sort.own?.isIndexed === true;
  const page = isOrdered ? await walk(session, request) : null;
  if (page !== null) return page;
  if (trigrams !== null) {
    const keys = await searchKeys(session, filter.search!, trigrams);
    if (keys !== null) return query(session, 'catalog/search', request, [keys], { trigrams });
  }
  const few = isFound ? await gather(session, request, isOrdered) : null;
  return few ?? query(session, 'catalog/list', request);
}

/**
 * A page of what conditions find by their index; null where that is too much. Of many any part is
 * taken: the page ends with the last one of that part's first page, or sooner, and up to there an
 * index of the order leaves few: 700 of 5,000 leave 350 for a page of 50. All that are looked at cost
 * 2 us each, and an entry of an index 0.2, so that in the order of a field more of them are taken.
 */
async function gather(
  session: Session,
  request: PageRequest,
  isOrdered: boolean,
): Promise<ProductRow[] | null> {
  type Row = ProductRow & { found: string };
  const { sort, limit } = request;
  let end: (string | null)[] = [null, null];
  return byIndexes(session, async () => {
    for (const factor of isOrdered ? [sort.own ? 200 : 100, 400, 700] : [700]) {
      const most = Math.max(Math.ceil(factor * Math.sqrt(limit)), 2 * limit);
      const rows = await query<Row>(session, 'catalog/found', request, [most + 1, ...end]);
      // A number of too many digits for JavaScript makes an end that is not quite where it was.
      const isPage = end[1] === null || rows.length === limit;
      if (Number(rows[0]?.found ?? 0) <= most) return isPage ? rows : null;
      end = placeOf(sort, toProduct(rows.at(-1)!));
    }
    return null;
  });
}

/** What is asked here goes through the indexes of conditions, and sees one moment. */
async function byIndexes<Result>(session: Session, ask: () => Promise<Result>): Promise<Result> {
  await session.begin('repeatable read, read only');
  try {
    await session.query('catalog/ask_indexes');
    return await ask();
  } finally {
    await session.rollback();
  }
}

/** How many products to look at first, for each that is wanted. */
const firstWalk = 10;
/** A shorter way would say too little of what comes after it. */
const fewest = 50;
/** Where fewer are found, an index finds all of them sooner. */
const leastShare = 1 / 40;

/** So many characters of a text leave at least four of `letters` that are not in it. */
const keyedCharacters = 32;
const letters = [...'qxzjkvwy0123456789bcdfghlmnprstaeiou'];

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

/** A whole page of what comes next in an order that has an index; null where that is not enough. */
async function walk(session: Session, request: PageRequest): Promise<ProductRow[] | null> {
  const { filter, sort, limit } = request;
  const where = filter.where ?? [];
  const near = { near: whereSql(where, (condition) => isNear(condition, sort)) };
  let looked = firstWalk * Math.max(limit, fewest);
  const first = await query(session, 'catalog/walk', request, [looked], near);
  if (first.length === limit) return first;
  const share = first.length / looked;
  if (share < leastShare) return null;
  // As frequent as here, more than half as many again fill the page.
  looked = Math.ceil((1.6 * limit) / share);
  const rows = await query(session, 'catalog/walk', request, [looked], near);
  return rows.length === limit ? rows : null;
}

/** Whether the index that gives the order finds what meets the condition, too. */
export function isNear(condition: Condition, { by, own }: Sort): boolean {
  if (!hasIndex(condition) || condition.field.type === 'list') return false;
  return by === 'sku' ? condition.operator === '=' : condition.field.sql === own?.sql;
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
