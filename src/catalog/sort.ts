import { UsageError } from '../errors.js';
import type { Product } from './schema.js';

export const sortKeys = ['sku', 'name', 'price', 'updated'] as const;

export interface Sort {
  by: (typeof sortKeys)[number];
  descending: boolean;
}

/** Where a page ended: what the next one goes on after, as its statement takes it. */
type Position = [key: string | null, id: string];

/** The statement that lists in this order. */
export function listStatement({ by, descending }: Sort): string {
  return `catalog/list_by_${by}${descending ? '_desc' : ''}`;
}

/** What stands for `$9` and, but for SKUs, `$10` in the statement of this order. */
export function positionValues(sort: Sort, after: string | undefined): unknown[] {
  if (sort.by === 'sku') return [after ?? null];
  return after === undefined ? [null, null] : readCursor(sort, after);
}

/** What `--after` takes to go on behind this product: its SKU, or a cursor nobody has to read. */
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
export function nameOf({ by, descending }: Sort): string {
  return `${descending ? '-' : ''}${by}`;
}
