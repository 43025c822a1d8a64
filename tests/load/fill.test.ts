import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { insertProduct, someoneIsBlocked, storedNames } from '../setup/catalogue.js';
import { createTestDatabase, login, type TestDatabase, urlAs } from '../setup/database.js';
import { recordedChanges, type Change } from '../../src/load/changes.js';
import { undo } from '../../src/commands/undo.js';
import { loadText, runCommand } from '../setup/load.js';

const csv = 'sku,name,price\nB-2,Lamp,1\nA-1,Chair,2\nb-2,Lamp again,3\nÅ-3,Table,4\nå-3,Table,5\n';
const names = { 'A-1': 'Chair', 'b-2': 'Lamp again', 'å-3': 'Table' };
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await run('create extension if not exists pg_trgm');
});
beforeEach(() =>
  run('truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.changes'),
);
afterAll(() => db.drop());

describe.skipIf(inject('distributed'))('a first load', () => {
  it.each([
    ['copy', ''],
    ['copy', '--record-changes'],
    // Rows are looked at once more when all are read.
    ['fill', '--blank clear'],
  ])('that may %s builds the indexes after the rows, the same as they were', async (way, words) => {
    await run(`
      comment on index prodimport.products_sku_key is 'who is who';
      comment on constraint products_pkey on prodimport.products is 'it''s the key';
      alter index prodimport.products_sku_key set (fillfactor = 80);
      create index products_search on prodimport.products using gin (to_tsvector('simple', name));
      create index products_field_brand on prodimport.products
        (left(attributes ->> 'brand', 255), lower(sku))`);
    const before = await indexes();

    const { report } = await loadText(db, csv, words);

    expect(report.phases.way).toBe(way);
    expect(report.products).toMatchObject({ inserted: 3 });
    expect(report.rows.duplicates).toBe(2);
    expect(await storedNames(db)).toEqual(names);
    expect(await indexes()).toEqual(before);
    await run('drop index prodimport.products_search, prodimport.products_field_brand');
  });

  it('records its changes, so that undo leaves nothing, and finds what was changed since', async () => {
    const { report } = await loadText(db, csv, '--record-changes');
    expect(report.phases.way).toBe('copy');
    const changes: Change[] = [];
    for await (const change of recordedChanges(db.session, report.jobId!)) changes.push(change);
    const { rows } = await db.session.client.query<{ id: string; sku: string }>(
      'select product_id as id, sku from prodimport.changes order by sku_key',
    );
    const stored = await db.session.client.query(
      'select id, sku from prodimport.products order by lower(sku)',
    );
    expect(rows).toEqual(stored.rows);
    expect(changes[0]).toMatchObject({ sku: 'A-1', action: 'inserted' });
    expect(changes[0]!.fields).toMatchObject({ name: { old: null, new: 'Chair' } });

    await run(`update prodimport.products set name = 'Other' where sku = 'A-1'`);
    const words = [report.jobId!, '--yes'];
    expect(await runCommand(db, undo, words)).toMatchObject({ exitCode: 4 });
    await run(`update prodimport.products set name = 'Chair' where sku = 'A-1'`);
    expect(await runCommand(db, undo, words)).toMatchObject({ exitCode: 0 });
    expect(await storedNames(db)).toEqual({});
  });

  it('keeps the right rows apart though somebody else draws ids meanwhile', async () => {
    const drawing = db.session.client.query(
      `select count(nextval('prodimport.products_id_seq')) from generate_series(1, 300000)`,
    );
    const rows = Array.from({ length: 30000 }, (_, i) => `S-${i % 20000},Row ${i},1\n`);
    const { report } = await loadText(db, `sku,name,price\n${rows.join('')}`);
    await drawing;

    expect(report.phases.way).toBe('copy');
    expect(report.rows.duplicates).toBe(10000);
    const { rows: wrong } = await db.session.client.query(`
      select sku, name from prodimport.products
      where substr(sku, 3)::integer + case when substr(sku, 3)::integer < 10000 then 20000 else 0 end
        <> substr(name, 5)::integer`);
    expect(wrong).toEqual([]);
    expect(Object.keys(await storedNames(db))).toHaveLength(20000);
  });

  it('is undone with its indexes where it fails after them', async () => {
    const before = await indexes();
    const { error } = await loadText(db, `${csv},no sku,1\n`, '--max-rejects 0');

    expect(error).toMatchObject({ code: 'max_rejects' });
    expect(await storedNames(db)).toEqual({});
    expect(await indexes()).toEqual(before);
  });

  it('inserts what a load after it merges with', async () => {
    await loadText(db, csv);
    const { report } = await loadText(db, 'sku,name\nA-1,Chair\nC-4,New\n');

    expect(report.phases.way).toBe('merge');
    expect(report.products).toMatchObject({ inserted: 1, unchanged: 1 });
  });

  it('hides nothing from who reads at an older moment', async () => {
    await loadText(db, csv);
    const reader = await db.database.session();
    await reader.client.query('begin isolation level repeatable read');
    await reader.client.query('select');
    await run('delete from prodimport.products');

    expect((await loadText(db, csv)).report.phases.way).toBe('copy');
    const { rows } = await reader.client.query('select sku from prodimport.products');
    await reader.client.query('rollback');
    await reader.end();
    expect(rows).toHaveLength(3);
  });

  /** What stands on products, and how it is taken away again. */
  const obstacles: [name: string, make: string, clear: string][] = [
    [
      'an index of the user',
      'create index mine on prodimport.products (name)',
      'drop index prodimport.mine',
    ],
    [
      'a trigger',
      `create function pg_temp.keep() returns trigger language plpgsql as 'begin return new; end';
       create trigger mine before insert on prodimport.products
       for each row execute function pg_temp.keep()`,
      'drop trigger mine on prodimport.products',
    ],
    [
      'a rule',
      'create rule mine as on delete to prodimport.products where false do instead nothing',
      'drop rule mine on prodimport.products',
    ],
    [
      'a foreign key to it',
      'create table prodimport.prices (product bigint references prodimport.products)',
      'drop table prodimport.prices',
    ],
    [
      'a foreign key of it',
      `create table prodimport.owners (id text primary key);
       alter table prodimport.products add constraint mine foreign key (owner)
       references prodimport.owners`,
      `alter table prodimport.products drop constraint mine; drop table prodimport.owners`,
    ],
    [
      'a publication of it',
      'create publication mine for table prodimport.products',
      'drop publication mine',
    ],
    [
      'a publication of all tables',
      'create publication mine for all tables',
      'drop publication mine',
    ],
    [
      'a replica identity',
      'alter table prodimport.products replica identity full',
      'alter table prodimport.products replica identity default',
    ],
    [
      'a policy',
      'create policy mine on prodimport.products using (true)',
      'drop policy mine on prodimport.products',
    ],
    [
      'a view that needs the primary key',
      `create view prodimport.mine as select id, name, count(*) from prodimport.products group by id`,
      'drop view prodimport.mine',
    ],
    [
      'an event trigger',
      `create function prodimport.watch() returns event_trigger language plpgsql as 'begin end';
       create event trigger mine on ddl_command_end execute function prodimport.watch()`,
      'drop event trigger mine; drop function prodimport.watch()',
    ],
    [
      'a partition below it',
      'create table prodimport.more () inherits (prodimport.products)',
      'drop table prodimport.more',
    ],
  ];

  it.each(obstacles)(
    'keeps the indexes up row by row where there is %s',
    async (_, make, clear) => {
      await run(make);
      const before = await indexes();
      try {
        const { report } = await loadText(db, csv);

        expect(report.phases.way).toBe('insert');
        expect(report.products).toMatchObject({ inserted: 3 });
        expect(await storedNames(db)).toEqual(names);
        expect(await indexes()).toEqual(before);
      } finally {
        await run(clear);
      }
    },
  );

  it('waits for nobody who reads the empty catalogue', async () => {
    const reader = await db.database.session();
    await reader.client.query('begin');
    await reader.client.query('select from prodimport.products');

    const { report } = await loadText(db, csv);

    expect(report.phases.way).toBe('insert');
    expect((await reader.client.query('select from prodimport.products')).rowCount).toBe(3);
    await reader.client.query('rollback');
    await reader.end();
  });

  it('merges with what a writer brought who was faster', async () => {
    const writer = await db.database.session();
    await writer.client.query('begin');
    await insertProduct({ session: writer }, { sku: 'a-1', name: 'Theirs' });
    const loading = loadText(db, csv);
    await someoneIsBlocked(db.session);
    await writer.client.query('commit');
    await writer.end();

    const { report } = await loading;
    expect(report.phases.way).toBe('merge');
    expect(report.products).toMatchObject({ inserted: 2, updated: 1 });
    expect(await storedNames(db)).toEqual(names);
  });

  it('of a role that does not own products leaves their indexes alone', async () => {
    const role = `loader_${process.pid}`;
    await run(`${login(role)};
      grant usage on schema prodimport to ${role};
      grant all on all tables in schema prodimport to ${role};
      grant all on all sequences in schema prodimport to ${role}`);
    try {
      const url = urlAs(role, db);
      const { report } = await loadText({ ...db, url }, csv);
      expect(report.phases.way).toBe('insert');
      expect(await storedNames(db)).toEqual(names);
    } finally {
      await run(`drop owned by ${role}; drop role ${role}`);
    }
  });
});

async function run(statements: string): Promise<void> {
  await db.session.client.query(statements);
}

/** All that an index of products is, but for its number. */
async function indexes(): Promise<unknown[]> {
  const { rows } = await db.session.client.query<Record<string, unknown>>(`
    select
      pg_get_indexdef(i.indexrelid) as definition,
      pg_get_constraintdef(k.oid) as constraint,
      k.conname,
      c.reltablespace,
      c.reloptions,
      c.relowner,
      obj_description(i.indexrelid, 'pg_class') as comment,
      obj_description(k.oid, 'pg_constraint') as remark
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    left join pg_constraint k on k.conindid = i.indexrelid and k.contype = 'p'
    where i.indrelid = 'prodimport.products'::regclass
    order by c.relname`);
  return rows;
}
