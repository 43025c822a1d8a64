import { workbookFile, type WorkbookCell, type WorkbookSheet } from '../output/workbook.js';
import type { ReportExtra } from './extra.js';
import type { Report } from '../load/job.js';
import {
  changesSheet,
  rejectsSheet,
  summarySheet,
  type Sheet,
  type SheetCell,
} from './xlsx/sheets.js';

/**
 * A workbook for people who live in Excel: a summary, the rejects with the cells of their rows,
 * and the changes where they are given. SKUs keep their zeros, as columns are text (`@`).
 */
export function xlsxReport(report: Report, extra: ReportExtra): AsyncIterable<Uint8Array> {
  return workbookFile(sheetsOf(report, extra).map(withHeader));
}

function sheetsOf(report: Report, extra: ReportExtra): Sheet[] {
  const sheets = [summarySheet(report), rejectsSheet(report, extra)];
  return extra.changes === undefined ? sheets : [...sheets, changesSheet(extra.changes)];
}

function withHeader({ name, columns, rows }: Sheet): WorkbookSheet {
  return {
    name,
    columns: columns.map(({ width, figures }) => (figures ? { width } : { width, format: '@' })),
    rows: headed(columns, rows),
    hasHeader: true,
    hasFilter: true,
  };
}

async function* headed(columns: Sheet['columns'], rows: Sheet['rows']) {
  yield columns.map(({ header }) => header);
  for await (const cells of rows) yield cells.map(written);
}

/** A time can be sorted and reckoned with, to the second, in every language of Excel. */
function written(cell: SheetCell): WorkbookCell {
  return cell instanceof Date ? { value: cell, format: 'yyyy-mm-dd hh:mm:ss' } : cell;
}
