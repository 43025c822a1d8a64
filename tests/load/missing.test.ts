import { describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { insertProduct, storedProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';
import { workbookParts } from '../source/workbook.js';
import { zip } from '../source/zip.js';

const db = useCatalogue();

/** The products of the shop, of which files below name most. */
const all = ['A-1', 'B-2', 'C-3', 'D-4', 'E-5', 'F-6', 'G-7', 'H-8', 'I-9', 'J-10'];
const allRows = all.map((sku) => `${sku},Name of ${sku}\n`);
const whole = `sku,name\n${allRows.join('')}`;
const withoutFirst = `sku,name\n${allRows.slice(1).join('')}`;

async function activity(): Promise<Record<string, boolean>> {
  const products = await storedProducts(db());
  return Object.fromEntries(products.map(({ sku, active }) => [sku, active]));
}

describe('--missing', () => {
  it('keep, the default, leaves products that the file does not name', async () => {
    await loadText(db(), whole);
    const { report } = await loadText(db(), 'sku,name\nA-1,Name of A-1\n');

    expect(report.missing).toEqual({ deactivated: 0, deleted: 0 });
    expect(await storedProducts(db())).toHaveLength(10);
  });

  it('deactivate takes the flag of products that the file does not name', async () => {
    await loadText(db(), whole);
    const before = await storedProducts(db());
    const { report, exitCode } = await loadText(db(), withoutFirst, '--missing deactivate');

    expect(report.missing).toEqual({ deactivated: 1, deleted: 0 });
    expect(report.products).toMatchObject({ unchanged: 9, updated: 0 });
    const [first, ...rest] = await storedProducts(db());
    expect(first).toMatchObject({ sku: 'A-1', active: false, deactivated_by: report.jobId });
    expect(rest).toEqual(before.slice(1));
    expect(exitCode).toBe(0);
  });

  it('delete removes products that the file does not name', async () => {
    await loadText(db(), whole);
    const { report } = await loadText(db(), withoutFirst, '--missing delete');

    expect(report.missing).toEqual({ deactivated: 0, deleted: 1 });
    expect(Object.keys(await activity())).toEqual([...all.slice(1)].sort());
  });

  it('covers active products alone', async () => {
    await loadText(db(), whole);
    await insertProduct(db(), { sku: 'OFF', name: 'Off', active: false });
    const { report } = await loadText(db(), whole, '--missing delete');

    expect(report.missing.deleted).toBe(0);
    expect((await storedProduct(db(), 'OFF')).active).toBe(false);
  });

  it('covers the products of --owner alone', async () => {
    await loadText(db(), whole, '--owner acme');
    await insertProduct(db(), { sku: 'FREE', name: 'Nobody owns it' });
    await insertProduct(db(), { sku: 'THEIRS', name: 'Another', owner: 'other' });
    const { report } = await loadText(db(), withoutFirst, '--owner acme --missing deactivate');

    expect(report.missing.deactivated).toBe(1);
    expect(await activity()).toMatchObject({ 'A-1': false, FREE: true, THEIRS: true });
  });

  it('covers products without owner where none is given', async () => {
    await loadText(db(), whole);
    await insertProduct(db(), { sku: 'THEIRS', name: 'Another', owner: 'other' });
    await loadText(db(), withoutFirst, '--missing deactivate');

    expect(await activity()).toMatchObject({ 'A-1': false, THEIRS: true });
  });

  it('is refused with an owner column, before anything starts', async () => {
    const csv = 'sku,name,owner\nA-1,Lamp,acme\n';
    const { error, exitCode, report } = await loadText(db(), csv, '--missing deactivate');

    expect(exitCode).toBe(2);
    expect(error!.message).toContain('owner column');
    expect(report).toBeNull();
  });

  it('never takes a product for missing that a rejected row names', async () => {
    await loadText(db(), whole);
    const csv = `sku,name\na-1,\n${allRows.slice(1).join('')}`;
    const { report, exitCode } = await loadText(db(), csv, '--missing deactivate');

    expect(report.missing.deactivated).toBe(0);
    expect(report.rows.rejected).toBe(1);
    expect((await storedProduct(db(), 'A-1')).active).toBe(true);
    expect(exitCode).toBe(3);
  });

  it('never takes a product for missing that a row names which the catalogue rejects', async () => {
    await loadText(db(), whole);
    const csv = `sku,name,action\nA-1,New,ADD\n${all.slice(1).join(',x,\n')},x,\n`;
    const { report } = await loadText(db(), csv, '--missing delete');

    expect(report.failedRows).toMatchObject([{ code: 'already_exists' }]);
    expect(report.missing.deleted).toBe(0);
  });

  it('counts a product that the file deletes as deleted, not as missing', async () => {
    await loadText(db(), whole);
    const csv = `sku,name,action\nA-1,,DELETE\n${all.slice(1).join(',x,\n')},x,\n`;
    const { report } = await loadText(db(), csv, '--missing deactivate');

    expect(report.products!.deleted).toBe(1);
    expect(report.missing).toEqual({ deactivated: 0, deleted: 0 });
  });
});

describe('--missing-limit', () => {
  it('refuses above 20 % unless another one is given, and changes nothing', async () => {
    await loadText(db(), whole);
    const before = await storedProducts(db());
    const csv = `sku,name\nNEW-1,New\n${allRows.slice(3).join('')}`;
    const { exitCode, error, report } = await loadText(db(), csv, '--missing deactivate');

    expect(exitCode).toBe(4);
    expect(error).toMatchObject({ code: 'missing_limit' });
    expect(error!.message).toContain('3 of 10');
    expect(report).toMatchObject({ status: 'refused', products: null });
    expect(await storedProducts(db())).toEqual(before);
  });

  it('lets exactly the limit pass', async () => {
    await loadText(db(), whole);
    const csv = `sku,name\n${allRows.slice(2).join('')}`;
    expect((await loadText(db(), csv, '--missing deactivate')).exitCode).toBe(0);
  });

  it('takes rows and other shares', async () => {
    await loadText(db(), whole);
    const two = '--missing deactivate --missing-limit 0';
    expect((await loadText(db(), withoutFirst, two)).exitCode).toBe(4);
    const half = '--missing deactivate --missing-limit 100%';
    expect((await loadText(db(), 'sku,name\nA-1,x\n', half)).report.missing.deactivated).toBe(9);
  });
});

describe('a file that may not say all that it names', () => {
  const refused = async (content: string | Buffer) => {
    await loadText(db(), whole);
    const before = await storedProducts(db());
    const words = '--missing delete --missing-limit 100%';
    const { exitCode, error, report } = await loadText(db(), content, words);
    expect(await storedProducts(db())).toEqual(before);
    expect(report.status).toBe('refused');
    return { exitCode, code: error!.code };
  };
  const unsure = { exitCode: 4, code: 'missing_unsure' };

  it('is refused with a SKU that Excel has damaged', async () => {
    expect(await refused(`sku,name\n1.23457E+12,Lamp\n${allRows.slice(1).join('')}`)).toEqual(
      unsure,
    );
  });

  it('is refused with a SKU that a workbook has made a number of 301 digits of', async () => {
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const named = all.slice(1).map((sku) => text(sku) + text(sku));
    const cells = [text('sku') + text('name'), `<c><v>1E300</v></c>${text('Lamp')}`, ...named];
    const rows = cells.map((row) => `<row>${row}</row>`).join('');
    expect(await refused(zip(workbookParts({ rows })))).toEqual(unsure);
  });

  it('is refused with an unreadable record', async () => {
    const bytes = Buffer.concat([Buffer.from(withoutFirst), Buffer.from([0x41, 0xff, 0xfe, 0x2c])]);
    const more = Buffer.from(`x\nB-2,${'é'.repeat(30)}\n`);
    expect(await refused(Buffer.concat([bytes, more]))).toEqual(unsure);
  });

  it('is refused when it ends inside a quote', async () => {
    expect(await refused(`${withoutFirst}A-1,"Lamp\n`)).toEqual(unsure);
  });

  it('is refused when it ends in a short record', async () => {
    expect(await refused(`${withoutFirst}K-11`)).toEqual(unsure);
  });

  it('is refused when it ends before its gzip end', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i * 7919}-${i % 13},Name ${i * 31}\n`);
    const packed = gzipSync(`sku,name\n${rows.join('')}`);
    expect(await refused(packed.subarray(0, packed.length - 200))).toEqual(unsure);
  });

  it('is taken where a damaged cell is not the SKU', async () => {
    await loadText(db(), whole);
    const csv = `sku,name,price\nA-1,Lamp,1.2E+12x\n${allRows.slice(1).join('')}`;
    const { report } = await loadText(db(), csv, '--missing deactivate');
    expect(report.missing.deactivated).toBe(0);
    expect(report.rows.rejected).toBe(1);
  });
});

describe('a product that --missing deactivated', () => {
  it('becomes active again when a later load names it', async () => {
    await loadText(db(), whole);
    await loadText(db(), withoutFirst, '--missing deactivate');
    const { report } = await loadText(db(), whole);

    expect(report.products).toMatchObject({ updated: 1, unchanged: 9 });
    expect(await storedProduct(db(), 'A-1')).toMatchObject({ active: true, deactivated_by: null });
  });

  it('is not deactivated and counted again by the next load', async () => {
    await loadText(db(), whole);
    await loadText(db(), withoutFirst, '--missing deactivate');
    const before = await storedProduct(db(), 'A-1');
    const { report } = await loadText(db(), withoutFirst, '--missing deactivate');

    expect(report.missing.deactivated).toBe(0);
    expect(await storedProduct(db(), 'A-1')).toEqual(before);
  });

  it('stays as it is when its flag was set otherwise since, by a load', async () => {
    await loadText(db(), whole);
    await loadText(db(), withoutFirst, '--missing deactivate');
    await loadText(db(), 'sku,name,active\nA-1,Name of A-1,no\n');
    await loadText(db(), whole);

    expect((await storedProduct(db(), 'A-1')).active).toBe(false);
  });

  it('keeps the flag of a row that names it inactive', async () => {
    await loadText(db(), whole);
    await loadText(db(), withoutFirst, '--missing deactivate');
    await loadText(db(), 'sku,name,active\nA-1,Name of A-1,no\n', '--blank clear');

    expect(await storedProduct(db(), 'A-1')).toMatchObject({ active: false, deactivated_by: null });
  });

  it('becomes active again where the row leaves its flag blank', async () => {
    await loadText(db(), whole);
    await loadText(db(), withoutFirst, '--missing deactivate');
    await loadText(db(), 'sku,name,active\nA-1,Name of A-1,\n');

    expect((await storedProduct(db(), 'A-1')).active).toBe(true);
  });
});
