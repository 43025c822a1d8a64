import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { Database } from '../../src/db/database.js';
import { migrate } from '../../src/db/migrate.js';
import type { Session } from '../../src/db/session.js';
import { chooseTarget } from '../../src/db/target.js';

/** A migrated database that `createTestDatabase` copies; made once per run. */
const templateName = 'prodimport_template';

/** How a database of its own kind sorts and folds letters, as `create database` spells it. */
export type TestLocale = keyof typeof locales;

const locales = {
  C: `locale_provider libc locale 'C'`,
  'C.UTF-8': `locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`,
  PG_UNICODE_FAST: `locale_provider builtin builtin_locale 'PG_UNICODE_FAST' locale 'C'`,
  'icu und': `locale_provider icu icu_locale 'und' locale 'C'`,
  'icu tr': `locale_provider icu icu_locale 'tr' locale 'C'`,
};

export interface TestDatabase {
  url: string;
  database: Database;
  /** A connection of the test itself. */
  session: Session;
  /** Closes what is open and removes the database, whoever is connected. */
  drop: () => Promise<void>;
}

/**
 * A new database with the schema in it.
 * @param options `locale`: another one than that of the server; `migrated`: false for no schema
 */
export async function createTestDatabase(
  options: { locale?: TestLocale; migrated?: boolean } = {},
): Promise<TestDatabase> {
  const server = inject('databaseUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { locale, migrated = true } = options;
  const source = locale ? `template0 ${locales[locale]}` : migrated ? templateName : 'template0';
  await administrate(server, `create database ${name} template ${source}`);
  const url = databaseUrl(server, name);
  const database = openDatabase(url);
  const session = await database.session();
  if (locale && migrated) await migrate(session);
  const drop = async () => {
    await database.close();
    await administrate(server, `drop database if exists ${name} with (force)`);
  };
  return { url, database, session, drop };
}

/**
 * Makes the template; for the set-up of the whole run. On a server that is not ours it brings its
 * own locale, as some fold no letters but ASCII.
 */
export async function createTemplate(server: string, locale = ''): Promise<void> {
  await administrate(server, `drop database if exists ${templateName}`);
  await administrate(server, `create database ${templateName} template template0 ${locale}`);
  const database = openDatabase(databaseUrl(server, templateName));
  await migrate(await database.main());
  await database.close();
}

/** A connection without a look at the schema. */
export function openDatabase(url: string): Database {
  const target = chooseTarget(url, { exported: {}, file: {} });
  return Database.at(target, 'prodimport', () => undefined);
}

function databaseUrl(server: string, name: string): string {
  return server.replace(/(@[^/]*\/)[^?]*/, (_, place: string) => `${place}${name}`);
}

async function administrate(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
