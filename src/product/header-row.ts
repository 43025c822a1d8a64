import { UsageError } from '../errors.js';
import type { Row, SourceRow } from '../source/row.js';
import { cellText, isBlank } from './cell.js';
import { cleanHeader } from './header-text.js';
import { matchHeader } from './header.js';
import type { Mapping } from './map-option.js';
import { findColumn } from './map-option.js';
import type { Profile } from './profile.js';

interface HeaderSearch {
  headerRow: 'auto' | number;
  mappings: readonly Mapping[];
  profile: Profile | null;
}

/**
 * The row that holds the headers; null where the file has none.
 * @throws UsageError for an empty file, or a row number that is not among the first rows
 */
export function findHeaderRow(head: readonly SourceRow[], search: HeaderSearch): Row | null {
  const rows = head.filter((row): row is Row => 'cells' in row);
  const first = rows[0];
  if (first === undefined) throw emptyFile(head);
  if (search.headerRow === 0) return null;
  if (search.headerRow !== 'auto') return rowNumbered(rows, search.headerRow);
  const scores = rows.map((row, place) => (couldBeHeader(rows, place) ? score(row, search) : 0));
  const withSku = scores.findIndex((each) => each > skuScore);
  const most = Math.max(...scores);
  if (most < 2 && mapsNumbersOnly(search.mappings)) return null;
  if (most === 0) return firstBelowTitles(rows) ?? first;
  return rows[withSku >= 0 ? withSku : scores.indexOf(most)] ?? first;
}

/** Titles may stand above a header, a table may not: a row of data can hold the word "SKU" too. */
function couldBeHeader(rows: readonly Row[], place: number): boolean {
  const width = filledCells(rows[place]);
  return rows.slice(0, place).every((above) => filledCells(above) < width);
}

/** Where no word is known: a title fills a few cells, a header as many as most rows, or nearly. */
function firstBelowTitles(rows: readonly Row[]): Row | undefined {
  const widths = rows.map(filledCells).sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] ?? 0;
  return rows.find((row) => filledCells(row) > usual / 2);
}

function filledCells(row: Row | undefined): number {
  return row?.cells.filter((cell) => !isBlank(cell)).length ?? 0;
}

/** More than all other fields together. */
const skuScore = 100;

/** How many fields the row's cells name; that of the SKU counts for more than all others. */
function score(row: Row, search: HeaderSearch): number {
  const headers = headersOf(row);
  const targets = new Set<string>();
  for (const header of headers) {
    const match = header === '' ? null : matchHeader(header, search.profile);
    if (match !== null) targets.add(match.target);
  }
  for (const { header, target } of search.mappings) {
    if (!/^\d+$/.test(header) && findColumn(header, headers) >= 0) targets.add(target);
  }
  return targets.size + (targets.has('sku') ? skuScore : 0);
}

/** Numbers are for files without header: one known word may well be a cell of the first product. */
function mapsNumbersOnly(mappings: readonly Mapping[]): boolean {
  return mappings.length > 0 && mappings.every(({ header }) => /^\d+$/.test(header));
}

export function headersOf(row: Row): string[] {
  return row.cells.map((cell) => cleanHeader(cellText(cell)));
}

function rowNumbered(rows: readonly Row[], rowNumber: number): Row {
  const row = rows.find((each) => each.rowNumber === rowNumber);
  if (row !== undefined && filledCells(row) > 0) return row;
  const last = rows[rows.length - 1]?.rowNumber ?? 0;
  throw new UsageError(
    `--header-row ${rowNumber}: that row is blank, can't be read, or lies behind row ${last}, ` +
      'the last that is searched for headers',
    'header_row_missing',
  );
}

function emptyFile(head: readonly SourceRow[]): UsageError {
  const [unreadable] = head;
  const why =
    unreadable !== undefined && 'unreadable' in unreadable
      ? `its first row can't be read (${unreadable.unreadable.message})`
      : 'it has no rows';
  return new UsageError(`The file has no header: ${why}`, 'header_missing');
}
