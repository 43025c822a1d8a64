import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import { excerpt, type Piece } from './piece.js';
import type { SourceRow, UnreadableRow, Dialect, PlacedRecord, Taker } from './source.js';
import { escapeFault, quoteFault, readEscapedRecord } from './escaped.js';
import { shape } from './scan.js';

/** RFC 4180's, in UTF-8. */
export const plainDialect: Dialect = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  blankBehind: false,
  wholeLines: false,
  isEscaped: false,
  isUnquoted: false,
  rowEnd: null,
  encoding: 'utf-8',
};

/**
 * A piece's records as rows; wholly blank ones are left out. Each is offered to `taker` when the
 * rows before it have been consumed. Cells may be slices of a larger text: whoever keeps one for long
 * should copy it.
 * @param withText see `Row.text`
 */
export function* readPiece(
  piece: Piece,
  dialect: Dialect,
  withText = false,
  taker: Taker | null = null,
): Generator<SourceRow, void, undefined> {
  const { bytes } = piece;
  const reader = new CellReader(piece, dialect);
  const { isEscaped, isUnquoted } = dialect;
  const isDoubtful = isEscaped || isUnquoted || !isUtf8(bytes) || bytes.includes(0);
  const { bounds, firstRow } = piece;
  const record: PlacedRecord = { rowNumber: firstRow, line: 0, bytes, bounds, first: 0, last: 0 };
  let unreadable = 0;
  for (let i = 0; i < piece.starts.length; i++) {
    if (piece.shapes[i] === shape.unreadable) {
      yield piece.unreadable[unreadable++]!;
      continue;
    }
    const start = piece.starts[i]!;
    const end = piece.ends[i]!;
    if (start === end || (taker && !isDoubtful && taker.takes(placed(record, piece, i)))) continue;
    const rowNumber = piece.firstRow + i;
    const line = piece.lines[i]!;
    const problem = isDoubtful ? findProblem(bytes.subarray(start, end), dialect) : null;
    if (problem) {
      yield { rowNumber, line, unreadable: problem };
      continue;
    }
    const cells = reader.cells(i);
    if (isBlank(cells)) continue;
    if (withText) yield { rowNumber, line, cells, text: reader.textOf(i) };
    else yield { rowNumber, line, cells };
  }
}

function placed(record: PlacedRecord, piece: Piece, at: number): PlacedRecord {
  record.rowNumber = piece.firstRow + at;
  record.line = piece.lines[at]!;
  record.first = at === 0 ? 0 : piece.boundsEnds[at - 1]!;
  record.last = piece.boundsEnds[at]!;
  return record;
}

/** Makes cells of the records of a piece; what several of them need is made once, if at all. */
class CellReader {
  readonly #piece: Piece;
  readonly #dialect: Dialect;
  readonly #hasUsualQuotes: boolean;
  /** Of a piece in which each byte is a character; null for others, undefined until somebody asks. */
  #text: string | null | undefined;
  #parsed: ReadonlyMap<number, string[]> | null = null;

  constructor(piece: Piece, dialect: Dialect) {
    this.#piece = piece;
    this.#dialect = dialect;
    const { quote, escape, blankBehind } = dialect;
    this.#hasUsualQuotes = quote === '"' && escape === '"' && !blankBehind;
  }

  cells(record: number): string[] {
    const dialect = this.#dialect;
    const cells = this.#cut(record, this.textOf(record));
    return dialect.wholeLines ? unwrapped(cells, dialect) : cells;
  }

  #cut(record: number, text: string): string[] {
    const dialect = this.#dialect;
    const shaped = this.#piece.shapes[record]!;
    if (shaped === shape.quoted && this.#hasUsualQuotes) {
      const cells = cutQuoted(text, dialect.delimiter) ?? this.#parsedFrom(record).get(record);
      if (cells !== undefined) return cells;
    }
    return readRecord(text, shaped, dialect);
  }

  textOf(record: number): string {
    const { bytes, starts, ends } = this.#piece;
    if (this.#text === undefined) this.#text = isAscii(bytes) ? bytes.toString('latin1') : null;
    const start = starts[record]!;
    const end = ends[record]!;
    return this.#text?.slice(start, end) ?? bytes.toString('utf8', start, end);
  }

  /**
   * The cells of all records from this one on with quotes inside of quotes. csv-parse reads them at
   * one go, as a call for each would cost more than the reading. None where it sees other records than
   * the splitter did.
   */
  #parsedFrom(record: number): ReadonlyMap<number, string[]> {
    if (this.#parsed !== null) return this.#parsed;
    const waiting: { at: number; text: string }[] = [];
    for (let at = record; at < this.#piece.shapes.length; at++) {
      if (this.#piece.shapes[at] !== shape.quoted) continue;
      const text = this.textOf(at);
      if (text.includes('""')) waiting.push({ at, text });
    }
    const texts = waiting.map(({ text }) => text);
    const records = parseQuoted(texts, this.#dialect.delimiter) ?? [];
    const isSame = records.length === waiting.length;
    this.#parsed = new Map(isSame ? waiting.map(({ at }, i) => [at, records[i]!]) : []);
    return this.#parsed;
  }
}

function readRecord(text: string, shaped: number, dialect: Dialect): string[] {
  if (dialect.isEscaped && text.includes('\\')) return readEscapedRecord(text)!;
  if (shaped !== shape.plain) return readIrregularRecord(text, dialect);
  const cells = text.split(dialect.delimiter);
  if (!dialect.blankBehind) return cells;
  return cells.map((cell, i) => (i > 0 && cell.startsWith(' ') ? cell.slice(1) : cell));
}

/** The cells of a line that stands in quotes as a whole. */
function unwrapped(cells: string[], dialect: Dialect): string[] {
  if (cells.slice(1).some((cell) => cell !== '')) return cells;
  return readIrregularRecord(cells[0]!, dialect);
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
  // Most files have no such record, and it is ten modules.
  const { parse } = require('csv-parse/sync') as typeof import('csv-parse/sync');
  const options = { delimiter, record_delimiter: '\n', relax_column_count: true };
  try {
    return parse(records.join('\n'), options);
  } catch {
    return null;
  }
}

const require = createRequire(import.meta.url);
const quoteCode = 0x22;

function findProblem(record: Buffer, dialect: Dialect): UnreadableRow['unreadable'] | null {
  if (!isUtf8(record)) {
    const message = `The record has bytes that mean nothing in ${dialect.encoding}`;
    return { code: 'invalid_encoding', value: excerpt(record, Infinity), message };
  }
  const fault = dialect.isEscaped
    ? escapeFault(record.toString(), dialect.quote!)
    : dialect.isUnquoted
      ? quoteFault(record.toString(), dialect.delimiter)
      : null;
  if (fault !== null) return { ...fault, value: excerpt(record, Infinity) };
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
