import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { Database } from '../../src/db/database.js';
import { distribute } from '../../src/db/cluster.js';
import { migrate } from '../../src/db/migrate.js';
import type { Session } from '../../src/db/session.js';
import { chooseTarget } from '../../src/db/target.js';
import { createOnCluster, dropOnCluster } from './cluster.js';

/** A migrated database that `createTestDatabase` copies; made once per run. */
const templateName = 'prodimport_template';

/** How a database of its own kind sorts and folds letters, as `create database` spells it. */
export type TestLocale = keyof typeof locales;

const locales = {
  C: `locale_provider libc locale 'C'`,
  'C.UTF-8': `locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`,
  PG_UNICODE_FAST: `locale_provider builtin builtin_locale 'PG_UNICODE_FAST' locale 'C'`,
  'icu und': `locale_provider icu icu_locale 'und' locale 'C'`,
  LATIN1: `encoding 'LATIN1' locale_provider libc locale 'C'`,
  SQL_ASCII: `encoding 'SQL_ASCII' locale_provider libc locale 'C'`,
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
  if (!inject('distributed')) return createPlainDatabase(options);
  const { locale, migrated = true } = options;
  return createClusterDatabase(locale ? locales[locale] : '', migrated ? 'distributed' : 'empty');
}

/** The same on one server, even where the tests run on a cluster. */
export async function createPlainDatabase(
  options: { locale?: TestLocale; migrated?: boolean } = {},
): Promise<TestDatabase> {
  const server = inject('databaseUrl');
  const { locale, migrated = true } = options;
  const name = databaseName();
  const source = locale ? `template0 ${locales[locale]}` : migrated ? templateName : 'template0';
  await administrate(server, `create database ${name} template ${source}`);
  const url = databaseUrl(server, name);
  const opened = await open(url, migrated && locale !== undefined ? migrate : nothing);
  return withDrop(opened, () =>
    administrate(server, `drop database if exists ${name} with (force)`),
  );
}

/**
 * A new database on every node of the cluster that PRODIMPORT_TEST_CITUS_URL names.
 * @param how see `createOnCluster`
 * @param state how far it is: with the schema, with products distributed
 */
export async function createClusterDatabase(
  how: Parameters<typeof createOnCluster>[2] = '',
  state: 'empty' | 'migrated' | 'distributed' = 'distributed',
): Promise<TestDatabase> {
  const coordinator = inject('citusUrl')!;
  const name = databaseName();
  await createOnCluster(coordinator, name, how);
  const url = databaseUrl(coordinator, name);
  if (state === 'distributed') {
    const plain = await open(url, migrate);
    await distribute(plain.session, { shards: null, waitMs: 0 });
    await plain.database.close();
  }
  const opened = await open(url, state === 'migrated' ? migrate : nothing);
  return withDrop(opened, () => dropOnCluster(coordinator, name));
}

type Opened = Omit<TestDatabase, 'drop'>;

async function open(url: string, prepare: (session: Session) => Promise<unknown>): Promise<Opened> {
  const database = await openDatabase(url);
  const session = await database.session();
  await prepare(session);
  return { url, database, session };
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

function withDrop(opened: Opened, remove: () => Promise<void>): TestDatabase {
  const drop = async () => {
    await opened.database.close();
    await remove();
  };
  return { ...opened, drop };
}

function databaseName(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

/**
 * Makes the template; for the set-up of the whole run. On a server that is not ours it brings its
 * own locale, as some fold no letters but ASCII.
 */
export async function createTemplate(server: string, locale = ''): Promise<void> {
  await administrate(server, `drop database if exists ${templateName}`);
  await administrate(server, `create database ${templateName} template template0 ${locale}`);
  const database = await openDatabase(databaseUrl(server, templateName));
  await migrate(await database.main());
  await database.close();
}

/** A connection without a look at the schema. */
export function openDatabase(url: string): Promise<Database> {
  const target = chooseTarget(url, { exported: {}, file: {} });
  return Database.at(target, 'prodimport', () => undefined);
}

/** For a role that may connect: a server that is reached by TCP asks for its password. */
export const login = (role: string) => `create role ${role} login password '${role}'`;

/** The URL of the same database for a role that `login` made. */
export function urlAs(role: string, { url }: Pick<TestDatabase, 'url'>): string {
  return url.replace(/\/\/[^@]*@/, `//${role}:${role}@`);
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
