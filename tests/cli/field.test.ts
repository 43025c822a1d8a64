import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const run = (words: string[], stdin?: string) => runCli(words, { url: db.url, stdin });

test('several fields are added together, or none of them', async () => {
  const names = ['gtin', 'brand', 'category', 'cost'];
  expect((await run(['load', '-'], 'sku,name,brand,cost\nZ,z,Acme,"1,5"\n')).code).toBe(0);
  const taken = await run(['field', 'add', ...names, 'gtin', '--yes']);
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining('field gtin already')]);
  const unknown = await run(['field', 'add', 'gtin', 'lustre', '--json']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('lustre')]);
  const labelled = await run(['field', 'add', 'gtin', 'brand', '--label', 'Two']);
  expect([labelled.code, labelled.stderr]).toEqual([2, expect.stringContaining('--label')]);
  expect((await run(['field', 'list', '--json'])).json()).toEqual([]);
  const added = await run(['field', 'add', ...names, '--yes', '--json']);
  expect([added.code, added.json<object[]>()]).toEqual([
    0,
    names.map((name) => expect.objectContaining({ name, unfit: 0 }) as object),
  ]);
  const found = await run(['product', 'list', '--where', 'cost > 1', '--json']);
  expect(found.json()).toMatchObject([{ sku: 'Z', attributes: { brand: 'Acme', cost: '1.50' } }]);
  for (const name of names) await run(['field', 'remove', name, '--yes']);
  await run(['purge', '--all', '--yes']);
});

test('a supplier list becomes a table that one can query, and a field is changed and removed', async () => {
  const added = await run(['field', 'add', 'stock', '--index', '--json']);
  expect(added.json()).toMatchObject({ name: 'stock', type: 'integer', converted: 0, unfit: 0 });
  expect((await run(['load', '-'], 'sku,name,Bestand\nA,a,12\nB,b,3\n')).code).toBe(0);
  const low = await run(['product', 'list', '--where', 'stock < 5', '--sort', '-stock', '--json']);
  expect(low.json()).toMatchObject([{ sku: 'B', attributes: { stock: 3 } }]);
  const shown = await run(['product', 'list', '--where', 'Stock < 5']);
  expect(shown.stdout).toMatch(/^B\tb\t\tyes\t\t\S+Z\t3\n$/);
  expect((await run(['product', 'list', '--sort', '-stock'])).stdout).toMatch(/\t12\nB.*\t3\n$/);
  expect((await run(['product', 'list'])).stdout).toMatch(/Z\nB\tb\t\tyes\t\t\S+Z\n$/);
  const headers = 'sku,name,description,price,active,owner,images,action,stock\n';
  expect((await run(['template'])).stdout).toBe(headers);
  const listed = await run(['field', 'list']);
  expect(listed.stdout).toMatch(/^stock\tinteger\tindexed\t\d+ well-known\n$/);
  expect((await run(['field', 'update', 'stock', '--min', '5'])).code).toBe(3);
  expect((await run(['field', 'remove', 'stock'])).code).toBe(2);
  const removed = await run(['field', 'remove', 'stock', '--yes', '--json']);
  expect(removed.json()).toEqual({ removed: 'stock', converted: 2 });
  expect((await run(['field', 'remove', 'stock', '--yes'])).code).toBe(6);
});
