import type { Session } from '../db/session.js';
import { toProduct, type ProductRow } from './schema.js';
import { nowhere, placeOf, type Place, type Sort, type Stretch } from './sort.js';
import {
  filterParts,
  filterValues,
  hasIndex,
  whereSql,
  type Condition,
  type ProductFilter,
} from './where.js';

/** A page of one stretch of a list. */
export interface PageRequest {
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
  return session.query(name, values, { ...filterParts(filter), ...stretch.parts, ...parts });
}

/** $1 to $11 of sql/catalog/list.sql. */
export function listValues({
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
export async function stretchPage(
  session: Session,
  request: PageRequest,
  trigrams: string | null,
): Promise<ProductRow[]> {
  const { filter, sort } = request;
  const isFound = filter.where?.some(hasIndex) === true;
  if (trigrams === null && !isFound) return query(session, 'catalog/list', request);
  const isOrdered = sort.by === 'sku' || sort.own?.isIndexed === true;
  // Up to a likely end the index of a condition finds a page sooner than a longer way.
  const each = isFound && !session.isDistributed ? 5 : 10;
  const page = isOrdered ? await walk(session, request, each) : null;
  if (page !== null) return page;
  if (trigrams !== null) {
    const keys = await searchKeys(session, filter.search!, trigrams);
    if (keys !== null) return query(session, 'catalog/search', request, [keys], { trigrams });
  }
  const few = isFound ? await gather(session, request, isOrdered) : null;
  return few ?? query(session, 'catalog/list', request);
}

/** How many the planner expects; null on a cluster, whose coordinator knows of no values. */
async function expectedFinds(session: Session, filter: ProductFilter): Promise<number | null> {
  if (session.isDistributed) return null;
  type Guess = { 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] };
  const values = filterValues(filter);
  const guess = await session.one<Guess>('catalog/expect', values, filterParts(filter));
  return guess['QUERY PLAN'][0].Plan['Plan Rows'];
}

/**
 * A page of what conditions find by their indexes; null where that is too much. Where the order has
 * an index, too, an end behind which nothing is needed leaves few of many: the page tells whether it
 * is far enough, as it is full. Of too many any part is taken: what comes behind the first page of
 * that part is not needed either.
 */
async function gather(
  session: Session,
  request: PageRequest,
  isOrdered: boolean,
): Promise<ProductRow[] | null> {
  type Row = ProductRow & { found: string };
  const { filter, sort, limit, stretch } = request;
  return byIndexes(session, async () => {
    const expected = isOrdered ? await expectedFinds(session, filter) : null;
    const isFew = expected !== null && expected <= fewFinds(request);
    const nextEnd = expected === null || isFew ? null : await endsOf(session, request, expected);
    let end = nextEnd?.(null) ?? nowhere;
    for (const factor of isOrdered ? [leastFinds, 400, 700, 700, 700] : [700]) {
      const most = mostFinds(factor, limit);
      const parts = {
        beyond: stretch.beyond('$10', '$11'),
        // Keys of few are read once: those that come before are left out by what was read.
        ...(isFew && end === nowhere ? { after: 'true' } : {}),
      };
      const rows = await query<Row>(session, 'catalog/found', request, [most + 1, ...end], parts);
      const found = Number(rows[0]?.found ?? 0);
      // A number of too many digits for JavaScript makes an end that is not quite where it was.
      if (found > most) end = placeOf(sort, toProduct(rows.at(-1)!));
      else if (rows.length === limit || end === nowhere) return rows;
      else end = nextEnd?.(found) ?? nowhere;
    }
    return null;
  });
}

/** How many are sorted at once: 1,430 for a page of 50. */
function mostFinds(factor: number, limit: number): number {
  return Math.max(Math.ceil(factor * Math.sqrt(limit)), 2 * limit);
}

const leastFinds = 200;

/**
 * So many are looked at sooner than an end is found. Up to an end in the order of SKUs the index of
 * one condition is read alone, which pays for two: of what three conditions find, each leaves more.
 */
function fewFinds({ filter, sort, limit }: PageRequest): number {
  const conditions = (filter.where ?? []).filter(hasIndex).length;
  return sort.by === 'sku' && conditions < 3 ? 10 * limit : mostFinds(leastFinds, limit);
}

type NextEnd = (found: number | null) => Place;

/**
 * Ends of parts of a stretch that are likely to hold a page, each further than the one before: a
 * sample of all products tells where, and the page whether the guess was right.
 * @returns what takes how many were found up to the end before, null for none
 */
async function endsOf(session: Session, request: PageRequest, expected: number): Promise<NextEnd> {
  type Row = { key: string | null; sku: string; sampled: string };
  const { sort, limit, stretch } = request;
  const parts = { ...stretch.parts, beyond: stretch.beyond('$1', '$2') };
  const sample = await session.query<Row>('catalog/sample', stretch.position, parts);
  // For each product of the sample.
  let finds = expected / Number(sample[0]?.sampled ?? 1);
  let at = 0;
  return (found) => {
    if (found !== null) {
      // Less than half a page may be chance.
      finds = (found + limit / 2) / at;
      if (finds * sample.length <= mostFinds(leastFinds, limit)) return nowhere;
    }
    // Half as many again as are wanted, and room for chance.
    at = Math.max(2 * at, Math.ceil((1.5 * limit) / finds) + 2);
    const place = sample[at - 1];
    return place ? [sort.by === 'sku' ? null : place.key, place.sku] : nowhere;
  };
}

/** What is asked here goes through the indexes of conditions, and sees one moment. */
export async function byIndexes<Result>(
  session: Session,
  ask: () => Promise<Result>,
): Promise<Result> {
  await session.begin('repeatable read, read only');
  try {
    await session.query('catalog/ask_indexes');
    return await ask();
  } finally {
    await session.rollback();
  }
}

/** A shorter way would say too little of what comes after it. */
const fewest = 50;

/**
 * A whole page of what comes next in an order that has an index; null where that is not enough.
 * @param each how many products to look at first, for each that is wanted
 */
async function walk(
  session: Session,
  request: PageRequest,
  each: number,
): Promise<ProductRow[] | null> {
  const { filter, sort, limit } = request;
  const where = filter.where ?? [];
  const near = { near: whereSql(where, (condition) => isNear(condition, sort)) };
  let looked = each * Math.max(limit, fewest);
  const first = await query(session, 'catalog/walk', request, [looked], near);
  if (first.length === limit || isAllNear(filter, sort)) return first;
  const share = first.length / looked;
  // Where fewer are found, an index finds all of them sooner.
  if (share < 1 / (4 * each)) return null;
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

/** Whether only what is found is looked at, so that a page that is not full is the last one. */
function isAllNear({ where = [], ...others }: ProductFilter, sort: Sort): boolean {
  const isFree = filterValues(others).every((value) => value === null);
  return isFree && where.length > 0 && where.every((condition) => isNear(condition, sort));
}

/** So many characters of a text leave at least four of `letters` that are not in it. */
const keyedCharacters = 32;
const letters = [...'qxzjkvwy0123456789bcdfghlmnprstaeiou'];

export async function searchKeys(
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
