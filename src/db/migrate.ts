import { readdirSync } from 'node:fs';
import { DatabaseError } from '../errors.js';
import { grantAgain } from './rights.js';
import { identifier } from './sql.js';
import type { Session } from './session.js';

/** A step of the schema: `0001_subject.sql`, applied once, in order, never taken back. */
interface Migration {
  version: number;
  name: string;
}

const folder = new URL('../../sql/migrations/', import.meta.url);

/** Every migration that this version of the tool knows, in order. */
export function knownMigrations(): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ version: Number(file.slice(0, 4)), name: file.slice(0, -'.sql'.length) }));
}

/** The schema's version: 0 where nothing was migrated yet. */
export async function schemaVersion(session: Session): Promise<number> {
  const { migrated } = await session.one<{ migrated: boolean }>('db/is_migrated');
  if (!migrated) return 0;
  return (await session.one<{ version: number }>('db/schema_version')).version;
}

/**
 * Refuses a schema that this version of the tool can't work with.
 * @param again see `Database.open`
 * @throws DatabaseError with the way out
 */
export async function checkSchema(session: Session, again = ''): Promise<void> {
  const version = await schemaVersion(session);
  const newest = knownMigrations().at(-1)!.version;
  if (version < newest) {
    throw new DatabaseError(
      `The schema "${session.schema}" is ${version === 0 ? 'not there yet' : `at version ${version}, this prodimport needs ${newest}`}. Run \`prodimport db migrate${again}\` first.`,
      'schema_not_migrated',
    );
  }
  if (version > newest) throw newerSchema(session.schema, version, newest);
}

/**
 * Brings the schema to the newest version, one transaction a step; where it is there already, nobody
 * needs any right but to look.
 * @returns the names of the migrations that were applied
 * @throws DatabaseError when the schema is newer than the tool
 */
export async function migrate(session: Session): Promise<string[]> {
  if (session.client.isPooled) throw pooled();
  if (session.encoding === 'SQL_ASCII') throw anyEncoding();
  const known = knownMigrations();
  const newest = known.at(-1)!.version;
  if ((await schemaVersion(session)) === newest) return [];
  // For the session and before any transaction: two that start at once must not both see an empty
  // catalogue. (A lock inside the transaction came too late for `create schema`, on version 13.)
  await session.query('db/lock_migrations');
  try {
    const version = await schemaVersion(session);
    if (version === 0) await begin(session);
    if (version > newest) throw newerSchema(session.schema, version, newest);
    const pending = known.filter((migration) => migration.version > version);
    for (const migration of pending) await apply(session, migration, newest);
    // What read fields may have been made before Citus handed functions on, or under another setting.
    if (session.isDistributed) await session.query('distributed/cluster/share_functions');
    return pending.map((migration) => migration.name);
  } finally {
    await session.query('db/unlock_migrations').catch(() => undefined);
  }
}

/** The schema may have been made by an administrator, who gave us the right to fill it. */
async function begin(session: Session): Promise<void> {
  const values = [session.schema];
  const { has_schema } = await session.one<{ has_schema: boolean }>('db/has_schema', values);
  if (!has_schema) {
    await session.query('db/create_schema', [], { schema: identifier(session.schema) });
  }
  await session.query('db/create_migrations');
}

async function apply(session: Session, migration: Migration, newest: number): Promise<void> {
  const text = session.text(`migrations/${migration.name}`);
  await session.transaction(async () => {
    await session.query('db/act_as_owner');
    await runStep(session, text);
    const values = [migration.version, migration.name];
    await session.write('db/add_migration', values, 1, `that ${migration.name} was applied`);
    // In the same transaction: nobody would do it once the schema is the newest.
    if (migration.version === newest) await grantAgain(session);
  });
}

/** Runs the statements of a step inside its transaction. */
export async function runStep(transaction: Session, text: string): Promise<void> {
  const { isDistributed, client } = transaction;
  if (isDistributed) await transaction.query('distributed/cluster/allow_constraints');
  await client.query(isDistributed ? oneByOne(text) : text);
}

/** Citus hands the nodes the whole text in which it finds a statement: inside a block that is one. */
function oneByOne(text: string): string {
  return `do $migration$ begin\n${text}\nend $migration$`;
}

/** A lock of the session would stay with whichever process the pooler lent for that statement. */
function pooled(): DatabaseError {
  return new DatabaseError(
    'Migrations need a direct connection, and this one goes through a pooler. Run `prodimport db migrate --database` with the URL of the server itself; everything else works through the pooler.',
    'pooled',
  );
}

function anyEncoding(): DatabaseError {
  return new DatabaseError(
    'This database has the encoding SQL_ASCII: it takes any bytes for text, and does not know letters. Make one in UTF8 (`createdb --encoding=UTF8 --template=template0 NAME`), and name that with --database.',
    'database_encoding',
  );
}

function newerSchema(schema: string, version: number, newest: number): DatabaseError {
  return new DatabaseError(
    `The schema "${schema}" is at version ${version}, but this prodimport knows only ${newest}. Update prodimport.`,
    'schema_newer',
  );
}
