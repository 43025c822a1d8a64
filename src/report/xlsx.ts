import { PassThrough } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import type { stream } from 'exceljs';
import type { ReportExtra } from './extra.js';
import type { Report } from './schema.js';
import { changesSheet, rejectsSheet, summarySheet } from './xlsx/sheets.js';
import type { Sheet } from './xlsx/sheets.js';
import { workbookText } from '../source/workbook-text.js';

/** Excel shows no more rows than this on a sheet. */
const maxSheetRows = 1_048_576;
const rowsPerBreath = 500;

/**
 * A workbook for people who live in Excel: a summary, the rejects with the cells of their rows,
 * and the changes where they are given. Text is stored as text, never as a formula, so SKUs keep
 * their zeros and nothing is run. Rows are written as they come, not gathered.
 */
export async function* xlsxReport(report: Report, extra: ReportExtra): AsyncIterable<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const file = new PassThrough();
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream: file, useStyles: true });
  workbook.creator = 'prodimport';
  const written = writeSheets(workbook, sheetsOf(report, extra));
  written.catch((error: Error) => file.destroy(error));
  yield* file as AsyncIterable<Uint8Array>;
  await written;
}

function sheetsOf(report: Report, extra: ReportExtra): Sheet[] {
  const sheets = [summarySheet(report), rejectsSheet(report, extra)];
  return extra.changes === undefined ? sheets : [...sheets, changesSheet(extra.changes)];
}

async function writeSheets(workbook: stream.xlsx.WorkbookWriter, sheets: Sheet[]): Promise<void> {
  for (const sheet of sheets) await writeSheet(workbook, sheet);
  await workbook.commit();
}

/** A header that stays in sight, and a filter on each column. The columns are text (`@`). */
async function writeSheet(workbook: stream.xlsx.WorkbookWriter, sheet: Sheet): Promise<void> {
  const worksheet = workbook.addWorksheet(sheet.name, {
    views: [{ state: 'frozen', ySplit: 1 }],
  });
  worksheet.columns = sheet.columns.map(({ width, figures = false }) => ({
    width,
    style: figures ? {} : { numFmt: '@' },
  }));
  const header = worksheet.addRow(sheet.columns.map(({ header }) => header));
  header.font = { bold: true };
  header.commit();
  let rows = 1;
  for await (const cells of sheet.rows) {
    if (rows >= maxSheetRows) break;
    worksheet
      .addRow(cells.map((cell) => (typeof cell === 'string' ? workbookText(cell) : cell)))
      .commit();
    rows += 1;
    if (rows % rowsPerBreath === 0) await breath();
  }
  worksheet.autoFilter = {
    from: { row: 1, column: 1 },
    to: { row: rows, column: sheet.columns.length },
  };
  worksheet.commit();
}
