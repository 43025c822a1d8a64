import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { purgeProducts } from '../../src/catalog/purge.js';
import { storedProducts } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { loadText, sumOfWays } from '../setup/load.js';
import { counted } from './table.js';
import { edition, nameEdition, secondFile } from './trial.js';

const trials = inject('thorough') ? 25 : 2;
const waitMs = 240_000;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(reset);

async function reset(): Promise<void> {
  await db.session.client.query('truncate prodimport.products');
  await loadText(db, edition(1));
}

/** Makes each trial with the first edition in the catalogue. */
async function repeat(fault: string, trial: () => Promise<void>): Promise<void> {
  for (let i = 0; i < trials; i++) {
    await reset();
    await counted(fault, null, trial);
  }
}

it('loads the same file twice at once as if it were once', async () => {
  await repeat('the same file twice at once', async () => {
    const both = await Promise.all([loadText(db, edition(2)), loadText(db, edition(2))]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const inserted = both.map(({ report }) => report.products!.inserted);
    expect(inserted.sort((a, b) => a - b)).toEqual([0, 100]);
    expect(await nameEdition(db.session)).toBe('after');
  });
}, 300_000);

it('loads overlapping files in opposite order without a deadlock', async () => {
  const lines = edition(2).trim().split('\n');
  const [header, ...rows] = lines as [string, ...string[]];
  const file = (some: string[]) => `${[header, ...some].join('\n')}\n`;
  const forth = file(rows.slice(0, 3000));
  const back = file(rows.slice(1000).reverse());
  await repeat('overlapping files in opposite order at once', async () => {
    const all = await Promise.all([forth, back, forth].map((text) => loadText(db, text)));
    expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    for (const { report } of all) expect(sumOfWays(report)).toBe(report.rows.read);
    expect(await nameEdition(db.session)).toBe('after');
  });
}, 300_000);

it('purges before a load or after it, never half of it', async () => {
  await repeat('purge --all during a load', async () => {
    const loading = loadText(db, edition(2));
    const other = await db.database.session();
    await purgeProducts(other, {}, waitMs);
    await other.end();
    expect((await loading).exitCode).toBe(0);
    expect([0, 4000]).toContain((await storedProducts(db)).length);
  });
}, 300_000);

it('updates a product before a load or after it, never half of it', async () => {
  const update = ['product', 'update', 'SKU-150', '--name', 'By hand', '--price', '99'];
  await repeat('product update during a load', async () => {
    const [load, change] = await Promise.all([
      runCli(['load', secondFile], { url: db.url }),
      runCli(update, { url: db.url }),
    ]);
    expect([load.code, change.code], load.stderr + change.stderr).toEqual([0, 0]);
    const { rows } = await db.session.client.query<{ name: string; price: string }>(
      `select name, trim_scale(price)::text as price from prodimport.products
       where sku = 'SKU-150'`,
    );
    const loaded = edition(2)
      .split('\n')
      .find((line) => line.startsWith('SKU-150,'));
    const found = `SKU-150,${rows[0]!.name},${rows[0]!.price}`;
    expect([loaded, 'SKU-150,By hand,99']).toContain(found);
  });
}, 300_000);
