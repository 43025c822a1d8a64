import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { dbGrant } from '../../src/commands/db/grant.js';
import { productAdd } from '../../src/commands/product/add.js';
import { purge } from '../../src/commands/purge.js';
import { createPlainDatabase, login, type TestDatabase, urlAs } from '../setup/database.js';
import { loadText, runCommand } from '../setup/load.js';
import { readmeBlocks } from '../readme/blocks.js';

const mark = randomBytes(4).toString('hex');
const [acme, globex] = [`acme_${mark}`, `globex_${mark}`];

/** The documented policies, with a switch of row security around them. */
const recipe = readmeBlocks()
  .filter(
    ({ heading, language }) => heading === 'Several tenants in one catalogue' && language === 'sql',
  )
  .map(({ text }) => text)
  .join('\n');

let db: TestDatabase;
beforeAll(async () => {
  db = await createPlainDatabase();
  await run(`${login(acme)}; ${login(globex)}`);
  for (const tenant of [acme, globex]) {
    await runCommand(db, dbGrant, [tenant, '--as', 'operator']);
  }
  await run(recipe);
});
afterAll(async () => {
  await run(`drop owned by ${acme}, ${globex} cascade; drop role ${acme}, ${globex}`);
  await db.drop();
});
beforeEach(async () => {
  await run('truncate prodimport.products, prodimport.jobs, prodimport.rejects');
  const csv = 'sku,name\nG-1,Theirs\nG-2,Theirs\n';
  await loadText(as(globex), csv, `--owner ${globex}`);
});

async function run(statements: string): Promise<void> {
  await db.session.client.query(statements);
}

/** The database as a tenant connects to it; the report is read as the owner of it all. */
const as = (role: string) => ({ ...db, url: urlAs(role, db) });

async function names(): Promise<string[]> {
  const { rows } = await db.session.client.query<{ line: string }>(
    `select concat_ws(' ', sku, name) as line from prodimport.products order by sku`,
  );
  return rows.map(({ line }) => line);
}

it('rejects a SKU that the role can not see as one of another owner, and takes the rest', async () => {
  const csv = 'sku,name\nA-1,Ours\ng-1,Ours\nA-2,Ours\n';
  const { exitCode, report } = await loadText(as(acme), csv, `--owner ${acme}`);
  expect(exitCode).toBe(3);
  expect(report.products).toMatchObject({ inserted: 2 });
  expect(report.failedRows).toMatchObject([
    { rowNumber: 3, column: 'owner', value: acme, code: 'owner_conflict' },
  ]);
  expect(report.failedRows[0]!.error).toContain('row security hides');
  expect(await names()).toEqual(['A-1 Ours', 'A-2 Ours', 'G-1 Theirs', 'G-2 Theirs']);
  const again = await loadText(as(acme), csv.replace('A-2,Ours', 'A-2,New'), `--owner ${acme}`);
  expect(again.report.products).toMatchObject({ inserted: 0, updated: 1, unchanged: 1 });
  expect(again.report.rows).toMatchObject({ rejected: 1 });
});

it('says the same of each kind of load, the dry run and the last of several rows among them', async () => {
  const csv = 'sku,name\nG-1,Once\nG-1,Twice\n';
  for (const words of [
    '--dry-run',
    '--action delete',
    '--on-duplicate first',
    '--record-changes',
  ]) {
    const { report } = await loadText(as(acme), csv, `--owner ${acme} ${words}`);
    expect(
      report.failedRows.map(({ code }) => code),
      words,
    ).toEqual(['owner_conflict']);
    expect(report.rows.duplicates, words).toBe(1);
  }
  expect(await names()).toEqual(['G-1 Theirs', 'G-2 Theirs']);
});

it('takes only its own for missing, and purges only its own', async () => {
  await loadText(as(acme), 'sku,name\nA-1,Ours\nA-2,Ours\n', `--owner ${acme}`);
  const words = `--owner ${acme} --replace --yes`;
  const { report } = await loadText(as(acme), 'sku,name\nA-1,Ours\n', words);
  expect(report.missing).toMatchObject({ deleted: 1 });
  expect(await runCommand(as(acme), purge, ['--all', '--yes'])).toMatchObject({
    result: { deleted: { products: 1 } },
  });
  expect(await names()).toEqual(['G-1 Theirs', 'G-2 Theirs']);
});

it('fails where rows are to be stored that the policies forbid, and says what to look at', async () => {
  const { exitCode, error } = await loadText(as(acme), 'sku,name\nA-1,Ours\n');
  expect(exitCode).toBe(5);
  expect(error!.message).toMatch(/row-level security policy.* is its owner the right one/);
  const added = await runCommand(as(acme), productAdd, [
    ...['--sku', 'G-1', '--name', 'Ours', '--owner', acme, '--no-deliver'],
  ]);
  expect(added).toMatchObject({ exitCode: 1, error: { code: 'write_suppressed' } });
  expect(added.error!.message).toContain('row security');
  expect(await names()).toEqual(['G-1 Theirs', 'G-2 Theirs']);
});

it('shows a tenant neither the jobs nor the rejects and changes of others', async () => {
  await loadText(as(globex), 'sku,name\nG-3,\n', `--owner ${globex} --accept-rejects`);
  const client = (await (await import('../setup/database.js')).openDatabase(as(acme).url)).main();
  const session = await client;
  for (const table of ['products', 'jobs', 'rejects', 'changes', 'endpoints', 'deliveries']) {
    const { rows } = await session.client.query(`select from prodimport.${table}`);
    expect([table, rows.length]).toEqual([table, 0]);
  }
  await session.end();
});
