import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { connectionsGone, killAtEveryWrite } from './kill.js';
import { note } from './table.js';

const folder = new URL('../../sql/migrations/', import.meta.url);
const migrations = readdirSync(folder).sort();
const newest = migrations.length;

let db: TestDatabase;
/** The schema after each migration; that of version 0 first. */
const known: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ migrated: false });
  for (let version = 0; version <= newest; version++) {
    await migrateTo(version);
    known.push(await schema());
  }
});
afterAll(() => db.drop());

it.each([
  ['an empty database', 0],
  ['a schema of version 2 with products', 2],
])(
  'migrates %s step by step, whenever it is killed',
  async (name, from) => {
    const series = await killAtEveryWrite({
      fault: `kill -9 of db migrate on ${name}`,
      args: ['db', 'migrate'],
      options: { url: db.url },
      reset: () => migrateTo(from),
      state: schema,
      settled: () => connectionsGone(db),
      inParts: true,
      judge: async (found) => {
        if (!known.includes(found)) return 'a migration was applied by half';
        await migrate(db.session);
        return (await schema()) === known[newest] ? null : 'the next migration does not repair it';
      },
    });
    note(series);
    expect(series.violations).toEqual([]);
    expect(series.trials).toBeGreaterThan(0);
  },
  300_000,
);

it('grants a level as a whole or not at all, whenever it is killed', async () => {
  const { client } = db.session;
  await migrate(db.session);
  const role = `killed_${process.pid}`;
  await client.query(`create role ${role}`);
  const rights = async () => {
    const { rows } = await client.query<{ right: string }>(
      `select format('%s %s', a.privilege_type, o.name) as right
       from (
         select 'schema' as name, nspacl as acl from pg_namespace where nspname = 'prodimport'
         union all select relname, relacl from pg_class
           where relnamespace = 'prodimport'::regnamespace
         union all select c.relname || '.' || t.attname, t.attacl
           from pg_attribute t join pg_class c on c.oid = t.attrelid
           where c.relnamespace = 'prodimport'::regnamespace
         union all select proname, proacl from pg_proc
           where pronamespace = 'prodimport'::regnamespace
       ) o (name, acl)
       cross join aclexplode(o.acl) a
       where a.grantee = $1::regrole
       order by 1`,
      [role],
    );
    return JSON.stringify(rows);
  };
  const grant = (level: string) => runCli(['db', 'grant', role, '--as', level], { url: db.url });
  try {
    const series = await killAtEveryWrite({
      fault: 'kill -9 of db grant',
      args: ['db', 'grant', role, '--as', 'viewer'],
      options: { url: db.url },
      // What it takes back is as much of it as what it gives.
      reset: async () => void (await grant('operator')),
      state: rights,
      settled: () => connectionsGone(db),
      judge: async (_, { after }) => {
        await grant('viewer');
        return (await rights()) === after ? null : 'the next grant does not repair it';
      },
    });
    note(series);
    expect(series.violations).toEqual([]);
    expect(series.trials).toBeGreaterThan(0);
  } finally {
    await client.query(`drop owned by ${role}; drop role ${role}`);
  }
}, 300_000);

/** Makes the schema anew, as an older version of the tool left it. */
async function migrateTo(version: number): Promise<void> {
  const { client } = db.session;
  await client.query('drop schema if exists prodimport cascade');
  if (version === 0) return;
  await client.query('create schema prodimport');
  await db.session.query('db/create_migrations');
  for (const [i, file] of migrations.slice(0, version).entries()) {
    await client.query(readFileSync(new URL(file, folder), 'utf8'));
    await db.session.query('db/add_migration', [i + 1, file.slice(0, -'.sql'.length)]);
  }
  await client.query(`insert into prodimport.products (sku, name) values ('A-1', 'Lamp')`);
}

/** Every column, index and constraint, the migrations that were applied, and the products. */
async function schema(): Promise<string> {
  const { client } = db.session;
  const { rows } = await client.query<{ line: string }>(
    `select format('%s.%s %s %s', table_name, column_name, data_type, column_default) as line
     from information_schema.columns where table_schema = 'prodimport'
     union all select indexdef from pg_indexes where schemaname = 'prodimport'
     union all select pg_get_constraintdef(oid) from pg_constraint
       where connamespace = to_regnamespace('prodimport')
     order by 1`,
  );
  const isThere = rows.some(({ line }) => line.startsWith('migrations.'));
  const applied = isThere
    ? await client.query('select version, name from prodimport.migrations order by 1')
    : { rows: [] };
  // Where nothing was applied, the empty table of migrations and the schema itself do not count.
  if (applied.rows.length === 0)
    return rows.some(({ line }) => line.startsWith('jobs.')) ? 'half' : '';
  return JSON.stringify([rows, applied.rows]);
}
