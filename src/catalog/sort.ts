import { didYouMean, UsageError } from '../errors.js';
import type { Product } from './schema.js';
import { indexedCharacters, type Comparable } from './where.js';

export const sortKeys = ['sku', 'name', 'price', 'updated'] as const;
type BuiltIn = (typeof sortKeys)[number];

export interface Sort {
  /** One of `sortKeys`, or the name of a field of one's own. */
  by: string;
  descending: boolean;
  /** How that field is compared. */
  own?: Comparable;
}

/**
 * @param text as `--sort` takes it, without the sign that reverses
 * @throws UsageError for no field, or one that has no order
 */
export function readSortKey(
  text: string,
  own: ReadonlyMap<string, Comparable>,
): Pick<Sort, 'by' | 'own'> {
  if (isBuiltIn(text)) return { by: text };
  const field = own.get(text);
  if (field && field.type !== 'list') return { by: text, own: field };
  const known = [
    ...sortKeys,
    ...[...own].flatMap(([name, { type }]) => (type === 'list' ? [] : name)),
  ];
  const why = field ? 'a list has no order.' : `there is no such field.${didYouMean(text, known)}`;
  throw new UsageError(
    `--sort ${text}: ${why} It takes ${known.join(', ')}, each with a - to reverse.`,
  );
}

function isBuiltIn(text: string): text is BuiltIn {
  return sortKeys.some((key) => key === text);
}

/** Where a page ended: what the next one goes on after. */
type Position = [key: string | null, id: string];

/**
 * What fills the statements that list in this order: `after` is true of products that come after
 * the key `$10` and the id `$11`. By SKU they are read from the index of their identity, so that
 * nothing else may stand in either part.
 */
export function orderParts(sort: Sort) {
  const { by, descending } = sort;
  const direction = descending ? 'desc' : 'asc';
  const beyond = descending ? '<' : '>';
  const [key, last] = keysOf(sort);
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
const keys: Record<BuiltIn, [key: string, last: string]> = {
  sku: ['lower(sku)', 'lower($10::text)'],
  name: ['lower(name)', 'lower($10::text)'],
  price: ['price', '$10::numeric'],
  updated: ["date_trunc('milliseconds', updated_at)", '$10::timestamptz'],
};

function keysOf({ by, own }: Sort): [key: string, last: string] {
  if (!own) return keys[by as BuiltIn];
  const { sql, type, folded = (same: string) => same } = own;
  return [folded(sql), `$10::${type === 'number' ? 'numeric' : type}`];
}

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

function keyOf({ by, own }: Sort, product: Product): string | null {
  if (own) return ownKeyOf(own.type, product.attributes[by]);
  return by === 'updated' ? product.updatedAt : product[by as Exclude<BuiltIn, 'updated'>];
}

/** What the functions of sql/migrations/0009_fields.sql make of a stored value, as text. */
function ownKeyOf(type: Comparable['type'], value: unknown): string | null {
  if (type === 'boolean') return typeof value === 'boolean' ? String(value) : null;
  if (type === 'number' && typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  if (type === 'text') return Array.from(value).slice(0, indexedCharacters).join('');
  return ownShapes[type as 'number' | 'date'].test(value) && isDayOr(type, value) ? value : null;
}

const ownShapes = { number: /^-?\d{1,100}(\.\d{1,100})?$/, date: /^(?!0000)\d{4}-\d\d-\d\d$/ };

function isDayOr(type: Comparable['type'], value: string): boolean {
  if (type !== 'date') return true;
  const time = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value);
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
  if (order === nameOf(sort) && isKey(sort, key)) return [key, id];
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
    return key?.includes('\0') ? null : [order, key, id];
  } catch {
    return null;
  }
}

/** Whether the database will take it for what the order compares. */
function isKey({ by, own }: Sort, key: string | null): boolean {
  if (by === 'updated' && !own) return key !== null && !Number.isNaN(Date.parse(key));
  if (key === null) return true;
  if (own?.type === 'boolean') return key === 'true' || key === 'false';
  if (own?.type === 'date') return isDayOr('date', key);
  const isNumber = own ? own.type === 'number' : by === 'price';
  return !isNumber || /^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(key);
}

/** As `--sort` spells it. */
function nameOf({ by, descending }: Sort): string {
  return `${descending ? '-' : ''}${by}`;
}
