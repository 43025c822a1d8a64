import type { Workbook, Worksheet } from 'exceljs';
import { showSafely } from '../terminal/escape.js';
import type { RejectedRow, ReportExtra } from './extra.js';
import { rejectsOf } from './extra.js';
import type { Report } from './schema.js';
import { sentence } from './sentence.js';

/** Excel shows no more rows than this on a sheet. */
const maxSheetRows = 1_048_576;

/**
 * A workbook for people who live in Excel: a summary, the rejects with the cells of their rows,
 * and the changes where they are given. Text is stored as text, never as a formula, so SKUs keep
 * their zeros and nothing is run.
 */
export async function* xlsxReport(report: Report, extra: ReportExtra): AsyncIterable<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  workbook.creator = 'prodimport';
  summarySheet(workbook, report);
  await rejectsSheet(workbook, report, extra);
  if (extra.changes !== undefined) await changesSheet(workbook, extra.changes);
  yield new Uint8Array(await workbook.xlsx.writeBuffer());
}

function summarySheet(workbook: Workbook, report: Report): void {
  const sheet = workbook.addWorksheet('summary');
  sheet.columns = [
    { header: 'what', key: 'what', width: 24 },
    { header: 'value', key: 'value', width: 48 },
  ];
  for (const [what, value] of summaryRows(report)) {
    if (value !== null) sheet.addRow([what, typeof value === 'string' ? cell(value) : value]);
  }
  sheet.getColumn('value').alignment = { horizontal: 'left', wrapText: true };
  finish(sheet);
}

function summaryRows(report: Report): [string, string | number | null][] {
  const { source, rows, products, missing } = report;
  return [
    ['result', sentence(report)],
    ['job', report.jobId],
    ['status', report.status],
    ['file', source.name],
    ...named('', { ...rows, ...products }),
    ...named('missing, ', missing),
    ['successful rows', report.successfulRows],
    ['started', report.startedAt],
    ['finished', report.finishedAt],
    ['milliseconds', report.durationMs],
    ['milliseconds reading', report.phases.readMs],
    ['milliseconds merging', report.phases.mergeMs],
    ['rows per second', report.rowsPerSecond],
    ['peak memory in bytes', report.peakMemoryBytes],
    ...named('', { ...source, name: null }),
    ...report.notes.map((note): [string, string] => ['note', note]),
  ];
}

function named(
  prefix: string,
  figures: Record<string, string | number | null>,
): [string, string | number | null][] {
  return Object.entries(figures).map(([name, figure]) => [`${prefix}${name}`, figure]);
}

const rejectColumns = ['row', 'line', 'column', 'value', 'code', 'error'];

async function rejectsSheet(workbook: Workbook, report: Report, extra: ReportExtra) {
  const sheet = workbook.addWorksheet('rejects');
  const headers = new Map<string, number>();
  sheet.addRow(rejectColumns);
  for await (const reject of rejectsOf(report, extra)) {
    if (sheet.rowCount >= maxSheetRows) break;
    sheet.addRow([...rejectCells(reject), ...originalCells(reject, headers)]);
  }
  const header = sheet.getRow(1);
  for (const [name, at] of headers) header.getCell(rejectColumns.length + at).value = cell(name);
  widen(sheet, [8, 8, 16, 28, 18, 56, ...[...headers].map(() => 20)]);
  finish(sheet);
}

function rejectCells({ rowNumber, line, column, value, code, error }: RejectedRow) {
  return [rowNumber, line, cell(column ?? ''), cell(value), code, cell(error)];
}

/** Cells under the header that they had; a header gets a column when it is first seen. */
function originalCells({ cells = {} }: RejectedRow, headers: Map<string, number>) {
  const placed: (string | undefined)[] = [];
  for (const [name, text] of Object.entries(cells)) {
    const at = headers.get(name) ?? headers.size + 1;
    headers.set(name, at);
    placed[at - 1] = cell(text);
  }
  return Array.from(placed, (text) => text ?? null);
}

async function changesSheet(workbook: Workbook, changes: NonNullable<ReportExtra['changes']>) {
  const sheet = workbook.addWorksheet('changes');
  sheet.addRow(['sku', 'action', 'field', 'old', 'new']);
  for await (const { sku, action, fields } of changes) {
    for (const [field, { old, new: now }] of Object.entries(fields)) {
      if (sheet.rowCount >= maxSheetRows) break;
      sheet.addRow([cell(sku), action, cell(field), spelled(old), spelled(now)]);
    }
  }
  widen(sheet, [20, 12, 18, 40, 40]);
  finish(sheet);
}

/** Excel takes 32,767 characters in a cell, and no control characters. */
function cell(text: string): string {
  return text.split(/(\n)/).map(keepLineEnd).join('').slice(0, 32_767);
}

function keepLineEnd(part: string): string {
  return part === '\n' ? part : showSafely(part);
}

function spelled(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return cell(typeof value === 'string' ? value : JSON.stringify(value));
}

function widen(sheet: Worksheet, widths: number[]): void {
  for (const [at, width] of widths.entries()) sheet.getColumn(at + 1).width = width;
}

/** A header that stays in sight, and a filter on each column. Text columns are text (`@`). */
function finish(sheet: Worksheet): void {
  sheet.views = [{ state: 'frozen', ySplit: 1 }];
  sheet.getRow(1).font = { bold: true };
  sheet.autoFilter = {
    from: { row: 1, column: 1 },
    to: { row: Math.max(1, sheet.rowCount), column: sheet.columnCount },
  };
  sheet.eachRow((row) =>
    row.eachCell((one) => {
      if (typeof one.value === 'string') one.numFmt = '@';
    }),
  );
}
