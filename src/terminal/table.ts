import CliTable from 'cli-table3';
import type { Palette } from './colour.js';
import { showSafely } from './escape.js';
import { cut, displayWidth } from './width.js';

export interface Table {
  head: string[];
  /** As many cells as `head`; text of any origin, it is escaped here. */
  rows: string[][];
  /** Columns of figures. */
  right?: string[];
}

export interface TableLook {
  /** On a terminal a table for the eye; else tab-separated values without a header. */
  isTTY: boolean;
  /** Columns of the terminal; the widest columns of the table give way to it. */
  width: number;
  palette: Palette;
}

/** Ends in a line end; empty where there are no rows. */
export function renderTable(table: Table, look: TableLook): string {
  if (table.rows.length === 0) return '';
  const rows = table.rows.map((row) => row.map(showSafely));
  return look.isTTY
    ? forTheEye({ ...table, rows }, look)
    : rows.map((row) => `${row.join('\t')}\n`).join('');
}

const gap = 2;

function forTheEye({ head, rows, right = [] }: Table, { width, palette }: TableLook): string {
  const widths = fittingWidths([head, ...rows], width);
  const table = new CliTable({
    chars: borderless,
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [] },
    colAligns: head.map((name) => (right.includes(name) ? 'right' : 'left')),
    colWidths: widths.map((columns) => columns + gap),
  });
  table.push(head.map((name, at) => palette.quiet(cut(name, widths[at] ?? 0))));
  for (const row of rows) table.push(row.map((cell, at) => cut(cell, widths[at] ?? 0)));
  const lines = table.toString().split('\n');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** Natural widths, the widest cut column by column until the line fits. */
function fittingWidths(lines: string[][], width: number): number[] {
  const widths = (lines[0] ?? []).map((_, at) =>
    Math.max(1, ...lines.map((line) => displayWidth(line[at] ?? ''))),
  );
  const room = width - gap * (widths.length - 1);
  let excess = widths.reduce((sum, columns) => sum + columns, 0) - room;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 4) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
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
