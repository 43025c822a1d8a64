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

/** A key and a SKU, the key null where it is blank or not asked for. */
export type Place = [key: string | null, sku: string | null];

/**
 * Products that stand together in an order: those that have the key, in the order of its index, and
 * behind them those that have none.
 */
export interface Stretch {
  /**
   * What fills the statements that list it: `after` is true of what comes after $10 and $11,
   * `within` of what comes no later than $13 and $14. Where the key was read before, it is called
   * `place`, and the folded SKU `place_of_sku`: `places` is the order by them.
   */
  parts: Record<'key' | 'order' | 'places' | 'after' | 'within', string>;
  /** `after` where the key was read before, and of other parameters. */
  beyond: (...last: KeyAndSku) => string;
  /** $10 and $11 of those statements, null where the stretch begins. */
  position: Place;
}

type KeyAndSku = [$key: string, $sku: string];

/**
 * What a list goes through, one after the other.
 * @throws UsageError for an `after` that is none
 */
export function stretchesOf(sort: Sort, after: string | undefined): Stretch[] {
  if (sort.by === 'sku') return [stretchOf(sort, 'all', [null, after ?? null])];
  const position = after === undefined ? null : readCursor(sort, after);
  if (position?.key === null) return [stretchOf(sort, 'blank', [null, position.sku])];
  const present = stretchOf(sort, 'present', [position?.key ?? null, position?.sku ?? null]);
  if (sort.by === 'updated' && !sort.own) return [present];
  return [present, stretchOf(sort, 'blank', nowhere)];
}

export const nowhere: Place = [null, null];

/** @param which those that have the key, or none; all where the order is that of SKUs */
function stretchOf(sort: Sort, which: 'present' | 'blank' | 'all', position: Place): Stretch {
  const [key, given] = keysOf(sort);
  const isPresent = which === 'present';
  const [later, sooner] = sort.descending ? ['<', '>'] : ['>', '<'];
  const none = ($key: string, $sku: string) => `${$key}::text is null and ${$sku}::text is null`;
  const has = (place: string) => `${place} is ${isPresent ? 'not ' : ''}null and `;
  const afterOf = (place: string, sku: string, [$key, $sku]: KeyAndSku) => {
    // What comes after a key has one itself.
    const known = which === 'all' || (isPresent && position[1] !== null) ? '' : has(place);
    const $folded = `lower(${$sku}::text)`;
    const compared = isPresent
      ? `(${place}, ${sku}) ${later} (${given($key)}, ${$folded})`
      : `${sku} ${later} ${$folded}`;
    return `${known}(${none($key, $sku)} or ${compared})`;
  };
  // Of a key and a SKU compared as one, the planner knows no better than of the key.
  const sameKey = isPresent
    ? `${key} ${sooner} ${given('$13')} or ${key} = ${given('$13')} and `
    : '';
  const within = `(${none('$13', '$14')} or ${sameKey}lower(sku) ${sooner}= lower($14::text))`;
  const after = afterOf(key, 'lower(sku)', ['$10', '$11']);
  const parts = { ...orderBy(sort, which === 'all' ? [key] : [key, 'lower(sku)']), after, within };
  return { parts, beyond: (...last) => afterOf('place', 'place_of_sku', last), position };
}

function orderBy({ descending }: Sort, keys: string[]) {
  const inOrder = (names: string[]) =>
    names.map((name) => `${name} ${descending ? 'desc' : 'asc'}`).join(', ');
  const places = ['place', 'place_of_sku'].slice(0, keys.length);
  return { key: keys[0]!, order: inOrder(keys), places: inOrder(places) };
}

/** What is compared of a product, and what with, of a parameter. Times go to the millisecond. */
type Key = [key: string, given: ($key: string) => string];

const keys: Record<BuiltIn, Key> = {
  sku: ['lower(sku)', ($key) => `lower(${$key}::text)`],
  name: ['lower(name)', ($key) => `lower(${$key}::text)`],
  price: ['price', ($key) => `${$key}::numeric`],
  updated: ["date_trunc('milliseconds', updated_at)", ($key) => `${$key}::timestamptz`],
};

function keysOf({ by, own }: Sort): Key {
  if (!own) return keys[by as BuiltIn];
  const { sql, type, folded = (same: string) => same } = own;
  return [folded(sql), ($key) => `${$key}::${type === 'number' ? 'numeric' : type}`];
}

/** $13 and $14 of sql/catalog/found.sql where nothing behind this product is asked for. */
export function placeOf(sort: Sort, product: Product): Place {
  return [sort.by === 'sku' ? null : keyOf(sort, product), product.sku];
}

/** What `--after` takes to go on after this product: its SKU, or a cursor. */
export function cursorAfter(sort: Sort, product: Product): string {
  if (sort.by === 'sku') return product.sku;
  const [key] = placeOf(sort, product);
  const cursor: Cursor = { sort: nameOf(sort), key, sku: product.sku };
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
