import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import exceljs from 'exceljs';
import { describe, expect, it } from 'vitest';
import {
  maxSheetRows,
  workbookFile,
  type WorkbookCell,
  type WorkbookSheet,
} from '../../src/output/workbook.js';

describe('rows that one sheet can not hold', () => {
  it('go on a further one, under the same header', async () => {
    const rows = [['sku'], ['A'], ['B'], ['C'], ['D'], ['E']];
    const sheets = [sheetOf({ name: 'rejects', rows }), sheetOf({ name: 'changes', rows })];
    const further = { 'rejects 2': [['sku'], ['C'], ['D']], 'rejects 3': [['sku'], ['E']] };
    expect(await readSheets(sheets, 3)).toMatchObject({
      rejects: [['sku'], ['A'], ['B']],
      ...further,
      changes: [['sku'], ['A'], ['B']],
    });
  });

  it('go on without a header where there is none', async () => {
    const rows = [['A'], ['B'], ['C']];
    const sheets = [sheetOf({ rows, hasHeader: false })];
    expect(await readSheets(sheets, 2)).toEqual({
      products: [['A'], ['B']],
      'products 2': [['C']],
    });
  });

  it('need none where they fit to the last one', async () => {
    const sheets = [sheetOf({ rows: [['sku'], ['A']] })];
    expect(await readSheets(sheets, 2)).toEqual({ products: [['sku'], ['A']] });
  });

  it('are those after the last one that Excel knows', () => {
    // 2^20, as the specification of the format by Microsoft says.
    expect(maxSheetRows).toBe(1_048_576);
  });
});

it('has a filter over all rows of each sheet', async () => {
  const sheets = [sheetOf({ rows: [['sku'], ['A'], ['B']], hasFilter: true })];
  const book = await read(sheets, 2);
  expect(book.worksheets.map(({ autoFilter }) => autoFilter)).toEqual(['A1:A2', 'A1:A2']);
});

describe('a reader', () => {
  it('that is slow is waited for: what it has not read yet is not in memory', async () => {
    const source = counted(10_000);
    const file = workbookFile([sheetOf({ rows: source.rows })]);
    await file.next();
    const seen = await untilItRests(() => source.taken);
    expect(seen).toBeLessThan(5000);
    for await (const _ of file);
    expect(source.taken).toBe(10_000);
  });

  it('that leaves lets the rows go before the file is closed', async () => {
    const source = counted(10_000);
    for await (const _ of workbookFile([sheetOf({ rows: source.rows })])) break;
    expect(source.isClosed).toBe(true);
    expect(source.taken).toBeLessThan(5000);
  });

  it('is told what went wrong with the rows', async () => {
    const failing = (async function* () {
      yield await Promise.resolve(['sku']);
      throw new Error('no more rows');
    })();
    await expect(buffer(workbookFile([sheetOf({ rows: failing })]))).rejects.toThrow(
      'no more rows',
    );
  });
});

function sheetOf(sheet: Partial<WorkbookSheet>): WorkbookSheet {
  return { name: 'products', columns: [{ width: 10 }], rows: [], hasHeader: true, ...sheet };
}

/**
 * Rows of 2,000 bytes that do not compress: few of them fill the buffers between the writer and the
 * reader, which hold some megabytes of what is compressed, however fast the machine is.
 */
function counted(count: number) {
  const source = { taken: 0, isClosed: false, rows: take() };
  async function* take(): AsyncGenerator<WorkbookCell[]> {
    try {
      for (; source.taken < count; source.taken += 1) {
        yield await Promise.resolve([randomBytes(1500).toString('base64')]);
      }
    } finally {
      source.isClosed = true;
    }
  }
  return source;
}

/** Looks at a figure until a hundred turns of the event loop have not changed it. */
async function untilItRests(look: () => number): Promise<number> {
  let seen = look();
  for (let same = 0; same < 100; same += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (look() !== seen) same = 0;
    seen = look();
  }
  return seen;
}

async function readSheets(sheets: WorkbookSheet[], rowLimit?: number) {
  const { worksheets } = await read(sheets, rowLimit);
  return Object.fromEntries(
    worksheets.map((sheet) => {
      const rows = sheet.getSheetValues().slice(1);
      return [sheet.name, rows.map((row) => (row as unknown[]).slice(1))];
    }),
  );
}

async function read(sheets: WorkbookSheet[], rowLimit?: number): Promise<exceljs.Workbook> {
  const workbook = new exceljs.Workbook();
  return workbook.xlsx.load((await buffer(workbookFile(sheets, rowLimit))) as never);
}
