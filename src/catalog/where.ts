import { didYouMean, UsageError } from '../errors.js';
import { moment } from '../option.js';
import { decimalText, readDecimal } from '../product/decimal.js';
import { Fault, quoted } from '../product/reject.js';
import { plainFlag, readBoolean } from '../product/text.js';

/** What a condition may say of a field. Longer ones come first, as they begin like shorter ones. */
const operators = ['!=', '<=', '>=', '=', '<', '>', '~'] as const;
type Operator = (typeof operators)[number];

/** How a field is compared, by conditions and by `--sort`. */
export interface Comparable {
  type: 'text' | 'number' | 'boolean' | 'date' | 'time' | 'list';
  /** The field of a product in SQL; null (of a list: no entry) where it is blank. */
  sql: string;
  /** What is compared in its place, of both sides: an index can hold it, whatever the case. */
  folded?: (sql: string) => string;
  /** Whether two that differ may be the same once they are folded. */
  isCut?: boolean;
  /** The entries of a list in SQL, as rows. */
  entries?: string;
  /** Whether an index holds it: by its order, or of a list, by its entries. */
  isIndexed?: boolean;
}

/** What an index holds of a text: its rows have an end. */
export const indexedCharacters = 255;

/** One condition, checked; what it compares with goes to the server as a parameter. */
export interface Condition {
  field: Comparable;
  operator: Operator;
  /** In the server's spelling; null asks for blank. */
  value: string | null;
}

const text = (sql: string): Comparable => ({ type: 'text', sql });

/** The fields that every product has, by the names that conditions call them by. */
const builtIn: ReadonlyMap<string, Comparable> = new Map<string, Comparable>([
  ['id', { type: 'number', sql: 'id' }],
  // Two spellings of a SKU are one product.
  ['sku', { ...text('sku'), folded: (sql) => `lower(${sql})` }],
  ['name', text('name')],
  ['description', text('description')],
  ['price', { type: 'number', sql: 'price' }],
  ['active', { type: 'boolean', sql: 'active' }],
  ['owner', text('owner')],
  // Citus hands no rows on that a function makes which is not immutable, as to_jsonb.
  ['images', { type: 'list', sql: 'to_jsonb(images)', entries: 'unnest(images)' }],
  ['created_at', { type: 'time', sql: "date_trunc('milliseconds', created_at)" }],
  ['updated_at', { type: 'time', sql: "date_trunc('milliseconds', updated_at)" }],
]);

const example = `such as 'price >= 10' or 'name ~ chair'`;

/**
 * Reads what `--where` takes, `NAME OP VALUE` each: all of them must hold.
 * @param own fields besides the built-in ones, by their names
 * @throws UsageError for an unknown name, another operator, a value that the field can't have
 */
export function readConditions(
  texts: readonly string[],
  own: ReadonlyMap<string, Comparable> = new Map(),
): Condition[] {
  return texts.map((condition) => {
    const [name, operator, written] = partsOf(condition);
    const field = builtIn.get(name.toLowerCase()) ?? own.get(name.toLowerCase());
    if (!field) throw unknownField(`--where ${quoted(condition)}`, name, own);
    const refuse = (why: string) => refusal(condition, why);
    refuseOperator(field, operator, written, refuse);
    const value = written === '' ? null : valueOf(field.type, operator, written, refuse);
    return { field, operator, value };
  });
}

/** @param named the option that named it, as it stands on the command line */
function unknownField(named: string, name: string, own: ReadonlyMap<string, unknown>): UsageError {
  const known = [...builtIn.keys(), ...own.keys()];
  const hint = didYouMean(name, known);
  return new UsageError(
    `${named}: there is no field ${quoted(name)}.${hint} The fields are ${known.join(', ')}.`,
    'field_unknown',
  );
}

function refusal(condition: string, why: string): UsageError {
  return new UsageError(`--where ${quoted(condition)}: ${why}.`, 'where_invalid');
}

/** The name of the field that a condition is about. */
export function fieldOfCondition(condition: string): string {
  return partsOf(condition)[0].toLowerCase();
}

const shape = /^\s*([\p{L}\p{N}_]+)\s*(!=|<=|>=|=|<|>|~)([\s\S]*)$/u;

/** Doubled signs are another language's operators, and no value that anybody means. */
function partsOf(condition: string): [name: string, operator: Operator, value: string] {
  const match = shape.exec(condition);
  if (!match || /^[=<>~!]/.test(match[3]!)) {
    throw refusal(
      condition,
      `it takes a field, one of ${operators.join(' ')}, and a value, ${example}`,
    );
  }
  const value = match[3]!.trim();
  if (value.includes('\0')) throw refusal(condition, 'no field holds a NUL character');
  return [match[1]!, match[2] as Operator, value];
}

function refuseOperator(
  { type }: Comparable,
  operator: Operator,
  value: string,
  refuse: (why: string) => UsageError,
): void {
  const equals = operator === '=' || operator === '!=';
  if (value === '' && !equals) {
    throw refuse(`a value is missing after ${operator} (only = and != ask for blank)`);
  }
  if (operator === '~' && type !== 'text' && type !== 'list') {
    throw refuse('~ looks into texts: take = != < <= > >= here');
  }
  if (!equals && operator !== '~' && (type === 'list' || type === 'boolean')) {
    throw refuse(`a ${type} has no order: take = or !=`);
  }
}

function valueOf(
  type: Comparable['type'],
  operator: Operator,
  written: string,
  refuse: (why: string) => UsageError,
): string {
  if (type === 'number') {
    const decimal = readDecimal(written);
    if (decimal === null) throw refuse('it takes a number such as 12.50');
    return decimalText(decimal);
  }
  if (type === 'boolean') {
    const flag = readBoolean(written, plainFlag);
    if (flag === null || flag instanceof Fault) throw refuse('it takes true or false');
    return String(flag);
  }
  if (type === 'time' || type === 'date') {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(written);
    if (type === 'date' && !isDay) throw refuse('it takes a day such as 2026-01-31');
    try {
      const at = moment(written).toISOString();
      return type === 'time' ? at : at.slice(0, 10);
    } catch (error) {
      throw refuse((error as Error).message.replace(/^It/, 'it').replace(/\.$/, ''));
    }
  }
  return operator === '~' ? containing(written) : written;
}

/** A pattern for `ilike` that is met by every text that has this one in it. */
function containing(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}

/** What their values are cast to, as all of them go as one array of texts. */
const casts = { text: '', list: '', number: '::numeric', boolean: '::boolean', date: '::date' };
const castOf = { ...casts, time: '::timestamptz' };

/** The part `{{where}}` of sql/catalog/chosen.sql; values stand in $8, in their order. */
export function whereSql(
  conditions: readonly Condition[],
  isWanted: (condition: Condition) => boolean = () => true,
): string {
  const each = conditions.flatMap((condition, index) => {
    const value = `($8::text[])[${index + 1}]${castOf[condition.field.type]}`;
    return isWanted(condition) ? `(${conditionSql(condition, value)})` : [];
  });
  return each.length === 0 ? 'true' : each.join('\n  and ');
}

/** Whether an index finds what meets it. */
export function hasIndex({ field, operator, value }: Condition): boolean {
  if (!field.isIndexed || operator === '!=' || operator === '~') return false;
  return field.type !== 'list' || value !== null;
}

/** $8 of sql/catalog/chosen.sql; null where there is no condition. */
function whereValues(conditions: readonly Condition[]): (string | null)[] | null {
  return conditions.length === 0 ? null : conditions.map(({ value }) => value);
}

/** A product without the value meets `!=` alone. */
function conditionSql({ field, operator, value: given }: Condition, value: string): string {
  if (field.type === 'list') return listSql(field, operator, given, value);
  const { sql, isCut, folded = (same: string) => same } = field;
  if (given === null) return `${folded(sql)} is ${operator === '=' ? '' : 'not '}null`;
  if (operator === '~') return `${sql} ilike ${value}`;
  if (operator === '!=') {
    const same = isCut ? (text: string) => text : folded;
    return `${same(sql)} is distinct from ${same(value)}`;
  }
  const compared = `${folded(sql)} ${operator} ${folded(value)}`;
  // What is shorter is the same as its beginning.
  const isLong = isCut && Array.from(given).length >= indexedCharacters;
  return operator === '=' && isLong ? `${compared} and ${sql} = ${value}` : compared;
}

/** Of a list, `=` asks for one of its entries. */
function listSql(
  { sql, entries = `jsonb_array_elements_text(${sql})` }: Comparable,
  operator: Operator,
  given: string | null,
  value: string,
): string {
  const isNot = operator === '!=' ? 'not ' : '';
  if (given === null) return `${isNot}coalesce(jsonb_array_length(${sql}), 0) = 0`;
  // Alone, the operator can be answered by an index.
  if (operator === '=') return `${sql} ? ${value}`;
  if (operator === '!=') return `not coalesce(${sql} ? ${value}, false)`;
  return `exists (select from ${entries} as entry where entry ilike ${value})`;
}

/** Which products to show; what is missing narrows nothing. */
export interface ProductFilter {
  /** Part of a SKU, a name or a description, in any case. */
  search?: string | undefined;
  active?: boolean | undefined;
  owner?: string | undefined;
  /** Plain decimals. */
  minPrice?: string | undefined;
  maxPrice?: string | undefined;
  changedSince?: Date | undefined;
  /** The job that inserted the product or changed it last. */
  jobId?: string | undefined;
  /** All of them must hold. */
  where?: readonly Condition[] | undefined;
}

/** $1 … $8 of sql/catalog/listed.sql; `filterParts` says what stands in the statement besides. */
export function filterValues(filter: ProductFilter): unknown[] {
  return [
    filter.search === undefined ? null : containing(filter.search),
    filter.active ?? null,
    filter.owner ?? null,
    filter.minPrice ?? null,
    filter.maxPrice ?? null,
    filter.changedSince ?? null,
    filter.jobId ?? null,
    whereValues(filter.where ?? []),
  ];
}

/** What fills sql/catalog/listed.sql, and every statement that includes it. */
export function filterParts({ where = [] }: ProductFilter) {
  return { where: whereSql(where) };
}
