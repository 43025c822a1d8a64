import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { stringify } from 'csv-stringify/sync';
import { expect, it } from 'vitest';
import { storedProducts, useCatalogue, type StoredProduct } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();

/** Leading zeros, two rows of one SKU, quotes, line breaks, accents that windows-1252 has, rejects. */
const table = [
  ['sku', 'name', 'price', 'description', 'Couleur'],
  ['00012', 'Thé vert', '7.90', 'Léger, "frais"\net bon', 'vert'],
  ['A-1', 'Café', '12.00', '', ''],
  ['a-1', 'Café; le second', '12.50', 'gagne', 'noir'],
  ['B-2', '', '3.00', 'sans nom', ''],
  ['C-3', 'Prix étrange', 'cher', '', ''],
  ['12345678901234567890', 'Long €', '0.10', ' bord ', 'bleu'],
];

const csv = (delimiter: string, encoding = 'utf-8', bom = false) =>
  iconv.encode(stringify(table, { delimiter }), encoding, { addBOM: bom });

/** What stands for a price of digits is a number in JSON. */
const objects = table.slice(1).map((cells) => {
  const members = table[0]!.map((key, at) => {
    const isNumber = key === 'price' && /^\d/.test(cells[at]!);
    return `${JSON.stringify(key)}: ${isNumber ? cells[at]! : JSON.stringify(cells[at])}`;
  });
  return `{${members.join(', ')}}`;
});
const json = `{"count": 6, "products": [\n${objects.join(',\n')}\n]}`;

const files: [string, () => Buffer | Promise<Buffer>][] = [
  ['comma, UTF-8', () => csv(',')],
  ['semicolon', () => csv(';')],
  ['tab', () => csv('\t')],
  ['pipe', () => csv('|')],
  ['UTF-8 with BOM', () => csv(',', 'utf-8', true)],
  ['UTF-16 with BOM', () => csv(';', 'utf-16le', true)],
  ['UTF-16 without BOM', () => csv(',', 'utf-16be')],
  ['windows-1252', () => csv(';', 'windows-1252')],
  ['gzip', () => gzipSync(csv(','))],
  ['NDJSON', () => Buffer.from(objects.join('\n'))],
  ['JSON', () => Buffer.from(json)],
  ['JSON in UTF-16', () => iconv.encode(json, 'utf-16le', { addBOM: true })],
  ['XLSX', xlsx],
  ['XLSX in gzip', async () => gzipSync(await xlsx())],
  ['XLS', xls],
];

it.each(files)('gives the same catalogue and the same counts from %s', async (name, make) => {
  const { exitCode, report } = await loadText(db(), await make());
  expect(exitCode).toBe(3);
  expect(report.rows).toEqual({ read: 6, rejected: 2, duplicates: 1 });
  expect(report.products).toMatchObject({ inserted: 3 });
  // Where products bring their own keys there is no row of a header.
  const header = /JSON|XML/.test(name) ? 0 : 1;
  expect(report.failedRows.map(({ rowNumber, code }) => [rowNumber - header, code])).toEqual([
    [4, 'required'],
    [5, 'price_invalid'],
  ]);
  expect((await storedProducts(db())).map(told)).toEqual([
    ['00012', 'Thé vert', '7.9000', 'Léger, "frais"\net bon', { Couleur: 'vert' }],
    ['12345678901234567890', 'Long €', '0.1000', ' bord ', { Couleur: 'bleu' }],
    ['a-1', 'Café; le second', '12.5000', 'gagne', { Couleur: 'noir' }],
  ]);
});

const rows = Array.from({ length: 3000 }, (_, i) => `${i * 7919}-${i % 13},Name ${i * 31}\n`);
const packed = gzipSync(`sku,name\n${rows.join('')}`);

it('loads nothing of a gzip file that stops, or is spoilt, before its end', async () => {
  const spoilt = Buffer.from(packed);
  spoilt[packed.length - 8]! ^= 1;
  for (const content of [packed.subarray(0, -200), packed.subarray(0, -1), spoilt]) {
    const { exitCode, error, report } = await loadText(db(), content);
    expect([exitCode, error?.code, report.status]).toEqual([2, 'file_damaged', 'failed']);
  }
  expect(await storedProducts(db())).toEqual([]);
});

it('loads all of a gzip file that is filled up with zeros', async () => {
  const { exitCode, report } = await loadText(db(), Buffer.concat([packed, Buffer.alloc(20_000)]));
  expect([exitCode, report.rows.read]).toEqual([0, rows.length]);
  expect(report.notes).toEqual(['There is no column for the price: prices stay as they are']);
});

function told({ sku, name, price, description, attributes }: StoredProduct) {
  return [sku, name, price, description, attributes];
}

async function xlsx(): Promise<Buffer> {
  const workbook = new exceljs.Workbook();
  workbook.addWorksheet('products').addRows(table);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

function xls(): Buffer {
  const library = createRequire(import.meta.url)('@e965/xlsx') as typeof import('@e965/xlsx');
  const workbook = library.utils.book_new();
  library.utils.book_append_sheet(workbook, library.utils.aoa_to_sheet(table), 'products');
  return library.write(workbook, { type: 'buffer', bookType: 'biff8' }) as Buffer;
}
