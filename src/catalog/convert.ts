import { readInBatches } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import { FieldNames, isNumeric, type FieldValue, type FieldDefinition } from '../product/field.js';
import { cellOfJson, fieldReader, listText, shownMark } from '../product/field-types.js';
import { Fault } from '../product/reject.js';
import type { DecimalMark } from '../product/price.js';
import type { DateOrder } from '../product/field-reading.js';

/** A stored value that is not of the field's type, and stays as it is. */
export interface Unfit {
  sku: string;
  key: string;
  value: string;
  error: string;
}

export interface Conversion {
  /** Products whose value is now of the field's type. */
  converted: number;
  /** How many products have a value that is not. */
  unfit: number;
  /** The first of them. */
  examples: Unfit[];
}

/** A key of stored attributes that is the field's own. */
export interface StoredKey {
  key: string;
  products: number;
}

/** The keys that are the field's name, label or alias, the likeliest first. */
export async function storedKeys(session: Session, field: FieldDefinition): Promise<StoredKey[]> {
  const names = new FieldNames([field]);
  const rows = await session.query<{ key: string; products: string }>('field/keys');
  const found = rows.flatMap(({ key, products }) => {
    const match = key === field.name ? { rank: -1 } : names.of(key);
    return match === null ? [] : [{ key, products: Number(products), rank: match.rank }];
  });
  return found
    .sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1))
    .map(({ key, products }) => ({ key, products }));
}

export interface ConvertOptions {
  /** What the field was so far; null for a new one. */
  before: FieldDefinition | null;
  dateOrder: DateOrder;
  signal: AbortSignal;
}

/** What a value becomes, as JSON text (`null` takes it away), or why it does not fit. */
type Becomes = (json: string) => string | Fault;

/** Makes stored values of these keys those of the field, inside a transaction. */
export async function convertToField(
  transaction: Session,
  field: FieldDefinition,
  keys: readonly StoredKey[],
  { before, dateOrder, signal }: ConvertOptions,
): Promise<Conversion> {
  const total: Conversion = { converted: 0, unfit: 0, examples: [] };
  for (const { key } of keys) {
    const mark = await markOf(transaction, field, key);
    const isMoney = key === field.name && before?.type === 'money';
    const becomes = becomesField(field, { mark, dateOrder, isMoney });
    const made = await convertKey(transaction, { key, name: field.name, becomes, signal });
    total.converted += made.converted;
    total.unfit += made.unfit;
    total.examples.push(...made.examples.slice(0, shownUnfit - total.examples.length));
  }
  return total;
}

/** Makes values of a field texts again, as a cell of a file would have them. */
export async function convertToText(
  transaction: Session,
  { name }: FieldDefinition,
  signal: AbortSignal,
): Promise<number> {
  const made = await convertKey(transaction, { key: name, name, becomes: becomesText, signal });
  return made.converted;
}

/** JSON says a number's digits as PostgreSQL does. */
function becomesText(json: string): string {
  const value = JSON.parse(json) as unknown;
  if (Array.isArray(value)) return JSON.stringify(listText(value.map(String)));
  return typeof value === 'string' || value === null ? json : JSON.stringify(json);
}

/** An amount as a field of type money stores it, whatever its decimal mark is in files. */
const storedMoney = /^-?\d+\.\d{2,4}$/;

function becomesField(
  field: FieldDefinition,
  { mark, dateOrder, isMoney }: { mark: DecimalMark; dateOrder: DateOrder; isMoney: boolean },
): Becomes {
  const ofText = fieldReader(field, { mark, dateOrder, isOfFile: false });
  const ofNumber = fieldReader(field, { mark: '.', dateOrder, isOfFile: false });
  return (json) => {
    const value = JSON.parse(json) as unknown;
    // Its own digits, as a JSON number of more than a double keeps would lose some.
    if (typeof value === 'number') return jsonOf(ofNumber(json));
    const isStored = isMoney && typeof value === 'string' && storedMoney.test(value);
    return jsonOf((isStored ? ofNumber : ofText)(cellOfJson(value)));
  };
}

function jsonOf(made: FieldValue | null | Fault): string | Fault {
  return made instanceof Fault ? made : JSON.stringify(made);
}

const sampleSize = 1000;

/** The decimal mark of stored numbers: the field's, or the one that they show beyond doubt. */
async function markOf(
  transaction: Session,
  { type, decimal }: FieldDefinition,
  key: string,
): Promise<DecimalMark> {
  if (decimal !== null) return decimal;
  if (!isNumeric(type)) return 'auto';
  const rows = await transaction.query<{ value: string }>('field/values', [key, sampleSize]);
  const texts = rows.flatMap(({ value }) => {
    const parsed = JSON.parse(value) as unknown;
    return typeof parsed === 'string' ? [parsed] : [];
  });
  return shownMark(texts) ?? 'auto';
}

const shownUnfit = 20;
const products = { attributes: 'p.attributes' };

interface KeyToConvert {
  key: string;
  name: string;
  becomes: Becomes;
  signal: AbortSignal;
}

async function convertKey(
  transaction: Session,
  { key, name, becomes, signal }: KeyToConvert,
): Promise<Conversion> {
  await transaction.query('field/clear_converted');
  const batches = readInBatches<{ value: string }>(
    transaction,
    'field/values',
    [key, null],
    signal,
  );
  for await (const rows of batches) {
    const values = rows.map(({ value }) => value);
    const made = values.map(becomes);
    await transaction.query('field/add_converted', [
      values,
      made.map((json) => (json instanceof Fault ? null : json)),
      made.map((json) => (json instanceof Fault ? json.error : null)),
    ]);
  }
  const converted = await transaction.execute('field/convert_products', [key, name], products);
  for (const side of ['old', 'new']) {
    const attributes = `(p.${side} -> 'attributes')`;
    await transaction.query('field/convert_changes', [key, name], { side, attributes });
  }
  type Row = Omit<Unfit, 'key'> & { products: string };
  const rows = await transaction.query<Row>('field/list_unfit', [key, shownUnfit]);
  const examples = rows.map(({ sku, value, error }) => ({ sku, key, value: value ?? '', error }));
  return { converted, unfit: Number(rows[0]?.products ?? 0), examples };
}
