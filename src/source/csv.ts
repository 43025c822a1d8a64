import { isAscii, isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { excerpt, type Piece } from './piece.js';
import type { SourceRow, UnreadableRow, Dialect } from './source.js';
import { shape } from './scan.js';

/** RFC 4180's, in UTF-8. */
export const plainDialect: Dialect = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  blankBehind: false,
  wholeLines: false,
  rowEnd: null,
  encoding: 'utf-8',
};

/**
 * A piece's records as rows; wholly blank ones are left out. Pure and synchronous. Cells may be
 * slices of a larger text: whoever keeps one for long should copy it.
 * @param withText see `Row.text`
 */
export function readPiece(piece: Piece, dialect: Dialect, withText = false): SourceRow[] {
  const { bytes } = piece;
  const textOf = recordTexts(bytes);
  const quoted = readQuoted(piece, textOf, dialect);
  const doubtful = !isUtf8(bytes) || bytes.includes(0);
  const rows: SourceRow[] = [];
  let unreadable = 0;
  let nextQuoted = 0;
  for (let i = 0; i < piece.starts.length; i++) {
    const rowNumber = piece.firstRow + i;
    const line = piece.lines[i]!;
    const shaped = piece.shapes[i]!;
    const quotedCells = shaped === shape.quoted ? quoted[nextQuoted++] : undefined;
    if (shaped === shape.unreadable) {
      rows.push(piece.unreadable[unreadable++]!);
      continue;
    }
    const start = piece.starts[i]!;
    const end = piece.ends[i]!;
    if (start === end) continue;
    const problem = doubtful ? findProblem(bytes.subarray(start, end), dialect) : null;
    if (problem) {
      rows.push({ rowNumber, line, unreadable: problem });
      continue;
    }
    const cells = quotedCells ?? readRecord(textOf(start, end), shaped, dialect);
    if (isBlank(cells)) continue;
    if (withText) rows.push({ rowNumber, line, cells, text: textOf(start, end) });
    else rows.push({ rowNumber, line, cells });
  }
  return dialect.wholeLines ? rows.map((row) => unwrapped(row, dialect)) : rows;
}

function readRecord(text: string, shaped: number, dialect: Dialect): string[] {
  if (shaped !== shape.plain) return readIrregularRecord(text, dialect);
  const cells = text.split(dialect.delimiter);
  if (!dialect.blankBehind) return cells;
  return cells.map((cell, i) => (i > 0 && cell.startsWith(' ') ? cell.slice(1) : cell));
}

/** The cells of a line that stands in quotes as a whole. */
function unwrapped(row: SourceRow, dialect: Dialect): SourceRow {
  if (!('cells' in row) || row.cells.slice(1).some((cell) => cell !== '')) return row;
  return { ...row, cells: readIrregularRecord(row.cells[0] as string, dialect) };
}

/** Decodes a piece once where a byte is a character, else record by record. */
function recordTexts(bytes: Buffer): (start: number, end: number) => string {
  if (!isAscii(bytes)) return (start, end) => bytes.toString('utf8', start, end);
  const text = bytes.toString('latin1');
  return (start, end) => text.slice(start, end);
}

/**
 * The cells of all records with regular quotes, in order. Records with quotes inside of quotes are
 * read by csv-parse at one go: a call for each would cost more than the reading. An element is
 * undefined where csv-parse sees other records than the splitter did.
 */
function readQuoted(
  piece: Piece,
  textOf: (start: number, end: number) => string,
  { delimiter, quote, escape, blankBehind }: Dialect,
): (string[] | undefined)[] {
  const quoted: (string[] | undefined)[] = [];
  if (quote !== '"' || escape !== '"' || blankBehind) return quoted;
  const waiting: { at: number; text: string }[] = [];
  piece.shapes.forEach((shaped, i) => {
    if (shaped !== shape.quoted) return;
    const text = textOf(piece.starts[i]!, piece.ends[i]!);
    const cells = cutQuoted(text, delimiter);
    if (cells === null) waiting.push({ at: quoted.length, text });
    quoted.push(cells ?? undefined);
  });
  if (waiting.length === 0) return quoted;
  const records = parseQuoted(
    waiting.map(({ text }) => text),
    delimiter,
  );
  if (records?.length !== waiting.length) return quoted;
  waiting.forEach(({ at }, i) => (quoted[at] = records[i]));
  return quoted;
}

/**
 * The cells of a record whose quotes stand at both ends of cells and nowhere else, by far the
 * commonest; null for any other. csv-parse goes through every byte, which takes far longer.
 */
function cutQuoted(record: string, delimiter: string): string[] | null {
  const cells: string[] = [];
  for (let at = 0; ;) {
    let end: number;
    if (record.charCodeAt(at) === quoteCode) {
      const close = record.indexOf('"', at + 1);
      end = close + 1;
      if (end === 0 || record.charCodeAt(end) === quoteCode) return null;
      cells.push(record.slice(at + 1, close));
      if (end < record.length && !record.startsWith(delimiter, end)) return null;
    } else {
      const next = record.indexOf(delimiter, at);
      end = next < 0 ? record.length : next;
      cells.push(record.slice(at, end));
    }
    if (end === record.length) return cells;
    at = end + delimiter.length;
  }
}

function parseQuoted(records: string[], delimiter: string): string[][] | null {
  const options = { delimiter, record_delimiter: '\n', relax_column_count: true };
  try {
    return parse(records.join('\n'), options);
  } catch {
    return null;
  }
}

const quoteCode = 0x22;

function findProblem(record: Buffer, dialect: Dialect): UnreadableRow['unreadable'] | null {
  if (!isUtf8(record)) {
    const message = `The record has bytes that mean nothing in ${dialect.encoding}`;
    return { code: 'invalid_encoding', value: excerpt(record, Infinity), message };
  }
  if (!record.includes(0)) return null;
  const message = 'The record has a NUL character, which PostgreSQL cannot store';
  return { code: 'nul_character', value: excerpt(record, Infinity), message };
}

function isBlank(cells: string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}

/** What of a dialect decides where cells end. */
export type CellMarks = Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'blankBehind'>;

/**
 * The cells of one record whose quotes RFC 4180 does not know, by the rules that RecordSplitter
 * finds records with: blanks around quotes are left out, and a quote inside an unquoted cell is
 * text.
 */
export function readIrregularRecord(record: string, marks: CellMarks): string[] {
  const { delimiter, blankBehind } = marks;
  const cells: string[] = [];
  for (let at = 0; ;) {
    const cell = readQuotedCell(record, at, marks);
    const end = cell?.end ?? delimiterFrom(record, at, delimiter);
    cells.push(cell?.text ?? record.slice(at, end));
    if (end >= record.length) return cells;
    at = end + delimiter.length;
    if (blankBehind && record[at] === ' ') at++;
  }
}

/** Whether every delimiter outside of quotes has a blank after it, or the record's end. */
export function hasBlanksBehind(record: string, marks: CellMarks): boolean {
  for (let at = 0; ;) {
    const cell = readQuotedCell(record, at, marks);
    at = (cell?.end ?? delimiterFrom(record, at, marks.delimiter)) + marks.delimiter.length;
    if (at >= record.length) return true;
    if (record[at] !== ' ') return false;
  }
}

/** Null where the cell has no quote at its start; otherwise its text, and where its delimiter is. */
function readQuotedCell(
  record: string,
  start: number,
  { delimiter, quote, escape }: CellMarks,
): { text: string; end: number } | null {
  if (quote === null) return null;
  const open = behindBlanks(record, start, delimiter);
  if (!record.startsWith(quote, open)) return null;
  const close = escape === '\\' ? closeOfEscaped : closeOf;
  const end = close(record, open + quote.length, quote);
  if (end < 0) return null;
  const inner = record.slice(open + quote.length, end);
  const next = behindBlanks(record, end + quote.length, delimiter);
  if (next < record.length && !record.startsWith(delimiter, next)) return null;
  return { text: unescaped(inner, quote, escape), end: next };
}

/** The closing quote, from inside of the quotes on; -1 where there is none. */
function closeOf(record: string, from: number, quote: string): number {
  for (let at = from; ;) {
    const found = record.indexOf(quote, at);
    if (found < 0 || !record.startsWith(quote, found + quote.length)) return found;
    at = found + 2 * quote.length;
  }
}

function closeOfEscaped(record: string, from: number, quote: string): number {
  for (let at = from; at < record.length;) {
    if (record[at] === '\\') at++;
    else if (record.startsWith(quote, at)) {
      if (!record.startsWith(quote, at + quote.length)) return at;
      at += quote.length;
    }
    at++;
  }
  return -1;
}

/** After a backslash a quote and a backslash mean themselves; before anything else it is text. */
function unescaped(text: string, quote: string, escape: Dialect['escape']): string {
  if (escape === '"') return text.replaceAll(quote + quote, () => quote);
  const sign = /[\]\\^-]/.test(quote) ? `\\${quote}` : `[${quote}]`;
  return text.replace(
    new RegExp(`\\\\(${sign}|\\\\)|${sign}${sign}`, 'gu'),
    (_, inner?: string) => {
      return inner ?? quote;
    },
  );
}

function behindBlanks(record: string, from: number, delimiter: string): number {
  let at = from;
  while ((record[at] === ' ' || record[at] === '\t') && record[at] !== delimiter) at++;
  return at;
}

function delimiterFrom(record: string, from: number, delimiter: string): number {
  const at = record.indexOf(delimiter, from);
  return at < 0 ? record.length : at;
}
