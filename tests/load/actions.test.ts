import { describe, expect, it } from 'vitest';
import { insertProduct, storedNames, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText, sumOfWays } from '../setup/load.js';
import type { Report } from '../../src/load/job.js';

const db = useCatalogue();

const codes = (report: Report) =>
  report.failedRows.map(({ rowNumber, column, code }) => [rowNumber, column, code]);

async function store(...skus: string[]): Promise<void> {
  for (const sku of skus) await insertProduct(db(), { sku, name: `Old ${sku}` });
}

describe('the action of a row', () => {
  it('is ADD, UPDATE, DELETE or UPSERT, in any case', async () => {
    await store('U-1', 'D-1', 'P-1');
    const csv =
      'sku,name,action\nA-1,New,add\nU-1,New,Update\nD-1,,DELETE\nP-1,New,upsert\nP-2,New,UPSERT\n';
    const { report } = await loadText(db(), csv);

    expect(await storedNames(db())).toEqual({
      'A-1': 'New',
      'P-1': 'New',
      'P-2': 'New',
      'U-1': 'New',
    });
    expect(report.products).toEqual({
      inserted: 2,
      updated: 2,
      deleted: 1,
      unchanged: 0,
      skipped: 0,
    });
  });

  it('beats --action, which stands for a blank one', async () => {
    await store('D-1', 'U-1');
    const csv = 'sku,name,action\nD-1,,\nU-1,New,UPDATE\nA-1,New,ADD\n';
    const { report } = await loadText(db(), csv, '--action delete');

    expect(await storedNames(db())).toEqual({ 'A-1': 'New', 'U-1': 'New' });
    expect(report.products).toMatchObject({ inserted: 1, updated: 1, deleted: 1 });
  });

  it('is rejected when it is none of the four', async () => {
    const { report } = await loadText(db(), 'sku,name,action\nA-1,New,REMOVE\n');

    expect(codes(report)).toEqual([[2, 'action', 'action_invalid']]);
    expect(await storedNames(db())).toEqual({});
  });

  it('is read from a column named action only', async () => {
    await store('A-1');
    const text = 'sku,name,operation\nA-1,New,DELETE\n';
    const { error } = await loadText(db(), text);
    expect(error?.code).toBe('action_not_understood');

    const { report } = await loadText(db(), text, '--map operation=attributes');
    expect(report.products).toMatchObject({ updated: 1, deleted: 0 });
    expect((await storedProducts(db()))[0]!.attributes).toEqual({ operation: 'DELETE' });
  });

  it('ADD of a stored SKU is already_exists, in any case of its letters', async () => {
    await store('A-1');
    const { report, exitCode } = await loadText(db(), 'sku,name,action\na-1,New,ADD\n');

    expect(codes(report)).toEqual([[2, 'sku', 'already_exists']]);
    expect(await storedNames(db())).toEqual({ 'A-1': 'Old A-1' });
    expect(exitCode).toBe(3);
  });

  it('UPDATE and DELETE of an unknown SKU are not_found', async () => {
    const { report } = await loadText(db(), 'sku,name,action\nA-1,New,UPDATE\nB-2,,DELETE\n');

    expect(codes(report)).toEqual([
      [2, 'sku', 'not_found'],
      [3, 'sku', 'not_found'],
    ]);
    expect(sumOfWays(report)).toBe(2);
  });

  it('DELETE needs only the SKU, whatever else its row holds', async () => {
    await store('A-1');
    const csv = 'sku,name,price,active,action\nA-1,,cheap,perhaps,DELETE\n';
    const { report } = await loadText(db(), csv);

    expect(report.products).toMatchObject({ deleted: 1 });
    expect(await storedNames(db())).toEqual({});
  });

  it('rejects all rows of a SKU that comes with different actions', async () => {
    await store('A-1', 'É-1');
    const csv =
      'sku,name,action\nA-1,New,ADD\nB-2,New,ADD\na-1,New,UPDATE\nA-1,New,ADD\nÉ-1,X,ADD\né-1,,DELETE\n';
    const { report } = await loadText(db(), csv);

    expect(codes(report)).toEqual([
      [2, 'action', 'action_conflict'],
      [4, 'action', 'action_conflict'],
      [5, 'action', 'action_conflict'],
      [6, 'action', 'action_conflict'],
      [7, 'action', 'action_conflict'],
    ]);
    expect(report.failedRows[1]).toMatchObject({
      value: 'UPDATE',
      error: 'SKU a-1 comes with different actions in the file',
    });
    expect(await storedNames(db())).toEqual({
      'A-1': 'Old A-1',
      'B-2': 'New',
      'É-1': 'Old É-1',
    });
    expect(report.rows).toEqual({ read: 6, rejected: 5, duplicates: 0 });
  });

  it.each([
    ['above it', 'c-1,Cup,cheap,UPDATE\nC-1,Cup,1,ADD\n'],
    ['below it', 'C-1,Cup,1,ADD\nX-1,Pot,1,\nc-1,Cup,cheap,UPDATE\n'],
    ['on both sides', 'C-1,,1,UPSERT\nC-1,Cup,x,ADD\nC-1,Cup,1,ADD\nC-1,Cup,2,ADD\n'],
  ])('conflicts with that of a row rejected for something else %s', async (_, rows) => {
    await store('D-1');
    const { report } = await loadText(db(), `sku,name,price,action\n${rows}D-1,New,1,\n`);
    const taken = rows.split('\n').flatMap((row, i) => (/,[12],ADD$/.test(row) ? [i + 2] : []));
    const conflicts = report.failedRows.filter(({ code }) => code === 'action_conflict');
    expect(conflicts.map(({ rowNumber }) => rowNumber)).toEqual(taken);
    const { 'C-1': none, ...names } = await storedNames(db());
    expect([none, names['D-1']]).toEqual([undefined, 'New']);
    expect(sumOfWays(report)).toBe(report.rows.read);
  });

  it('does not conflict with that of a rejected row whose SKU is in doubt, or whose action is', async () => {
    const rows = 'C-1,Cup,1,ADD\nC-1,Cup,1,DELETE,5\nC-1,Cup,x,PUT\nC-1,Cup,x,ADD\n';
    const { report } = await loadText(db(), `sku,name,price,action\n${rows}`);
    expect(report.rows).toEqual({ read: 4, rejected: 3, duplicates: 0 });
    expect(await storedNames(db())).toEqual({ 'C-1': 'Cup' });
  });

  it('does not conflict with a blank one that means the same', async () => {
    const { report } = await loadText(db(), 'sku,name,action\nA-1,Old,\nA-1,New,UPSERT\n');

    expect(report.rows).toEqual({ read: 2, rejected: 0, duplicates: 1 });
    expect(await storedNames(db())).toEqual({ 'A-1': 'New' });
  });

  it('comes from a mapped header too', async () => {
    await store('A-1');
    await loadText(db(), 'sku,name,Action\nA-1,,Delete\n');
    expect(await storedNames(db())).toEqual({});
  });
});

describe('--action', () => {
  it('add rejects what is stored and inserts the rest', async () => {
    await store('A-1');
    const { report } = await loadText(db(), 'sku,name\nA-1,New\nB-2,New\n', '--action add');

    expect(codes(report)).toEqual([[2, 'sku', 'already_exists']]);
    expect(await storedNames(db())).toEqual({ 'A-1': 'Old A-1', 'B-2': 'New' });
  });

  it('update rejects what is unknown and takes blank names', async () => {
    await store('A-1');
    const csv = 'sku,name,price\nA-1,,2.50\nB-2,New,1\n';
    const { report } = await loadText(db(), csv, '--action update');

    expect(codes(report)).toEqual([[3, 'sku', 'not_found']]);
    expect(await storedProducts(db())).toMatchObject([{ name: 'Old A-1', price: '2.5000' }]);
  });

  it('delete removes every named product', async () => {
    await store('A-1', 'B-2', 'C-3');
    const { report } = await loadText(db(), 'sku\na-1\nC-3\n', '--action delete');

    expect(await storedNames(db())).toEqual({ 'B-2': 'Old B-2' });
    expect(report.products).toMatchObject({ deleted: 2 });
  });
});

describe('--on-existing', () => {
  it('skip leaves a stored product as it is, not even comparing it', async () => {
    await store('A-1');
    const before = await storedProducts(db());
    const csv = 'sku,name\na-1,New\nB-2,New\n';
    const { report } = await loadText(db(), csv, '--on-existing skip');

    expect(await storedProducts(db())).toMatchObject([before[0]!, { sku: 'B-2' }]);
    expect(report.products).toMatchObject({ inserted: 1, skipped: 1, updated: 0 });
    expect(sumOfWays(report)).toBe(2);
  });

  it('error rejects an upsert of a stored SKU as already_exists', async () => {
    await store('A-1');
    const csv = 'sku,name\nA-1,New\nB-2,New\n';
    const { report } = await loadText(db(), csv, '--on-existing error');

    expect(codes(report)).toEqual([[2, 'sku', 'already_exists']]);
    expect(await storedNames(db())).toEqual({ 'A-1': 'Old A-1', 'B-2': 'New' });
  });

  it('is about upsert rows only', async () => {
    await store('A-1', 'B-2');
    const csv = 'sku,name,action\nA-1,New,UPDATE\nB-2,,DELETE\n';
    const { report } = await loadText(db(), csv, '--on-existing error');

    expect(report.products).toMatchObject({ updated: 1, deleted: 1 });
  });
});

describe('a name', () => {
  it('is required wherever the row may insert, whatever is stored', async () => {
    await store('A-1', 'U-1');
    const csv = 'sku,name,action\nA-1,,\nB-2,,ADD\nU-1,,UPDATE\n';
    const { report } = await loadText(db(), csv);

    expect(codes(report)).toEqual([
      [2, 'name', 'required'],
      [3, 'name', 'required'],
    ]);
    expect(await storedNames(db())).toEqual({ 'A-1': 'Old A-1', 'U-1': 'Old U-1' });
  });

  it('that has no column makes a file only update: unknown SKUs are required', async () => {
    await store('A-1');
    const { report } = await loadText(db(), 'sku,price\nA-1,2.50\nB-2,3\n');

    expect(codes(report)).toEqual([[3, 'name', 'required']]);
    expect(await storedProducts(db())).toMatchObject([{ name: 'Old A-1', price: '2.5000' }]);
  });
});
