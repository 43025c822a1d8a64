import { write, utils } from '@e965/xlsx';
import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { readXlsx } from './workbook.js';

const date = { kind: 'date', iso: '2024-01-31T10:20:30' };

test('reads what exceljs writes', async () => {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Products');
  sheet.addRow(['sku', 'name', 'price', 'since']);
  sheet.addRow(['000123', 'é & <b> 🎈\n ', 9.99, new Date('2024-01-31T10:20:30Z')]);
  sheet.getCell('D2').numFmt = 'dd.mm.yyyy hh:mm:ss';
  sheet.getRow(5).getCell(2).value = { richText: [{ text: 'rich ' }, { text: 'text' }] };
  sheet.getRow(5).getCell(3).value = { formula: '1+1', result: 2 };
  sheet.getRow(5).getCell(4).value = { error: '#N/A' };
  sheet.getRow(5).getCell(5).value = true;
  const read = await readXlsx(Buffer.from(await book.xlsx.writeBuffer()));
  expect(read.rows).toEqual([
    { rowNumber: 1, line: null, cells: ['sku', 'name', 'price', 'since'] },
    {
      rowNumber: 2,
      line: null,
      cells: ['000123', 'é & <b> 🎈\n ', { kind: 'number', text: '9.99', format: null }, date],
    },
    {
      rowNumber: 5,
      line: null,
      cells: [
        '',
        'rich text',
        { kind: 'number', text: '2', format: null },
        { kind: 'error', text: '#N/A' },
        { kind: 'boolean', value: true },
      ],
    },
  ]);
});

test('reads what exceljs writes as a stream, with and without shared strings', async () => {
  for (const useSharedStrings of [true, false]) {
    const chunks: Buffer[] = [];
    const { PassThrough } = await import('node:stream');
    const stream = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
    const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings });
    const sheet = book.addWorksheet('Products');
    for (let i = 0; i < 600; i++) sheet.addRow([`SKU-${i}`, i]).commit();
    await book.commit();
    const { rows } = await readXlsx(Buffer.concat(chunks));
    expect(rows).toHaveLength(600);
    expect(rows[599]).toEqual({
      rowNumber: 600,
      line: null,
      cells: ['SKU-599', { kind: 'number', text: '599', format: null }],
    });
  }
});

test('reads what SheetJS writes', async () => {
  const sheet = utils.aoa_to_sheet([
    ['sku', null, 'since'],
    ['12345678901234567890', 1e21, 45322.430902777778, false],
  ]);
  sheet['C2'].z = 'yyyy-mm-dd hh:mm:ss';
  const book = { SheetNames: ['Products'], Sheets: { Products: sheet } };
  for (const bookSST of [true, false]) {
    const content = write(book, { type: 'buffer', bookType: 'xlsx', bookSST }) as Buffer;
    expect((await readXlsx(content)).rows).toEqual([
      { rowNumber: 1, line: null, cells: ['sku', '', 'since'] },
      {
        rowNumber: 2,
        line: null,
        cells: [
          '12345678901234567890',
          { kind: 'number', text: '1e+21', format: null },
          date,
          { kind: 'boolean', value: false },
        ],
      },
    ]);
  }
});
