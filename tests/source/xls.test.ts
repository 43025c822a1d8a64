import { describe, expect, test } from 'vitest';
import { read, utils, write, type WorkBook } from '@e965/xlsx';
import type { SourceRow } from '../../src/source/source.js';
import { loadXlsLibrary, maxXlsBytes, openXls } from '../../src/source/xls.js';
import { withFile } from './workbook.js';

type Wish = string | null;

/** Everything that `openXls` finds in a file with this content. */
async function readXls(
  content: Buffer,
  sheet: Wish = null,
): Promise<{ sheet: string; notes: string[]; rows: SourceRow[] }> {
  return withFile(
    content,
    async (path) => {
      const workbook = await openXls(path, { sheet });
      const rows: SourceRow[] = [];
      for await (const batch of workbook.rows()) rows.push(...batch);
      await workbook.close();
      return { sheet: workbook.sheet, notes: workbook.notes, rows };
    },
    'products.xls',
  );
}

function book(
  sheets: Record<string, unknown[][]> | [string, unknown[][]][],
  more: Partial<WorkBook> = {},
): WorkBook {
  const made = utils.book_new();
  for (const [name, rows] of Array.isArray(sheets) ? sheets : Object.entries(sheets)) {
    utils.book_append_sheet(made, utils.aoa_to_sheet(rows), name);
  }
  return Object.assign(made, more);
}

const xls = (made: WorkBook): Buffer =>
  write(made, { bookType: 'biff8', type: 'buffer' }) as Buffer;

describe('cells', () => {
  test('keeps text, numbers with their format, booleans, errors and row numbers', async () => {
    const made = book({
      Products: [
        ['sku', 'é🎈'],
        [],
        ['000123', 9.99, true, null, { t: 'e', v: 0x2a }],
        [null, 123],
      ],
    });
    made.Sheets['Products']!['B4'].z = '000000';
    expect((await readXls(xls(made))).rows).toEqual([
      { rowNumber: 1, line: null, cells: ['sku', 'é🎈'] },
      {
        rowNumber: 3,
        line: null,
        cells: [
          '000123',
          { kind: 'number', text: '9.99', format: null },
          { kind: 'boolean', value: true },
          '',
          { kind: 'error', text: '#N/A' },
        ],
      },
      { rowNumber: 4, line: null, cells: ['', { kind: 'number', text: '123', format: '000000' }] },
    ]);
  });

  test('reads dates by their format, from 1900 and from 1904', async () => {
    for (const [date1904, iso] of [
      [false, '2024-01-31T12:00:00'],
      [true, '2028-02-01T12:00:00'],
    ] as const) {
      const made = book({ Dates: [[45322.5, 45322.5]] }, { Workbook: { WBProps: { date1904 } } });
      made.Sheets['Dates']!['A1'].z = 'yyyy-mm-dd hh:mm';
      expect((await readXls(xls(made))).rows[0]).toMatchObject({
        cells: [
          { kind: 'date', iso },
          { kind: 'number', text: '45322.5', format: null },
        ],
      });
    }
  });

  test('gives all of many rows', async () => {
    const rows = Array.from({ length: 1201 }, (_, i) => [`SKU-${i}`]);
    const cells = (await readXls(xls(book({ Products: rows })))).rows.map((row) =>
      'cells' in row ? row.cells : row,
    );
    expect(cells).toEqual(rows);
  });
});

describe('sheets', () => {
  const made = book(
    [
      ['Hidden', [['hidden']]],
      ['Stock', [['stock']]],
      ['1', [['one']]],
    ],
    { Workbook: { Sheets: [{ Hidden: 1 }, { Hidden: 0 }, { Hidden: 0 }] } },
  );

  test('takes the first visible one, and says so', async () => {
    const found = await readXls(xls(made));
    expect(found.sheet).toBe('Stock');
    expect(found.notes).toEqual([
      'Read sheet "Stock", the first visible one of 1 "Hidden" (hidden), 2 "Stock", 3 "1".',
    ]);
  });

  test('is chosen by name in any case, by number, and by name before number', async () => {
    expect((await readXls(xls(made), 'HIDDEN')).sheet).toBe('Hidden');
    expect((await readXls(xls(made), '2')).sheet).toBe('Stock');
    expect((await readXls(xls(made), '1')).sheet).toBe('1');
    await expect(readXls(xls(made), 'Prices')).rejects.toThrow(
      'products.xls: has no sheet "Prices". Found 1 "Hidden" (hidden), 2 "Stock", 3 "1".',
    );
  });
});

describe('refusals', () => {
  test('says how to go on where the optional package is missing', async () => {
    await expect(loadXlsLibrary('products.xls', '@e965/not-there')).rejects.toThrow(
      'products.xls: only the optional package @e965/not-there reads such a file (.xls, .xlsb, ' +
        '.ods), and it is not installed. Install prodimport again without --omit=optional, ' +
        'or save the workbook as .xlsx.',
    );
  });

  test('refuses a file beyond the size limit before reading it', async () => {
    await expect(readXls(Buffer.alloc(maxXlsBytes + 1))).rejects.toThrow(
      'is refused: an .xls file of 32000001 bytes (32000000 at most)',
    );
  });

  test('refuses a damaged file', async () => {
    const whole = xls(book({ Products: Array.from({ length: 300 }, (_, i) => [`SKU-${i}`]) }));
    expect(read(whole).SheetNames).toEqual(['Products']);
    await expect(readXls(whole.subarray(0, 1024))).rejects.toThrow('is damaged or cut off');
  });
});
