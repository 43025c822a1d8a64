import exceljs from 'exceljs';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ReportExtra } from '../../src/report/facts.js';
import type { Report } from '../../src/load/job.js';
import { xlsxReport } from '../../src/report/xlsx.js';
import { cleanReport, report } from './example.js';

async function workbookOf(of: Report, extra: ReportExtra = {}) {
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.load((await buffer(xlsxReport(of, extra))) as never);
  return workbook;
}

function rowsOf(sheet: exceljs.Worksheet | undefined) {
  return sheet
    ?.getSheetValues()
    .slice(1)
    .map((row) => (row as unknown[]).slice(1));
}

const [example] = report().failedRows;

describe('a report as a workbook', () => {
  it('opens with a summary of names and figures', async () => {
    const summary = (await workbookOf(report())).getWorksheet('summary');
    expect(rowsOf(summary)).toEqual(
      expect.arrayContaining([
        ['job', '12'],
        ['read', 500_000],
        ['rejected', 10],
        ['inserted', 400_000],
        ['file', 'products.csv'],
      ]),
    );
  });

  it('has times that can be reckoned with, to the second, and says that they are UTC', async () => {
    const times = { startedAt: '2025-03-04T05:06:07.000Z', finishedAt: null };
    const summary = (await workbookOf({ ...report(), ...times })).getWorksheet('summary')!;
    const names = rowsOf(summary)!.map(([name]) => name);
    const started = summary.getCell(names.indexOf('started (UTC)') + 1, 2);
    expect(started.value).toEqual(new Date('2025-03-04T05:06:07Z'));
    expect(started.numFmt).toBe('yyyy-mm-dd hh:mm:ss');
    expect(names).not.toContain('finished (UTC)');
  });

  it('has the cells of a rejected row under the headers of the file, as text', async () => {
    const allRejects = [{ ...example!, cells: ['00012', '', '1.50'] }];
    const workbook = await workbookOf(report(), { allRejects, header: ['SKU', 'Name', 'Price'] });
    const sheet = workbook.getWorksheet('rejects');
    expect(rowsOf(sheet)).toEqual([
      ['row', 'line', 'column', 'value', 'code', 'error', 'SKU', 'Name', 'Price'],
      [4, 5, 'name', undefined, 'required', example!.error, '00012', undefined, '1.50'],
    ]);
    expect(sheet?.getCell('G2').numFmt).toBe('@');
  });

  it('has a filter on each column and a header that stays', async () => {
    const sheet = (await workbookOf(report())).getWorksheet('rejects');
    expect(sheet?.autoFilter).toBe('A1:F11');
    expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
  });

  it('holds no formula, whatever the file held, and no control character', async () => {
    const nasty = { ...example!, value: '=HYPERLINK("x")', error: '\x1b[31m +1', cells: ['@x'] };
    const workbook = await workbookOf(report({ source: { ...report().source, name: '=1+1' } }), {
      allRejects: [nasty],
      header: ['=sku'],
    });
    const sheet = workbook.getWorksheet('rejects');
    expect(rowsOf(sheet)?.[1]).toEqual([
      ...[4, 5, 'name', '=HYPERLINK("x")', 'required', '\\x1b[31m +1', '@x'],
    ]);
    const types = new Set<exceljs.ValueType>();
    workbook.eachSheet((each) =>
      each.eachRow((row) => row.eachCell((cell) => void types.add(cell.type))),
    );
    const { Number, String, Date } = exceljs.ValueType;
    expect([...types].sort()).toEqual([Number, String, Date]);
  });

  it('lists changes field by field where they were recorded', async () => {
    const fields = { price: { old: '9.90', new: '10.00' }, images: { old: null, new: ['a'] } };
    const changes = [{ sku: '007', action: 'updated' as const, fields }];
    const workbook = await workbookOf(cleanReport(), { changes });
    expect(rowsOf(workbook.getWorksheet('changes'))).toEqual([
      ['sku', 'action', 'field', 'old', 'new'],
      ['007', 'updated', 'price', '9.90', '10.00'],
      ['007', 'updated', 'images', undefined, '["a"]'],
    ]);
  });

  it('fails when the rejects can not be read to their end', async () => {
    async function* broken() {
      yield example!;
      throw new Error('connection lost');
    }
    await expect(workbookOf(report(), { allRejects: broken() })).rejects.toThrow('connection lost');
  });
});
