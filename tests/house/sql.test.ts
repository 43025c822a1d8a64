import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import copyStreams from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStep } from '../../src/db/migrate.js';
import { Session } from '../../src/db/session.js';
import { sqlText } from '../../src/db/sql.js';
import { createPlainDatabase, createTestDatabase, type TestDatabase } from '../setup/database.js';
import { filesIn, read } from './sources.js';

const statements = filesIn('sql', '.sql').filter((path) => !path.startsWith('sql/migrations/'));
const nameOf = (path: string) => path.slice('sql/'.length, -'.sql'.length);

/** The statement that a twin for Citus stands for, where there is one. */
const plainName = (name: string) => {
  const plain = name.replace(/^distributed\//, '');
  return statements.includes(`sql/${plain}.sql`) ? plain : name;
};

/** Conditions, lists of columns and assignments: no statements by themselves, planned with those around them. */
const fragments = [
  'db/is_asked_after',
  'catalog/columns',
  'catalog/finds',
  'load/fields',
  'load/snapshot',
  'job/is_old_change',
  'load/same_sku',
  'load/is_named',
  'load/is_covered',
  'load/staged_columns',
  'load/overwrite',
  'load/action_word',
  'load/lacking',
  'load/rejected',
  'load/change',
  'load/refusing',
  'job/completed',
  'load/own_required',
  'image/named_again',
  'field/converted',
  'field/attributes',
];

/** What makes the tables and operators that other statements need, each in its own transaction. */
const temporary = [
  'db/create_trigrams',
  'load/create_staging',
  'load/create_superseded',
  'load/create_late_rejects',
  'field/create_converted',
];

/** What makes a table out of a question. */
const kept = /create temporary table \w+ on commit drop as/;
/** What fills a {{place}} that no file does. */
const parts = {
  columns: 'sku',
  mode: 'read committed',
  trigrams: 'public',
  kind: 'unlogged',
  staging: 'prodimport.staging_house',
  key: 'lower(sku)',
  order: 'lower(sku)',
  places: 'place',
  after: '$10::text is null and lower(sku) > lower($11::text)',
  within: '$13::text is null and $14::text is null',
  beyond: 'place is not null',
  near: 'true',
  where: 'true',
  attributes: "'{}'::jsonb",
  side: 'old',
  role: 'current_user',
  schema: 'prodimport',
};

/** What of Citus the statements for it call, as far as planning them asks. */
const citus = `
  create schema citus;
  create table citus.pg_dist_node (
    nodeid integer, groupid integer, nodename text, nodeport integer, noderole text,
    isactive boolean, shouldhaveshards boolean);
  create table citus.pg_dist_placement (placementid bigint, shardid bigint, groupid integer);
  create function citus.citus_is_coordinator() returns boolean language sql as 'select true';
  create function citus.create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text default 'hash',
    colocate_with text default 'default', shard_count integer default null)
    returns void language sql as 'select null::void';
  create function citus.create_distributed_function(regprocedure)
    returns void language sql as 'select null::void';
  create function citus.truncate_local_data_after_distributing_table(regclass)
    returns void language sql as 'select null::void';
  create function citus.run_command_on_all_nodes(text)
    returns table (nodeid integer, success boolean, result text) language sql
    as 'select 1, true, null::text';
  create function citus.run_command_on_shards(regclass, text)
    returns table (shardid bigint, success boolean, result text) language sql
    as 'select 1::bigint, true, null::text';
  set search_path = pg_catalog, citus, pg_temp`;

/** What is no statement, but a part of several: about one product. */
const expressions = ['catalog/chosen', 'catalog/search_document', 'image/has_others'];

let db: TestDatabase;
/** A plain server whose products have the key by which Citus would distribute them. */
let keyed: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  keyed = await createPlainDatabase();
  const { client } = keyed.session;
  await client.query(citus);
  await client.query(sqlText('distributed/cluster/add_key', 'prodimport'));
  await client.query(sqlText('distributed/cluster/create_hold', 'prodimport'));
});
afterAll(async () => {
  await db.drop();
  await keyed.drop();
});

it.each(filesIn('sql', '.sql'))('%s is ASCII, as a server may have another encoding', (path) => {
  expect(read(path)).toMatch(/^[\n\x20-\x7e]*$/);
});

it.each(filesIn('sql', '.sql'))(
  '%s fills in no part of a comment, which could end its line',
  (path) => {
    expect(read(path)).not.toMatch(/--.*\{\{/);
  },
);

it('numbers the migrations one after another', () => {
  const numbers = filesIn('sql/migrations', '.sql').map((path) =>
    Number(/\/(\d{4})_/.exec(path)![1]),
  );
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
});

it('hands every function that reads a field on to the nodes of a cluster', async () => {
  const { rows } = await keyed.session.client.query<{ name: string }>(
    sqlText('distributed/cluster/share_functions', 'prodimport').replace(
      'create_distributed_function(p.oid::regprocedure)',
      'p.proname as name',
    ),
  );
  const shared = rows.map(({ name }) => name);
  const called = filesIn('sql/migrations', '.sql').flatMap((path) =>
    [...read(path).matchAll(/prodimport\.(field_(?!reader|column)[a-z]+)\(/g)].map(
      ([, name]) => name!,
    ),
  );
  expect(called.length).toBeGreaterThan(4);
  expect(shared).toEqual(expect.arrayContaining(called));
});

it('can apply every migration as the one statement that Citus takes', async () => {
  const empty = await createPlainDatabase({ migrated: false });
  try {
    const { client } = empty.session;
    const session = new Session(client, 'prodimport', () => Promise.reject(new Error()), true);
    await client.query('create schema prodimport');
    for (const path of filesIn('sql/migrations', '.sql')) {
      const text = sqlText(nameOf(path), 'prodimport');
      await session.transaction(() => runStep(session, text));
    }
  } finally {
    await empty.drop();
  }
});

describe.each(statements)('%s', (path) => {
  const name = nameOf(path);

  it('opens with a comment that says what it is for', () => {
    expect(read(path)).toMatch(/^-- [A-Z].*/);
  });

  it('is used', () => {
    const users = [...filesIn('src', '.ts'), ...statements].filter((file) =>
      mentions(file, plainName(name)),
    );
    expect(users).not.toEqual([]);
  });

  it.skipIf(fragments.includes(plainName(name)) || name.startsWith('distributed/'))(
    'can be planned by a migrated database',
    () => plan(db, name, false),
  );

  it.skipIf(fragments.includes(plainName(name)) || once.includes(name))(
    'can be planned by one whose products are distributed',
    () => plan(keyed, plainName(name), true),
  );
});

/** What was run already to make such a database, and can't be run again. */
const once = ['distributed/cluster/add_key', 'distributed/cluster/create_hold'];

/** Plans a statement in a transaction that is rolled back. */
async function plan(on: TestDatabase, name: string, isDistributed: boolean): Promise<void> {
  const { client } = on.session;
  const text = (made: string) => sqlText(made, 'prodimport', parts, isDistributed);
  await client.query('begin');
  try {
    for (const made of temporary) await client.query(text(made));
    await client.query(text('load/compare'), [[], false, 'update', true]);
    if (!temporary.includes(name)) await prepare(on, name, text(name));
  } finally {
    await client.query('rollback');
  }
}

/** By its whole name, or by a template such as `load/${word}_missing`. */
function mentions(file: string, name: string): boolean {
  const text = read(file);
  if (text.includes(`'${name}'`) || text.includes(`{{${name}}}`)) return true;
  return [...text.matchAll(/`([a-z]+\/[a-z_]*\$\{[^`]+)`/g)].some(([, template]) => {
    const pattern = template!.split(/\$\{[^}]+\}/).map((part) => part.replace('/', '\\/'));
    return new RegExp(`^${pattern.join('[a-z_]+')}$`).test(name);
  });
}

/** Utility statements can't be prepared: they are run, in a transaction that is rolled back. */
async function prepare({ session }: TestDatabase, name: string, file: string): Promise<void> {
  const { client } = session;
  // What is explained or kept in a table can be planned.
  const text = expressions.includes(name)
    ? `select ${file} from prodimport.products`
    : file.replace(kept, '').replace(/^explain [(].*[)]$/m, '');
  const first = /^(?:\s*--.*\n)*\s*(\w+)/.exec(text)![1]!.toLowerCase();
  if (['select', 'insert', 'update', 'delete', 'with', 'values'].includes(first)) {
    await client.query(`prepare tried as ${text}`);
    await client.query('deallocate tried');
  } else if (first === 'copy') {
    const copy = client.query(copyStreams.from(text));
    await pipeline(Readable.from([]), copy);
  } else {
    await client.query(text);
  }
}
