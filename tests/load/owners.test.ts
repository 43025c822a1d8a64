import { describe, expect, it } from 'vitest';
import { insertProduct, storedProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();

describe('--owner', () => {
  it('stamps the rows', async () => {
    await loadText(db(), 'sku,name\nA-1,Lamp\n', '--owner acme');
    expect((await storedProduct(db(), 'A-1')).owner).toBe('acme');
  });

  it('is trimmed as the cell of an owner column is, so that both name the same one', async () => {
    await loadText(db(), 'sku,name,owner\nA-1,Lamp,  acme \n');
    const { report } = await loadText(db(), 'sku,name\nA-1,Lamp\n', '--owner \u00a0acme\u00a0');
    expect(report.products).toMatchObject({ unchanged: 1 });
  });

  it('refuses a SKU of another owner, naming it, and takes the rest', async () => {
    await insertProduct(db(), { sku: 'A-1', name: 'Theirs', owner: 'other' });
    const { report } = await loadText(db(), 'sku,name\na-1,Ours\nB-2,Ours\n', '--owner acme');

    expect(report.failedRows).toMatchObject([
      { rowNumber: 2, column: 'owner', value: 'acme', code: 'owner_conflict' },
    ]);
    expect(report.failedRows[0]!.error).toMatch(/^SKU a-1 belongs to owner other, not to acme: /);
    expect((await storedProducts(db())).map(({ sku, name }) => [sku, name])).toEqual([
      ['A-1', 'Theirs'],
      ['B-2', 'Ours'],
    ]);
  });

  it('refuses to delete a product of another owner', async () => {
    await insertProduct(db(), { sku: 'A-1', name: 'Theirs', owner: 'other' });
    const { report } = await loadText(db(), 'sku\nA-1\n', '--owner acme --action delete');

    expect(report.failedRows).toMatchObject([{ rowNumber: 2, code: 'owner_conflict' }]);
    expect(await storedProducts(db())).toHaveLength(1);
  });

  it('adopts a product without owner', async () => {
    await insertProduct(db(), { sku: 'A-1', name: 'Lamp' });
    const { report } = await loadText(db(), 'sku,name\nA-1,Lamp\n', '--owner acme');

    expect(report.products).toMatchObject({ updated: 1 });
    expect((await storedProduct(db(), 'A-1')).owner).toBe('acme');
  });

  it('leaves a product of its own unchanged', async () => {
    await insertProduct(db(), { sku: 'A-1', name: 'Lamp', owner: 'acme' });
    const { report } = await loadText(db(), 'sku,name\nA-1,Lamp\n', '--owner acme');
    expect(report.products).toMatchObject({ unchanged: 1 });
  });

  it('refuses a row that names another owner itself', async () => {
    const csv = 'sku,name,owner\nA-1,Lamp,other\nB-2,Chair,\nC-3,Table,acme\n';
    const { report } = await loadText(db(), csv, '--owner acme');

    expect(report.failedRows).toMatchObject([
      { rowNumber: 2, column: 'owner', value: 'other', code: 'owner_conflict' },
    ]);
    expect((await storedProducts(db())).map(({ sku, owner }) => [sku, owner])).toEqual([
      ['B-2', 'acme'],
      ['C-3', 'acme'],
    ]);
  });
});

describe('an owner column', () => {
  it('stamps each row, adopts, and refuses what another one owns', async () => {
    await insertProduct(db(), { sku: 'A-1', name: 'Free' });
    await insertProduct(db(), { sku: 'B-2', name: 'Theirs', owner: 'other' });
    const { report } = await loadText(
      db(),
      'sku,name,owner\nA-1,Free,acme\nB-2,Ours,acme\nC-3,New,zeta\n',
    );

    expect(report.failedRows).toMatchObject([{ rowNumber: 3, code: 'owner_conflict' }]);
    expect((await storedProducts(db())).map(({ sku, owner }) => [sku, owner])).toEqual([
      ['A-1', 'acme'],
      ['B-2', 'other'],
      ['C-3', 'zeta'],
    ]);
  });
});

it('updates a product of any owner where the load names none', async () => {
  await insertProduct(db(), { sku: 'A-1', name: 'Old', owner: 'acme' });
  await loadText(db(), 'sku,name\nA-1,New\n');
  expect(await storedProduct(db(), 'A-1')).toMatchObject({ name: 'New', owner: 'acme' });
});
