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
interface Position {
  key: string | null;
  sku: string;
}

/**
 * Products that stand together in an order: those that have the key, in the order of its index, and
 * behind them those that have none.
 */
export interface Stretch {
  /**
   * What fills the statements that list it: `after` is true of what comes after $10 and $11, and
   * `places` is the order by what catalog/walk calls its keys.
   */
  parts: { key: string; order: string; places: string; after: string };
  /** $10 and $11 of those statements: a key and a SKU, null where the stretch begins. */
  position: [key: string | null, sku: string | null];
}

/**
 * What a list goes through, one after the other.
 * @throws UsageError for an `after` that is none
 */
export function stretchesOf(sort: Sort, after: string | undefined): Stretch[] {
  const direction = sort.descending ? 'desc' : 'asc';
  const beyond = sort.descending ? '<' : '>';
  const [key, last] = keysOf(sort);
  const inOrder = (...keys: string[]) => keys.map((each) => `${each} ${direction}`).join(', ');
  const sku = `($11::text is null or lower(sku) ${beyond} lower($11::text))`;
  if (sort.by === 'sku') {
    const parts = { key, order: inOrder(key), places: inOrder('place') };
    const bySku = { ...parts, after: `$10::text is null and ${sku}` };
    return [{ parts: bySku, position: [null, after ?? null] }];
  }
  const order = inOrder(key, 'lower(sku)');
  const parts = { key, order, places: inOrder('place', 'place_of_sku') };
  const position = after === undefined ? null : readCursor(sort, after);
  const next = `(${key}, lower(sku)) ${beyond} (${last}, lower($11::text))`;
  const present: Stretch = {
    parts: { ...parts, after: `${key} is not null and ($11::text is null or ${next})` },
    position: [position?.key ?? null, position?.sku ?? null],
  };
  const blank: Stretch = {
    parts: { ...parts, after: `${key} is null and $10::text is null and ${sku}` },
    position: [null, position?.key === null ? position.sku : null],
  };
  if (position?.key === null) return [blank];
  return sort.by === 'updated' && !sort.own ? [present] : [present, blank];
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

/** What `--after` takes to go on after this product: its SKU, or a cursor. */
export function cursorAfter(sort: Sort, product: Product): string {
  if (sort.by === 'sku') return product.sku;
  const cursor: Cursor = { sort: nameOf(sort), key: keyOf(sort, product), sku: product.sku };
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
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

/** A position, and the order that it belongs to. */
interface Cursor extends Position {
  sort: string;
}

/** @throws UsageError for a cursor of another order, or none at all */
function readCursor(sort: Sort, text: string): Position {
  const cursor = parse(text);
  if (cursor === null) {
    throw new UsageError(
      `--after ${text}: under --sort ${nameOf(sort)} it takes the cursor that the page before printed on standard error.`,
      'cursor_invalid',
    );
  }
  if (cursor.sort === nameOf(sort) && isKey(sort, cursor.key)) return cursor;
  throw new UsageError(
    `--after: this cursor belongs to --sort ${cursor.sort}, not to --sort ${nameOf(sort)}.`,
    'cursor_invalid',
  );
}

function parse(text: string): Cursor | null {
  try {
    const parsed = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
    const { sort, key, sku } = parsed;
    if (typeof sort !== 'string' || typeof sku !== 'string' || sku.includes('\0')) return null;
    if (key !== null && typeof key !== 'string') return null;
    return key?.includes('\0') ? null : { sort, key, sku };
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
