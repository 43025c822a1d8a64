import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dbGrant } from '../../src/commands/db/grant.js';
import { createPlainDatabase, login, type TestDatabase, urlAs } from '../setup/database.js';
import { loadText, runCommand } from '../setup/load.js';

const role = `together_${randomBytes(4).toString('hex')}`;
const file = (name: string) => `sku,name\n${[1, 2, 3].map((n) => `A-${n},${name}\n`).join('')}`;

/** As a server sees it that has several processes read even a few rows. */
const eager = ['parallel_setup_cost', 'parallel_tuple_cost', 'min_parallel_table_scan_size'];

let db: TestDatabase;
let asRole: TestDatabase;
beforeAll(async () => {
  db = await createPlainDatabase();
  await run(login(role));
  await runCommand(db, dbGrant, [role, '--as', 'loader']);
  asRole = { ...db, url: urlAs(role, db) };
  await loadText(db, file('One'));
});
afterAll(async () => {
  await run(`drop owned by ${role} cascade; drop role ${role}`);
  await db.drop();
});

async function run(statements: string): Promise<void> {
  await db.session.client.query(statements);
}

it('may compare with several processes of the server', async () => {
  const { session } = db;
  const table = { kind: 'unlogged', staging: 'prodimport.staging_of_test' };
  await session.begin();
  try {
    for (const setting of eager) await run(`set local ${setting} = 0`);
    await session.query('load/create_staging', [], table);
    await session.query('load/create_superseded');
    await session.query('load/compare_together');
    const { rows } = await session.client.query<Record<string, string>>(
      `explain ${session.text('load/compare')}`,
      [[], false, 'update', true],
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Gather[^]+Parallel Hash/);
  } finally {
    await session.rollback();
  }
});

it('makes no table in the schema where the role may not', async () => {
  const { exitCode, report } = await loadText(asRole, file('Three'));
  expect(exitCode).toBe(0);
  expect(report.products).toMatchObject({ updated: 3 });
});

it('leaves no table behind, whether it loads, refuses or only looks', async () => {
  await loadText(db, file('Four'));
  await loadText(db, `${file('Five')}A-4,\n`, '--max-rejects 0');
  await loadText(db, file('Six'), '--dry-run');
  const { rows } = await db.session.client.query(
    `select relname from pg_class where relname like 'staging%' or relname = 'compared'`,
  );
  expect(rows).toEqual([]);
});

it('compares with one process where the server lacks shared memory for several', async () => {
  await run(`
    create function public.has_room() returns boolean language plpgsql stable parallel safe as $body$
    begin
      if current_query() ~ 'classified'
        and current_setting('max_parallel_workers_per_gather') <> '0' then
        raise exception 'could not resize shared memory segment' using errcode = '53100';
      end if;
      return true;
    end $body$;
    grant create on schema prodimport to ${role};
    alter table prodimport.products enable row level security;
    create policy has_room on prodimport.products using (public.has_room())`);
  try {
    const dry = await loadText(asRole, file('Seven'), '--dry-run');
    expect(dry.report.products).toMatchObject({ updated: 3 });
    const { exitCode, report } = await loadText(asRole, file('Seven'));

    expect(exitCode).toBe(0);
    expect(report.products).toMatchObject({ updated: 3 });
  } finally {
    await run(`
      drop policy has_room on prodimport.products;
      drop function public.has_room();
      alter table prodimport.products disable row level security`);
  }
});
