import { UsageError } from '../errors.js';
import type { Product } from './schema.js';

export const sortKeys = ['sku', 'name', 'price', 'updated'] as const;

export interface Sort {
  by: (typeof sortKeys)[number];
  descending: boolean;
}

/** Where a page ended: what the next one goes on after. */
type Position = [key: string | null, id: string];

/**
 * What fills the statements that list in this order: `after` is true of products that come after
 * the key `$10` and the id `$11`. By SKU they are read from the index of their identity, so that
 * nothing else may stand in either part.
 */
export function orderParts({ by, descending }: Sort) {
  const direction = descending ? 'desc' : 'asc';
  const beyond = descending ? '<' : '>';
  const [key, last] = keys[by];
  if (by === 'sku') {
    return { direction, order: `${key} ${direction}`, after: `${key} ${beyond} ${last}` };
  }
  return {
    direction,
    order: `${key} ${direction} nulls last, id ${direction}`,
    after: `case when ${last} is null then ${key} is null and id ${beyond} $11
      else ${key} ${beyond} ${last} or ${key} is null or ${key} = ${last} and id ${beyond} $11 end`,
  };
}

/** What is compared, of a product and of the last one before. Times go to the millisecond. */
const keys: Record<Sort['by'], [key: string, last: string]> = {
  sku: ['lower(sku)', 'lower($10::text)'],
  name: ['lower(name)', 'lower($10::text)'],
  price: ['price', '$10::numeric'],
  updated: ["date_trunc('milliseconds', updated_at)", '$10::timestamptz'],
};

/** `$10` and `$11` of those statements: null on the first page. An SKU needs no id beside it. */
export function positionValues(sort: Sort, after: string | undefined): [unknown, unknown] {
  if (after === undefined) return [null, null];
  return sort.by === 'sku' ? [after, 0] : readCursor(sort, after);
}

/** What `--after` takes to go on after this product: its SKU, or a cursor. */
export function cursorAfter(sort: Sort, product: Product): string {
  if (sort.by === 'sku') return product.sku;
  const position: Position = [keyOf(sort, product), product.id];
  return Buffer.from(JSON.stringify([nameOf(sort), ...position])).toString('base64url');
}

function keyOf({ by }: Sort, product: Product): string | null {
  return by === 'updated' ? product.updatedAt : product[by];
}

/** @throws UsageError for a cursor of another order, or none at all */
function readCursor(sort: Sort, cursor: string): Position {
  const parts = parse(cursor);
  if (parts === null) {
    throw new UsageError(
      `--after ${cursor}: under --sort ${nameOf(sort)} it takes the cursor that the page before printed on standard error.`,
      'cursor_invalid',
    );
  }
  const [order, key, id] = parts;
  if (order === nameOf(sort)) return [key, id];
  throw new UsageError(
    `--after: this cursor belongs to --sort ${order}, not to --sort ${nameOf(sort)}.`,
    'cursor_invalid',
  );
}

function parse(cursor: string): [order: string, ...position: Position] | null {
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    const [order, key, id] = parts;
    if (typeof order !== 'string' || typeof id !== 'string' || !/^\d{1,19}$/.test(id)) return null;
    if (key !== null && typeof key !== 'string') return null;
    return isKey(order, key) ? [order, key, id] : null;
  } catch {
    return null;
  }
}

/** Whether the database will take it for what the order compares. */
function isKey(order: string, key: string | null): boolean {
  if (order.endsWith('price')) return key === null || /^\d+(\.\d+)?$/.test(key);
  if (order.endsWith('updated')) return key !== null && !Number.isNaN(Date.parse(key));
  return key === null || !key.includes('\0');
}

/** As `--sort` spells it. */
function nameOf({ by, descending }: Sort): string {
  return `${descending ? '-' : ''}${by}`;
}
