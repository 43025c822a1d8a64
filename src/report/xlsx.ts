import { workbookFile, type WorkbookCell, type WorkbookSheet } from '../output/workbook.js';
import { type ReportExtra, rejectsOf } from './facts.js';
import type { Report } from '../load/job.js';
import type { Reject } from '../product/reject.js';
import { showLinesSafely } from '../terminal/escape.js';
import { sentence } from './text.js';

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

/** A workbook knows no time zones: the times in it are UTC, and named so. */
type SheetCell = string | number | Date | null;

/** What stands on a sheet, before anybody knows how a workbook is written. */
interface Sheet {
  name: string;
  /** `figures`: the column is not text. */
  columns: { header: string; width: number; figures?: boolean }[];
  rows: Iterable<SheetCell[]> | AsyncIterable<SheetCell[]>;
}

function summarySheet(report: Report): Sheet {
  return {
    name: 'summary',
    columns: [
      { header: 'what', width: 24 },
      { header: 'value', width: 60, figures: true },
    ],
    rows: summaryRows(report)
      .filter(([, value]) => value !== null)
      .map(([what, value]) => [what, typeof value === 'string' ? cell(value) : value]),
  };
}

function summaryRows(report: Report): [string, SheetCell][] {
  const { source, rows, products, missing } = report;
  return [
    ['result', sentence(report)],
    ['job', report.jobId],
    ['status', report.status],
    ['file', source.name],
    ...named('', { ...rows, ...products }),
    ...named('missing, ', missing),
    ['successful rows', report.successfulRows],
    ['started (UTC)', timeOf(report.startedAt)],
    ['finished (UTC)', timeOf(report.finishedAt)],
    ['milliseconds', report.durationMs],
    ['milliseconds reading', report.phases.readMs],
    ['milliseconds merging', report.phases.mergeMs],
    ['rows per second', report.rowsPerSecond],
    ['peak memory in bytes', report.peakMemoryBytes],
    ...named('', { ...source, name: null }),
    ...report.notes.map((note): [string, string] => ['note', note]),
  ];
}

function timeOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}

function named(prefix: string, figures: Record<string, SheetCell>): [string, SheetCell][] {
  return Object.entries(figures).map(([name, figure]) => [`${prefix}${name}`, figure]);
}

/** Every error of every rejected row, and after it the cells of the row under their headers. */
function rejectsSheet(report: Report, extra: ReportExtra): Sheet {
  return {
    name: 'rejects',
    columns: [
      { header: 'row', width: 10, figures: true },
      { header: 'line', width: 10, figures: true },
      { header: 'column', width: 16 },
      { header: 'value', width: 28 },
      { header: 'code', width: 18 },
      { header: 'error', width: 56 },
      ...(extra.header ?? []).map((name) => ({ header: cell(name), width: 20 })),
    ],
    rows: rejectRows(report, extra),
  };
}

async function* rejectRows(report: Report, extra: ReportExtra): AsyncIterable<SheetCell[]> {
  let last: Reject | null = null;
  for await (const reject of rejectsOf(report, extra)) {
    const { rowNumber, line, column, value, code, error } = reject;
    // The cells come with the first error of a row; a filter may show another one alone.
    if (last === null || last.rowNumber !== rowNumber) last = reject;
    const said = [column ?? '', value, code, error].map(cell);
    yield [rowNumber, line, ...said, ...(last.cells ?? []).map(cell)];
  }
}

function changesSheet(changes: NonNullable<ReportExtra['changes']>): Sheet {
  return {
    name: 'changes',
    columns: [
      { header: 'sku', width: 20 },
      { header: 'action', width: 14 },
      { header: 'field', width: 18 },
      { header: 'old', width: 40 },
      { header: 'new', width: 40 },
    ],
    rows: changeRows(changes),
  };
}

async function* changeRows(
  changes: NonNullable<ReportExtra['changes']>,
): AsyncIterable<SheetCell[]> {
  for await (const { sku, action, fields } of changes) {
    for (const [field, { old, new: now }] of Object.entries(fields)) {
      yield [cell(sku), action, cell(field), spelled(old), spelled(now)];
    }
  }
}

/** Excel takes 32,767 characters in a cell, and no control characters but line ends and tabs. */
function cell(text: string): string {
  return showLinesSafely(text).slice(0, 32_767);
}

function spelled(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return cell(typeof value === 'string' ? value : JSON.stringify(value));
}
