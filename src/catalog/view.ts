import { createHash } from 'node:crypto';
import type { Session } from '../db/session.js';
import { identifier, inSchema } from '../db/sql.js';
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
  if (type !== 'text') return { type, sql };
  return { type, sql, folded: (same) => `left(${same}, ${indexedCharacters})`, isCut: true };
}

export function comparablesOf(fields: readonly FieldDefinition[]): Map<string, Comparable> {
  return new Map(fields.map((field) => [field.name, comparableOf(field)]));
}

/** PostgreSQL cuts longer names, and two would be the same. */
function indexName(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `products_field_${name.length <= 40 ? name : `${name.slice(0, 30)}_${hash}`}`;
}

export async function createIndex(session: Session, field: FieldDefinition): Promise<void> {
  const { type, sql, folded = (same: string) => same } = comparableOf(field);
  const how = type === 'list' ? 'gin' : 'btree';
  const name = identifier(indexName(field.name));
  await performInSchema(
    session,
    `create index ${name} on prodimport.products using ${how} ((${folded(sql)}))`,
  );
}

export async function dropIndex(session: Session, { name }: FieldDefinition): Promise<void> {
  await performInSchema(session, `drop index prodimport.${identifier(indexName(name))}`);
}

/** @throws RefusedError naming views of others that would be lost */
export async function refuseViews(session: Session, what: string): Promise<void> {
  const views = await session.query<{ name: string }>('field/list_views');
  if (views.length === 0) return;
  throw new RefusedError(
    `Can't ${what}: other views stand on the view catalogue (${views.map(({ name }) => name).join(', ')}). Drop them, and make them again behind it. Nothing was changed.`,
    'view_in_use',
  );
}

export function columnType({ type }: FieldDefinition): string {
  if (type === 'integer') return 'bigint';
  if (type === 'number' || type === 'money') return 'numeric';
  return type === 'list' ? 'text[]' : readers[type];
}

/** The column of the view: null where a stored value is not of its type, so that it never fails. */
function columnSql(field: FieldDefinition): string {
  const sql = valueSql(field);
  if (field.type === 'integer') {
    return `case when ${sql} = trunc(${sql}) and abs(${sql}) < 1e18 then ${sql}::bigint end`;
  }
  if (field.type !== 'list') return sql;
  return `case when ${sql} is not null then array(select jsonb_array_elements_text(${sql})) end`;
}

function viewSql(fields: readonly FieldDefinition[]): string {
  const own = fields.map((field) => `, ${columnSql(field)} as ${identifier(field.name)}`);
  return `create or replace view prodimport.catalogue as select id, sku, name, description, price, active, owner, images, compressed_images, created_at, updated_at${own.join('')} from prodimport.products`;
}

/** A column more; what others were granted stays. */
export async function replaceView(
  session: Session,
  fields: readonly FieldDefinition[],
): Promise<void> {
  await performInSchema(session, viewSql(fields));
  const { version } = await session.one<{ version: string }>('db/server_version');
  // Said each time, as it is forgotten where a view is replaced.
  if (Number.parseInt(version) < 15) return;
  await performInSchema(session, 'alter view prodimport.catalogue set (security_invoker = true)');
}

interface Grant {
  privilege: string;
  /** Null for everybody. */
  role: string | null;
  grantable: boolean;
}

/** A column less, or of another type: the view is made anew, and granted as before. */
export async function remakeView(
  session: Session,
  fields: readonly FieldDefinition[],
): Promise<void> {
  const grants = await session.query<Grant>('field/list_grants');
  await performInSchema(session, 'drop view prodimport.catalogue');
  await replaceView(session, fields);
  for (const { privilege, role, grantable } of grants) {
    const to = role === null ? 'public' : identifier(role);
    const option = grantable ? ' with grant option' : '';
    await performInSchema(session, `grant ${privilege} on prodimport.catalogue to ${to}${option}`);
  }
}

function performInSchema(session: Session, statement: string): Promise<void> {
  return session.perform(inSchema(statement, session.schema));
}
