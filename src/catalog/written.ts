import { didYouMean, UsageError } from '../errors.js';
import { FieldReader } from './fields.js';
import type { FieldOptions, FieldValues, WrittenProduct } from './fields.js';

/** A product to add. */
export interface NewProduct {
  /** `line 3`, or null where there is but one product. */
  place: string | null;
  sku: string;
  values: FieldValues;
}

/** What to change in a product. */
export interface ProductPatch extends NewProduct {
  newSku: string | null;
  /** The change counts only if the product was last changed then (ISO 8601, milliseconds). */
  ifUpdatedAt: string | null;
}

/** A product with the place where it was written. */
export interface Placed {
  place: string | null;
  written: WrittenProduct;
  /** Fields of any kind by their names, as `--set` has them. */
  set?: readonly [name: string, value: string][];
}

const fieldKeys = ['sku', 'name', 'description', 'price', 'active', 'owner', 'images'];
/** What `product list` prints besides; it can't be set, and does no harm. */
const ignoredKeys = ['id', 'compressedImages', 'createdAt', 'updatedAt'];
const productKeys = new Set([...fieldKeys, 'attributes', ...ignoredKeys]);
const patchKeys = new Set([...productKeys, 'newSku', 'ifUpdatedAt', 'clear']);

/** @throws UsageError naming every problem with its place */
export function readNewProducts(placed: readonly Placed[], options: FieldOptions): NewProduct[] {
  return readAll(placed, options, productKeys, (reader, { place }) => {
    const sku = reader.sku();
    const values = reader.values();
    reader.noteMissing();
    return { place, sku, values };
  });
}

/** @throws UsageError naming every problem with its place */
export function readPatches(placed: readonly Placed[], options: FieldOptions): ProductPatch[] {
  return readAll(placed, options, patchKeys, (reader, { place, written }) => ({
    place,
    // Whom to change is not questioned: it may have been taken in as it is.
    sku: new FieldReader(written, { ...options, allowMangled: true }).sku() || reader.sku(),
    newSku: written.newSku === undefined ? null : reader.sku('newSku'),
    ifUpdatedAt: readTime(reader, written.ifUpdatedAt),
    values: reader.values(),
  }));
}

/**
 * What to change in many products alike.
 * @throws UsageError naming every problem
 */
export function readValues(placed: Placed, options: FieldOptions): FieldValues {
  return readAll([placed], options, patchKeys, (reader) => reader.values())[0]!;
}

function readAll<T>(
  placed: readonly Placed[],
  options: FieldOptions,
  known: ReadonlySet<string>,
  read: (reader: FieldReader, placed: Placed) => T,
): T[] {
  const problems: string[] = [];
  const products = placed.map((each) => {
    const unknown: string[] = [];
    const written = withSet(each, options, unknown);
    const reader = new FieldReader(written, options);
    for (const name of unknown) reader.note(`set ${name}`, unknownName(name, options));
    for (const key of Object.keys(each.written)) {
      if (!known.has(key))
        reader.note(key, `There is no such field; what else is known goes into attributes`);
    }
    const product = read(reader, { ...each, written });
    problems.push(...reader.problems.map((problem) => placeName(each.place) + problem));
    return product;
  });
  if (problems.length > 0) throw invalid(problems);
  return products;
}

const settable = new Set(['name', 'description', 'price', 'active', 'owner', 'images']);

/** What was written, with what `--set` says in its place. */
function withSet(
  { written, set = [] }: Placed,
  { fields = [] }: FieldOptions,
  unknown: string[],
): WrittenProduct {
  if (set.length === 0) return written;
  const attributes = { ...(written.attributes as object | undefined) } as Record<string, unknown>;
  const all: WrittenProduct = { ...written };
  for (const [name, value] of set) {
    if (settable.has(name)) all[name] = value;
    else if (fields.some((field) => field.name === name)) attributes[name] = value;
    else unknown.push(name);
  }
  return Object.keys(attributes).length > 0 ? { ...all, attributes } : all;
}

function unknownName(name: string, { fields = [] }: FieldOptions): string {
  const known = [...settable, ...fields.map((field) => field.name)];
  const hint = didYouMean(name, known);
  return `There is no such field.${hint} The fields are ${known.join(', ')}; --attribute takes any other name`;
}

/** The front of a sentence about something at this place. */
export function placeName(place: string | null): string {
  return place === null ? '' : `${place}: `;
}

function readTime(reader: FieldReader, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const time = new Date(String(value));
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  reader.note('ifUpdatedAt', 'It takes the time as `product get --json` gives it');
  return null;
}

const shownProblems = 20;

function invalid(problems: readonly string[]): UsageError {
  const shown = problems.slice(0, shownProblems).join('\n  ');
  const more = problems.length - shownProblems;
  const rest = more > 0 ? `\n  and ${more} more` : '';
  const text = problems.length === 1 ? shown : `Nothing was changed:\n  ${shown}${rest}`;
  return new UsageError(text, 'product_invalid');
}
