import type { Palette } from './colour.js';
import { showSafely, cut, displayWidth, wrap } from './escape.js';

export interface Table {
  head: string[];
  /** As many cells as `head`; text of any origin, it is escaped here. */
  rows: string[][];
  /** Columns of figures. */
  right?: string[];
  /** The column that gives way first where a terminal is too narrow, down to a few signs. */
  gives?: string;
  /** A column of sentences: on a terminal they go on in the next line, where others are cut. */
  wraps?: string;
  /** Columns that are left out before it is cut far, in this order. */
  extra?: string[];
  /** Columns that are left out then, in this order. */
  spare?: string[];
  /** What a terminal shows where there are no rows. */
  none?: string;
}

export interface TableLook {
  /** On a terminal a table for the eye; else tab-separated values, a line for each row. */
  isTerminal: boolean;
  /** Whether the first of those lines names the columns. */
  withHeader: boolean;
  /** Columns of the terminal; the widest columns of the table give way to it. */
  width: number;
  palette: Palette;
}

/** Without the last line end. */
export async function renderTable(table: Table, look: TableLook): Promise<string> {
  const rows = table.rows.map((row) => row.map(showSafely));
  if (!look.isTerminal) {
    const lines = look.withHeader ? [table.head, ...rows] : rows;
    return lines.map((line) => line.join('\t')).join('\n');
  }
  return rows.length === 0 ? (table.none ?? '') : forTheEye({ ...table, rows }, look);
}

const gap = 2;
/** What is left of the column that gives way. */
const leastGiven = 8;
/** What it keeps as long as there are extra columns, and what a column of sentences keeps. */
const readable = 32;

async function forTheEye(table: Table, { width, palette }: TableLook): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const { head, rows, right = [], gives = '', wraps = '' } = withoutSpare(table, width);
  const sentences = head.indexOf(wraps);
  const widths = fittingWidths([head, ...rows], sentences, head.indexOf(gives), width);
  const fitted = (cell: string, at: number) => {
    const columns = widths[at] ?? 0;
    return at === sentences ? wrap(cell, columns, 0) : cut(cell, columns);
  };
  const drawn = new CliTable({
    chars: borderless,
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [] },
    colAligns: head.map((name) => (right.includes(name) ? 'right' : 'left')),
    colWidths: widths.map((columns) => columns + gap),
  });
  drawn.push(head.map((name, at) => palette.quiet(cut(name, widths[at] ?? 0))));
  for (const row of rows) drawn.push(row.map(fitted));
  const lines = drawn.toString().split('\n');
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** The table without as many of its extra and spare columns as it takes for the rest to fit. */
function withoutSpare(table: Table, width: number): Table {
  const { extra = [], spare = [] } = table;
  return without(without(table, extra, readable, width), spare, leastGiven, width);
}

/** @param least what the column that gives way keeps */
function without(table: Table, names: string[], least: number, width: number): Table {
  let { head, rows } = table;
  for (const name of names) {
    const at = head.indexOf(table.gives ?? '');
    const sentences = head.indexOf(table.wraps ?? '');
    const widths = naturalWidths([head, ...rows]);
    if (sentences >= 0) widths[sentences] = Math.min(widths[sentences]!, readable);
    if (at >= 0) widths[at] = Math.min(widths[at]!, least);
    if (excessOf(widths, width) <= 0) break;
    const left = head.lastIndexOf(name);
    head = head.toSpliced(left, 1);
    rows = rows.map((row) => row.toSpliced(left, 1));
  }
  return { ...table, head, rows };
}

/**
 * Natural widths; sentences are broken first, then the column that gives way is cut, then the widest
 * one, until the line fits.
 */
function fittingWidths(lines: string[][], wraps: number, gives: number, width: number): number[] {
  const widths = naturalWidths(lines);
  let excess = excessOf(widths, width);
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const narrower = [
      { column: wraps, least: readable },
      { column: gives, least: leastGiven },
      { column: wraps, least: leastGiven },
    ].find(({ column, least }) => (widths[column] ?? 0) > least);
    const at = narrower?.column ?? widest;
    if ((widths[at] ?? 0) <= 4) break;
    widths[at] = (widths[at] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function naturalWidths(lines: string[][]): number[] {
  return (lines[0] ?? []).map((_, at) =>
    Math.max(1, ...lines.map((line) => displayWidth(line[at] ?? ''))),
  );
}

function excessOf(widths: number[], width: number): number {
  return widths.reduce((sum, columns) => sum + columns + gap, -gap) - width;
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
