import type { Session } from '../db/session.js';
import { RefusedError } from '../errors.js';
import type { FieldDefinition } from '../product/field.js';
import { indexedCharacters, type Comparable } from './where.js';

/** What reads a type in SQL, null where a value is not of it, and what its column in the view is. */
const readers = {
  text: 'text',
  choice: 'text',
  gtin: 'text',
  url: 'text',
  integer: 'number',
  number: 'number',
  money: 'number',
  boolean: 'boolean',
  date: 'date',
  list: 'list',
} as const;

function valueSql({ name, type }: FieldDefinition): string {
  return `prodimport.field_${readers[type]}(attributes -> '${name}')`;
}

/** How conditions and `--sort` compare a field. */
function comparableOf(field: FieldDefinition): Comparable {
  const type = readers[field.type];
  const sql = valueSql(field);
  const { isIndexed } = field;
  if (type !== 'text') return { type, sql, isIndexed };
  const folded = (same: string) => `left(${same}, ${indexedCharacters})`;
  return { type, sql, isIndexed, folded, isCut: true };
}

export function comparablesOf(fields: readonly FieldDefinition[]): Map<string, Comparable> {
  return new Map(fields.map((field) => [field.name, comparableOf(field)]));
}

/** The index goes, where there is one, and is made again as the field is now. */
export async function makeIndex(
  session: Session,
  { name, isIndexed }: FieldDefinition,
): Promise<void> {
  await session.query('field/make_index', [name, isIndexed]);
}

/** @throws RefusedError naming views of others that would be lost */
export async function refuseViews(session: Session, what: string): Promise<void> {
  const views = await session.query<{ name: string }>('field/list_views');
  if (views.length === 0) return;
  throw new RefusedError(
    `Can't ${what}: other views stand on the view catalogue (${views.map(({ name }) => name).join(', ')}). Drop them, and make them again afterwards. Nothing was changed.`,
    'view_in_use',
  );
}

export function columnType({ type }: FieldDefinition): string {
  if (type === 'integer') return 'bigint';
  if (type === 'number' || type === 'money') return 'numeric';
  return type === 'list' ? 'text[]' : readers[type];
}
