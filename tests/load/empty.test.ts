import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  insertProduct,
  storedNames,
  storedProducts,
  useCatalogue,
  writerIsWaitedFor,
} from '../setup/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { loadText } from '../setup/load.js';

/** Never without a product. */
const filled = useCatalogue();
let empty: TestDatabase;

beforeAll(async () => {
  empty = await createTestDatabase();
});
beforeEach(async () => {
  await empty.session.client.query(
    'truncate prodimport.products, prodimport.jobs, prodimport.rejects restart identity',
  );
});
afterAll(() => empty.drop());

const whole =
  'sku,name,description,price,active,owner,images,colour\n' +
  'B-2,Lamp,"Two\nlines",4.5,no,ann,https://shop.example/1.jpg|https://shop.example/2.jpg,red\n' +
  'a-1,Chair,,,,,,\n' +
  'C-3,,no name,,,,,\n' +
  'A-1,Chair again\n' +
  'Å-4,Table,,,yes,,,\n';

describe('the first load into a catalogue', () => {
  const cases = [
    ['all fields, blank and short rows', whole, ''],
    ['blank cells that clear', whole, '--blank clear'],
    ['products that start inactive', 'sku,name\nA-1,Lamp\n', '--inactive'],
    ['an owner for all', 'sku,name\nA-1,Lamp\n', '--owner ann'],
    ['the first of two rows', whole, '--on-duplicate first'],
    ['two rows of one SKU refused', whole, '--on-duplicate error'],
    ['actions', 'sku,name,action\nA-1,Lamp,ADD\nB-2,Chair,UPDATE\nC-3,,DELETE\n', ''],
    ['stored products refused', 'sku,name\nA-1,Lamp\na-1,Chair\n', '--on-existing error'],
    ['no names', 'sku,price\nA-1,1\n', ''],
    ['nothing', 'sku,name\n', ''],
  ] as const;

  it.each(cases)('stores what a merge with other products would: %s', async (_, csv, words) => {
    const merged = await loadText(filled(), csv, words);
    const first = await loadText(empty, csv, words);

    expect(first.error?.code).toBe(merged.error?.code);
    expect(first.report.rows).toEqual(merged.report.rows);
    expect(first.report.products).toEqual(merged.report.products);
    expect(first.report.failedRows).toEqual(merged.report.failedRows);
    expect(await contentOf(empty)).toEqual(await contentOf(filled()));
  });

  it('takes over what another writer inserts meanwhile', async () => {
    const other = await empty.database.session();
    await other.client.query('begin');
    await insertProduct({ session: other }, { sku: 'A-1', name: 'Other' });
    const loading = loadText(empty, 'sku,name\na-1,Lamp\nB-2,Chair\n');
    await writerIsWaitedFor(empty.session);
    await other.client.query('commit');
    await other.end();

    const { report } = await loading;
    expect(report.products).toMatchObject({ inserted: 1, updated: 1, unchanged: 0 });
    expect(await storedNames(empty)).toEqual({ 'a-1': 'Lamp', 'B-2': 'Chair' });
  });
});

/** All that is stored, but for ids and points in time. */
async function contentOf(db: TestDatabase): Promise<unknown[]> {
  const products = await storedProducts(db);
  return products.map((product) => ({
    ...product,
    id: null,
    xmin: null,
    created_at: null,
    updated_at: product.updated_at.getTime() - product.created_at.getTime(),
  }));
}
