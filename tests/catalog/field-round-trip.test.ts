import { readFileSync, writeFileSync } from 'node:fs';
import exceljs from 'exceljs';
import fc from '../setup/property.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { exportProducts, type ExportFormat } from '../../src/catalog/export/export.js';
import { listFields, removeField } from '../../src/catalog/field.js';
import { fieldAdd } from '../../src/commands/field/add.js';
import { recordedChanges, type Change } from '../../src/load/changes.js';
import { checkDigit } from '../../src/product/field-types.js';
import { insertProduct, storedProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { useFolder } from '../setup/folder.js';
import { loadText, runCommand } from '../setup/load.js';

const db = useCatalogue();
const folder = useFolder();
const { signal } = new AbortController();
const change = { waitMs: 1000, signal, dateOrder: 'ymd', strict: false, asked: true } as const;

beforeEach(async () => {
  for (const { name } of await listFields(db().session)) {
    await removeField(db().session, name, change);
  }
});

async function addField(...words: string[]): Promise<void> {
  expect((await runCommand(db(), fieldAdd, words)).error).toBeNull();
}

/** Adds a product for each value, as the tool would have stored it. */
async function store(key: string, values: readonly unknown[]): Promise<void> {
  for (const [place, value] of values.entries()) {
    await insertProduct(db(), { sku: `P-${place}`, name: 'x', attributes: { [key]: value } });
  }
}

async function exported(format: ExportFormat): Promise<Buffer> {
  const count = { products: 0, mangledSkus: 0, longCells: 0 };
  const request = { format, filter: {}, protect: (text: string) => text, signal };
  const chunks: Buffer[] = [];
  for await (const chunk of exportProducts(db().session, request, count)) {
    chunks.push(Buffer.from(chunk as string));
  }
  return Buffer.concat(chunks);
}

async function expectUnchanged(format: ExportFormat): Promise<void> {
  const before = await storedProducts(db());
  const { report, error } = await loadText(db(), await exported(format));
  expect(error).toBeNull();
  expect(report.failedRows).toEqual([]);
  expect(report.products).toMatchObject({ inserted: 0, updated: 0, unchanged: before.length + 1 });
  expect(await storedProducts(db())).toEqual(before);
}

const formats: ExportFormat[] = ['csv', 'xlsx', 'ndjson'];

const texts = [
  ...['a, "b"; c|d', 'two\nlines', '  spaces  ', '=1+1', "'80s", '="007"', '007', '1.5E+10'],
  ...['true', 'null', '{"a":1}', '[1]', '1,5', '_x000D_', '\\N', '中文 😀', '-', '+33 1'],
];
const choices = ['new', '01', 'TRUE', '=1', 'a|b', '1.5', "'x", '2026-01-31', 'Größe'];
const numbers = [
  ...[0, 12, -4, 0.5, 2.5, 1.234, 1234.567, -0.001, 1e-7, 1000, 123456.789012345],
  ...[999_999_999_999_999, -0.125, 1_000_000],
];
const integers = [0, -4, 12, 1234, 1000, 123_456_789_012_345, -999_999_999_999_999];
const amounts = ['0.00', '5.00', '1.125', '12.50', '1234.567', '999999999999.9999', '1000.00'];
const days = ['2026-01-31', '2024-02-29', '0001-01-01', '1900-02-28', '9999-12-31', '2026-05-04'];
const gtins = ['4006381333931', '96385074', '036000291452', '00012345600012'];
const urls = ['https://a.example/?a=1,2;3', 'http://b.example/a%20b#c', 'https://ü.example/ä'];
const lists = [['a'], ['a|b', 'c\\d'], ['1', 'true'], ['=1', '-'], ['a\\', '\\|'], ['a, b', "'c"]];

const comma = ['--decimal', ','];
const choosing = ['--choices', choices.map((choice) => choice.replace(',', '\\,')).join(',')];

describe.each(formats)('an export of a field as %s, loaded again,', (format) => {
  it.each<[type: string, words: string[], values: readonly unknown[]]>([
    ['text', [], texts],
    ['integer', [], integers],
    ['integer', comma, integers],
    ['number', [], numbers],
    ['number', comma, numbers],
    ['money', [], amounts],
    ['money', comma, amounts],
    ['boolean', [], [true, false]],
    ['date', [], days],
    ['choice', choosing, choices],
    ['gtin', [], gtins],
    ['url', [], urls],
    ['list', [], lists],
  ])('changes nothing of type %s %j', async (type, words, values) => {
    // With a label and aliases, and a name that a load would take for another column.
    await addField('title', '--type', type, '--alias', 'Beiwerk', ...words);
    await store('title', values);
    await expectUnchanged(format);
  });

  it('changes nothing where a column has a single value, which shows no decimal mark', async () => {
    await addField('weight');
    await addField('cost', ...comma);
    for (const attributes of [{ weight: 1.234 }, { cost: '1.125' }, { weight: 12 }]) {
      await insertProduct(db(), { sku: 'A', name: 'x', attributes });
      await expectUnchanged(format);
      await db().session.client.query(`delete from prodimport.products where sku = 'A'`);
    }
  });

  it('changes nothing of any numbers, amounts, GTINs and lists', async () => {
    await addField('weight', '--type', 'number', '--min', '-1000000000');
    await addField('cost', '--type', 'money', ...comma);
    await addField('gtin');
    await addField('tags');
    const digits = (length: number) =>
      fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)).map((text) => text + checkDigit(text));
    const entry = fc
      .string({ unit: fc.constantFrom('a', '|', '\\', ',', '=', '1', ' ', '"'), minLength: 1 })
      .map((text) => `x${text}x`);
    const attributes = fc.record({
      weight: fc
        .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max: 6 }))
        .map(([whole, places]) => Number(`${whole}e-${places}`) + 0),
      cost: fc
        .tuple(fc.nat(10 ** 9), fc.nat(9999))
        .map(([whole, rest]) => `${whole}.${String(rest).padStart(4, '0')}`)
        .map((text) => text.replace(/0{1,2}$/, '')),
      gtin: fc.oneof(...[7, 11, 12, 13].map(digits)),
      tags: fc.array(entry, { minLength: 1, maxLength: 4 }),
    });
    const samples = fc.sample(attributes, { numRuns: 200, seed: 18 });
    for (const [place, each] of samples.entries()) {
      await insertProduct(db(), { sku: `R-${place}`, name: 'x', attributes: each });
    }
    await expectUnchanged(format);
  });
});

it('an export of more attributes than a sheet has columns keeps the types of fields', async () => {
  await addField('sale_price', ...comma);
  const typed = {
    stock: 5,
    fragile: true,
    tags: ['a|b', 'c'],
    cost: '1.125',
    weight: 1.234,
    sale_price: '2.125',
  };
  await addField('stock');
  await addField('fragile', '--type', 'boolean');
  for (const name of ['tags', 'cost', 'weight']) await addField(name);
  const many = Array.from({ length: 501 }, (_, place) => [`attribute ${place}`, 'x']);
  const attributes = { ...Object.fromEntries(many), ...typed };
  await insertProduct(db(), { sku: 'A', name: 'x', attributes });
  await expectUnchanged('csv');
});

describe('with fields of one’s own', () => {
  const before = { stock: 12, cost: '2.50', tags: ['a'], Note: 'n' };
  const file = 'sku,name,stock,cost,tags\nA,x,15,2.5,a|b\nB,y,7,,\n';

  beforeEach(async () => {
    for (const name of ['stock', 'cost', 'tags']) await addField(name);
    await insertProduct(db(), { sku: 'A', name: 'x', attributes: before });
  });

  const changed = {
    sku: 'A',
    action: 'updated',
    fields: { attributes: { old: before, new: { ...before, stock: 15, tags: ['a', 'b'] } } },
  };
  const inserted = {
    sku: 'B',
    action: 'inserted',
    fields: expect.objectContaining({ attributes: { old: null, new: { stock: 7 } } }),
  };

  it('recorded changes have old and new values of their types', async () => {
    const { report } = await loadText(db(), file, '--record-changes');
    const changes: Change[] = [];
    for await (const each of recordedChanges(db().session, report.jobId!)) changes.push(each);
    expect(changes).toEqual([changed, inserted]);
  });

  it('--diff says what would change, in their types', async () => {
    const diff = folder.path('diff.ndjson');
    expect((await loadText(db(), file, `--dry-run --diff ${diff}`)).error).toBeNull();
    const lines = readFileSync(diff, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as Change)).toEqual([changed, inserted]);
    expect((await storedProduct(db(), 'A')).attributes).toEqual(before);
  });

  it('a file of rejects loads once its values are corrected, as text and as a workbook', async () => {
    const csv = folder.path('rejects.csv');
    const bad = 'sku,name,Bestand,cost\nA,x,many,3\nB,y,7,4\nC,z,"1,5",5\n';
    const first = await loadText(db(), bad, `--rejects ${csv}`);
    expect(first.report.failedRows).toMatchObject([
      { column: 'stock', value: 'many', code: 'number_invalid' },
      { column: 'stock', value: '1,5', code: 'number_invalid' },
    ]);
    const corrected = readFileSync(csv, 'utf8').replace('many', '20').replace('"1,5"', '2');
    const again = await loadText(db(), corrected);
    expect(again.report.failedRows).toEqual([]);
    expect((await storedProduct(db(), 'A')).attributes).toEqual({
      ...before,
      stock: 20,
      cost: '3.00',
    });
    expect((await storedProduct(db(), 'C')).attributes).toEqual({ stock: 2, cost: '5.00' });
  });

  it('a workbook of rejects keeps numbers, days and flags as what they are', async () => {
    await addField('since', '--type', 'date');
    const workbook = new exceljs.Workbook();
    const sheet = workbook.addWorksheet('products');
    sheet.addRow(['sku', 'name', 'stock', 'cost', 'since']);
    sheet.addRow(['D', 'd', 2.5, 3.25, new Date('2026-01-31T00:00:00Z')]).getCell(5).numFmt =
      'yyyy-mm-dd';
    const rejects = folder.path('rejects.xlsx');
    const bad = Buffer.from(await workbook.xlsx.writeBuffer());
    const { report } = await loadText(db(), bad, `--rejects ${rejects}`);
    expect(report.failedRows).toMatchObject([{ column: 'stock', code: 'number_invalid' }]);
    const written = new exceljs.Workbook();
    await written.xlsx.readFile(rejects);
    const rows = written.worksheets[0]!;
    const at = (rows.getRow(1).values as string[]).indexOf('stock');
    rows.getRow(2).getCell(at).value = 3;
    writeFileSync(rejects, Buffer.from(await written.xlsx.writeBuffer()));
    const again = await loadText(db(), readFileSync(rejects));
    expect(again.report.failedRows).toEqual([]);
    expect((await storedProduct(db(), 'D')).attributes).toEqual({
      stock: 3,
      cost: '3.25',
      since: '2026-01-31',
    });
  });
});
