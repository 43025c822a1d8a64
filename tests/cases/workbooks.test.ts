import { CFB, utils, write } from '@e965/xlsx';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';
import { zip } from '../source/zip.js';
import { workbookParts } from '../source/workbook.js';

const db = useCatalogue();
const names = async () => (await storedProducts(db())).map(({ sku, name }) => [sku, name]);

/** A sheet of numbers, each with a format. */
function numbers(rows: [value: number, format: string, name: string][], price?: string): Buffer {
  const sheet = utils.aoa_to_sheet([
    ['sku', 'name', 'price'],
    ...rows.map(([value, , name]) => [value, name, 0.5]),
  ]);
  rows.forEach(([, format], at) => {
    sheet[`A${at + 2}`].z = format;
    if (price !== undefined) sheet[`C${at + 2}`].z = price;
  });
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, 'Products');
  return write(book, { bookType: 'xlsx', type: 'buffer' }) as Buffer;
}

test('a SKU is what its format shows, so that two numbers never become one product', async () => {
  const content = numbers([
    [42, '"ART-"0000', 'shown ART-0042'],
    [42, '0000', 'shown 0042'],
    [42, '0', 'shown 42'],
    [12345, '00\\-000', 'shown 12-345'],
    [1.1, '0.00', 'shown 1.10'],
    [123456, '#,##0', 'shown 123,456'],
    [0.5, '0%', 'shown 50%'],
    [43, '0" pcs"', 'shown 43 pcs'],
  ]);
  const { report } = await loadText(db(), content);
  expect(report.failedRows).toMatchObject([
    { rowNumber: 8, column: 'sku', code: 'excel_format' },
    { rowNumber: 9, column: 'sku', code: 'excel_format' },
  ]);
  expect((await names()).map(([sku]) => sku).sort()).toEqual(
    ['0042', '1.10', '12-345', '123456', '42', 'ART-0042'].sort(),
  );
});

test('a price that the sheet shows as a percentage is rejected', async () => {
  const { report } = await loadText(db(), numbers([[1, '0', 'Cup']], '0%'));
  expect(report.failedRows).toMatchObject([{ column: 'price', code: 'price_invalid' }]);
  expect(report.failedRows[0]!.error).toContain('percentage');
});

test('a sheet whose XML says that it is in ISO-8859-1 is read in it', async () => {
  const cell = (at: string, text: string) =>
    `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const rows =
    `<row r="1">${cell('A1', 'sku')}${cell('B1', 'name')}</row>` +
    `<row r="2">${cell('A2', 'A')}${cell('B2', 'Thé “vert” à 5 €')}</row>`;
  const sheet = `<?xml version="1.0" encoding="ISO-8859-1"?><worksheet><sheetData>${rows}</sheetData></worksheet>`;
  const parts = workbookParts({ rows: '' }).map((part) =>
    part.name === 'xl/worksheets/sheet1.xml'
      ? { ...part, data: iconv.encode(sheet, 'windows-1252') }
      : part,
  );
  expect((await loadText(db(), zip(parts))).exitCode).toBe(0);
  expect(await names()).toEqual([['A', 'Thé “vert” à 5 €']]);
});

/** A stream of Excel 5's records: one sheet of texts, with the code page or without. */
function excel5(rows: string[][], encoding: string, page: number | null): Buffer {
  const record = (type: number, ...data: (number[] | Buffer)[]): Buffer => {
    const body = Buffer.concat(data.map((part) => Buffer.from(part)));
    const head = Buffer.alloc(4);
    head.writeUInt16LE(type, 0);
    head.writeUInt16LE(body.length, 2);
    return Buffer.concat([head, body]);
  };
  const word = (value: number) => [value & 255, value >> 8];
  const cells = rows.flatMap((row, r) =>
    row.map((text, c) => {
      const bytes = iconv.encode(text, encoding);
      return record(0x204, word(r), word(c), word(0), word(bytes.length), bytes);
    }),
  );
  const begin = record(0x809, word(0x500), word(0x10), word(0), word(0));
  const pages = page === null ? [] : [record(0x42, word(page))];
  return Buffer.concat([begin, ...pages, ...cells, record(0x0a)]);
}

/** In the container of old workbooks. */
function xls(stream: Buffer): Buffer {
  const file = CFB.utils.cfb_new();
  CFB.utils.cfb_add(file, '/Book', stream);
  return CFB.write(file, { type: 'buffer' }) as Buffer;
}

const russian = [
  ['sku', 'name'],
  ['A', 'Чайник красный'],
];

test.each([
  ['windows-1251', 1251, ''],
  ['cp866', 866, ''],
  ['maccyrillic', 10_007, ''],
  ['windows-1251', null, '--encoding windows-1251'],
  ['cp866', null, '--encoding cp866'],
])('texts of Excel 5 are read in %s (page %s, %s)', async (encoding, page, words) => {
  const content = xls(excel5(russian, encoding, page));
  expect((await loadText(db(), content, words)).exitCode).toBe(0);
  expect(await names()).toEqual([['A', 'Чайник красный']]);
});

test('that no code page is named by a workbook of Excel 5 is said where its letters depend on it', async () => {
  const isSaid = async (rows: string[][], page: number | null, words = '') => {
    const { report } = await loadText(db(), xls(excel5(rows, 'windows-1251', page)), words);
    return report.notes.some((note) => /windows-1252.*--encoding/.test(note));
  };
  const plain = [
    ['sku', 'name'],
    ['A', 'Kettle'],
  ];
  expect(await isSaid(russian, null)).toBe(true);
  expect(await isSaid(russian, 1251)).toBe(false);
  expect(await isSaid(russian, null, '--encoding windows-1251')).toBe(false);
  expect(await isSaid(plain, null)).toBe(false);
});

/** Of sheets by their names, each with its rows. */
function sheets(all: Record<string, unknown[][]>, bookType: 'xlsx' | 'xls' = 'xlsx'): Buffer {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(all)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  }
  return write(book, { bookType, type: 'buffer' }) as Buffer;
}

test.each(['xlsx', 'xls'] as const)(
  'where a cover comes first, the refusal names the sheet with the products (%s)',
  async (kind) => {
    const content = sheets(
      {
        Cover: [['Version 2'], ['Please fill in the sheet of prices']],
        Values: [['EUR'], ['USD']],
        'Price list': [['Spring'], ['sku', 'name', 'price'], ['A', 'Kettle', 1]],
      },
      kind,
    );
    const { error } = await loadText(db(), content);
    expect(error?.message).toContain('Try --sheet "Price list"');
    expect(error?.message).not.toContain('--map');
    await loadText(db(), content, '--sheet 3');
    expect(await names()).toEqual([['A', 'Kettle']]);
  },
);

test('where no sheet has a SKU, none is named', async () => {
  const { error } = await loadText(db(), sheets({ One: [['Colour'], ['red']], Two: [['Size']] }));
  expect(error?.code).toBe('sku_column_missing');
  expect(error?.message).not.toContain('--sheet');
});
