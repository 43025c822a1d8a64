import { UsageError } from '../errors.js';
import type { Row, SourceRow, UnreadableRow } from '../source/source.js';
import { recogniseProfile, type Profile } from './profile.js';
import { unguarded } from './bare-cells.js';
import { cellText, isBlank } from './cell.js';
import { cleanHeader, headerKey, maxHeaderLength } from './header-text.js';
import { matchHeader } from './header.js';
import { type Mapping, findColumn } from './map-option.js';

interface HeaderSearch {
  headerRow: 'auto' | number;
  mappings: readonly Mapping[];
  profile: Profile | 'auto' | 'none';
}

/**
 * The row that holds the headers; null where the file has none.
 * @throws UsageError for an empty file, a row number that is not among the first rows, or a row above
 *   that can't be read and may well be the header
 */
export function findHeaderRow(head: readonly SourceRow[], search: HeaderSearch): Row | null {
  const found = chooseHeaderRow(head, search);
  if (found === null || search.headerRow !== 'auto') return found;
  const above = head.filter(({ rowNumber }) => rowNumber < found.rowNumber);
  const unreadable = above.find((row): row is UnreadableRow => 'unreadable' in row);
  if (unreadable !== undefined) throw headerUnreadable(unreadable);
  return found;
}

function headerUnreadable({ rowNumber, unreadable: { message } }: UnreadableRow): UsageError {
  const why = message.charAt(0).toLowerCase() + message.slice(1);
  return new UsageError(
    `Row ${rowNumber} can't be read, and may be the header: ${why}. Correct it, or say which row is the header with --header-row`,
    'header_unreadable',
  );
}

function chooseHeaderRow(head: readonly SourceRow[], search: HeaderSearch): Row | null {
  const rows = head.filter((row): row is Row => 'cells' in row);
  const first = rows[0];
  if (first === undefined) throw emptyFile(head);
  if (search.headerRow === 0) return null;
  if (search.headerRow !== 'auto') return rowNumbered(rows, search.headerRow);
  const found = rows.map((row) => look(row, search));
  const names = found.map((row, place) => (couldBeHeader(found, place) ? row.targets.size : 0));
  const withSku = found.findIndex(({ targets }, place) => names[place]! > 0 && targets.has('sku'));
  if (withSku >= 0) return keysOrLabels(found, withSku);
  const most = Math.max(...names);
  if (most < 2 && mapsNumbersOnly(search.mappings)) return null;
  if (most === 0) return firstBelowTitles(found) ?? first;
  return rows[names.indexOf(most)] ?? first;
}

/** A row as a header: which fields its cells name. */
interface Look {
  row: Row;
  headers: string[];
  filled: number;
  targets: Set<string>;
  skuAt: number;
  /** No cell is a number: nobody names a column so. */
  isWords: boolean;
}

function look(row: Row, { mappings, profile }: HeaderSearch): Look {
  const headers = headersOf(row);
  const known =
    profile === 'auto' ? (recogniseProfile(headers)?.profile ?? null) : givenProfile(profile);
  const matches = headers.map((header) => (header === '' ? null : matchHeader(header, known)));
  const mapped = mappings
    .filter(({ header }) => !/^\d+$/.test(header) && findColumn(header, headers) >= 0)
    .map(({ target }) => target);
  const targets = matches.flatMap((match) => match?.target ?? []);
  return {
    row,
    headers,
    filled: filledCells(row),
    targets: new Set<string>([...targets, ...mapped]),
    skuAt: matches.findIndex((match) => match?.target === 'sku'),
    isWords: row.cells.every(isWord),
  };
}

function givenProfile(profile: Profile | string): Profile | null {
  return typeof profile === 'string' ? null : profile;
}

function isWord(cell: Row['cells'][number]): boolean {
  return typeof cell === 'string' && !/^\s*[-+]?[\d.,]*\d\s*$/.test(cell);
}

/**
 * Titles may stand above a header, a table may not: a row of data can hold the word "SKU" too. A
 * row of remarks, or a title, may be as wide as a header that names two fields.
 */
function couldBeHeader(found: readonly Look[], place: number): boolean {
  const { filled, targets, isWords } = found[place]!;
  const wider = found.slice(0, place).filter((above) => above.filled >= filled).length;
  return wider === 0 || (wider === 1 && place <= 3 && targets.size >= 2 && isWords);
}

/**
 * Of two headers one below the other, labels and keys, the labels are taken, as a key may mean
 * something else (`name` is an id in some systems); but not where they say less, or the same twice.
 */
function keysOrLabels(found: readonly Look[], place: number): Row {
  const upper = found[place]!;
  const lower = found[place + 1];
  if (lower === undefined || !lower.isWords || lower.targets.size < 2) return upper.row;
  if (lower.skuAt !== upper.skuAt || hasTwice(lower.headers)) return upper.row;
  if (sameHeaders(upper.headers, lower.headers)) return upper.row;
  const isBetter = lower.targets.size > upper.targets.size || hasTwice(upper.headers);
  return isBetter ? lower.row : upper.row;
}

/**
 * The row that names a SKU, or two more fields than the one that was taken for the header: where
 * that can't be read as one.
 */
export function rowNamingMore(head: readonly SourceRow[], headerRow: Row | null): Row | null {
  const rows = head.filter((row): row is Row => 'cells' in row && row !== headerRow);
  const search = { headerRow: 'auto', mappings: [], profile: 'auto' } as const;
  const size = headerRow === null ? 0 : look(headerRow, search).targets.size;
  const found = rows.map((row) => look(row, search)).filter(({ isWords }) => isWords);
  const withSku = found.find(({ targets }) => targets.has('sku') && targets.size >= 2);
  return (withSku ?? found.find(({ targets }) => targets.size >= size + 2))?.row ?? null;
}

function sameHeaders(one: readonly string[], other: readonly string[]): boolean {
  return one.every((header, at) => headerKey(header) === headerKey(other[at] ?? ''));
}

export function hasTwice(headers: readonly string[]): boolean {
  const named = headers.filter((header) => header !== '');
  return new Set(named).size < named.length;
}

/** Where no word is known: a title fills a few cells, a header as many as most rows, or nearly. */
function firstBelowTitles(found: readonly Look[]): Row | undefined {
  const widths = found.map(({ filled }) => filled).sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] ?? 0;
  return found.find(({ filled }) => filled > usual / 2)?.row;
}

function filledCells(row: Row): number {
  return row.cells.filter((cell) => !isBlank(cell)).length;
}

/** Numbers are for files without header: one known word may well be a cell of the first product. */
function mapsNumbersOnly(mappings: readonly Mapping[]): boolean {
  return mappings.length > 0 && mappings.every(({ header }) => /^\d+$/.test(header));
}

/** A spreadsheet's guard is no part of a header, as in `="SKU"`. */
export function headersOf({ cells, line }: Row): string[] {
  return cells.map((cell) => {
    const text = cellText(cell);
    return cleanHeader(line === null ? text : (unguarded(text) ?? text));
  });
}

function rowNumbered(rows: readonly Row[], rowNumber: number): Row {
  const row = rows.find((each) => each.rowNumber === rowNumber);
  if (row !== undefined && filledCells(row) > 0) return row;
  const last = rows[rows.length - 1]?.rowNumber ?? 0;
  throw new UsageError(
    `--header-row ${rowNumber}: that row is blank, can't be read, or lies after row ${last}, ` +
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

/** What templates write below a header: the type of each column, and whether it must be filled. */
const types = new Set(
  (
    'yes no data text string varchar char int integer float double decimal number numeric ' +
    'currency money bool boolean check date datetime link select list enum required optional ' +
    'mandatory unique'
  ).split(' '),
);

/**
 * The number of the first row that may be a product: the one after the header, or after the
 * technical rows (keys, types, duties) that templates have there.
 * @throws UsageError for a number that is not after the header
 */
export function findDataRow(
  head: readonly SourceRow[],
  headerRow: Row | null,
  asked: number | undefined,
): number {
  const first = (headerRow?.rowNumber ?? 0) + 1;
  if (asked !== undefined && asked < first) {
    throw new UsageError(
      `--data-row ${asked}: the header is in row ${first - 1}, and the products stand below it`,
      'data_row_above_header',
    );
  }
  if (asked !== undefined || headerRow === null) return asked ?? first;
  const headers = headersOf(headerRow);
  const below = head.filter((row) => row.rowNumber >= first);
  let count = below.findIndex((row) => !('cells' in row) || !isTechnical(row, headers));
  if (count <= 0) return first;
  while (isRemark(below[count])) count++;
  return below[count]?.rowNumber ?? first;
}

/** Only below technical rows: `Start entering data below this line`. */
function isRemark(row: SourceRow | undefined): boolean {
  return row !== undefined && 'cells' in row && filledCells(row) === 1;
}

function isTechnical({ cells }: Row, headers: readonly string[]): boolean {
  const filled = [...cells.entries()].filter(([, cell]) => !isBlank(cell));
  const texts = filled.map(([at, cell]) => ({ header: headers[at] ?? '', text: cellText(cell) }));
  const words = texts.filter(({ header, text }) => !(header.endsWith(':') && /:\s*$/.test(text)));
  return words.length >= 2 && (words.every(isType) || areKeys(words));
}

function isType({ text }: { text: string }): boolean {
  const word = text
    .toLowerCase()
    .replace(/\(.*\)/, '')
    .trim();
  return types.has(word);
}

/** The header's fields by other names, and nothing that could be a value; not the header again. */
function areKeys(words: readonly { header: string; text: string }[]): boolean {
  if (words.some(({ text }) => text.length > maxHeaderLength)) return false;
  if (words.every(({ header, text }) => headerKey(header) === headerKey(text))) return false;
  const fields = words.flatMap(({ header, text }) => {
    const field = matchHeader(header, null)?.target;
    return field !== undefined && field === matchHeader(text, null)?.target ? [field] : [];
  });
  return fields.includes('sku') && fields.length >= 2 && words.every(({ text }) => isWord(text));
}
