import type { StreamCopy } from './temporary-file.js';

/** What has to be known to read a piece's cells, and to write such ones. */
export interface Dialect {
  delimiter: string;
  /** One character; null where quotes are text. */
  quote: string | null;
  /** How a quote stands inside of quotes: twice, or after a backslash as well. */
  escape: '"' | '\\';
  /** Whether the blank after a delimiter belongs to it. */
  blankBehind: boolean;
  /** Whether each line stands in quotes as a whole, its cells inside. */
  wholeLines: boolean;
  /** Whether a backslash stands before what would divide cells or rows, as databases write it. */
  isEscaped: boolean;
  /** Whether quotes are text because no cell stands in them, though some begin with one. */
  isUnquoted: boolean;
  /** The character that ends a row; null for line ends. */
  rowEnd: string | null;
  /** As iconv-lite names it; pieces are UTF-8 whatever it says. */
  encoding: string;
}

/** Rows that are looked at to find the header. */
export const headRowLimit = 50;

export const sourceFormats = [
  'csv',
  'tsv',
  'xlsx',
  'xls',
  'ods',
  'xlsb',
  'ndjson',
  'json',
  'xml',
  'html',
] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** How the user asked for the file to be read. What is `auto` is found out, and said in `notes`. */
export interface SourceOptions {
  format: 'auto' | SourceFormat;
  /** A sheet's name or number (from 1), a table, an element or a key; null means the first one. */
  sheet: string | null;
  /** Which file of a zip archive is meant; null for the only one. */
  member: string | null;
  /** `auto`, or one character (`tab` and `\t` mean the tab). */
  delimiter: string;
  /** One character, or `none`. */
  quote: string;
  escape: '"' | '\\';
  /** `auto`, or a name that iconv-lite knows. */
  encoding: string;
  /** How many of these cells look like headers that we know; helps to choose the delimiter. */
  recognise: (cells: string[]) => number;
  /** The field that a key leads to by itself, for products that hold a list of others. */
  fieldOf?: (key: string) => string | null;
  /** Whether rows of a text come with their text, besides their cells. */
  withText?: boolean;
  /** Ends the wait for whoever writes to a FIFO. */
  signal?: AbortSignal;
  /** Gets what can be read only once. */
  copy?: StreamCopy;
}

/** An opened file: its nature is known, its rows are still to be read. */
export interface Source {
  /** The file's base name, or `-`. */
  readonly name: string;
  readonly format: SourceFormat;
  readonly encoding: string | null;
  /** Whether a byte order mark stands in front. */
  readonly hasMark: boolean;
  readonly delimiter: string | null;
  /** How a delimited text is read; null for everything else. */
  readonly dialect: Dialect | null;
  /** The sheet, or what holds the products: the table of a page, the element, the key. */
  readonly sheet: string | null;
  /** Where each product brings its own headers (JSON, XML): those met so far. It grows on the way. */
  readonly keys: readonly string[] | null;
  /** Whether all rows are among `sample`. */
  readonly isSeenWhole: boolean;
  /** Which file of a zip archive was read; null where it was none. */
  readonly member: string | null;
  readonly compressed: boolean;
  /** Sentences about what was decided or assumed, for standard error and the report. */
  readonly notes: string[];
  /** The first rows (at most `headRowLimit` that are not blank), to find the header in; `rows` gives them too. */
  readonly head: SourceRow[];
  /** Rows to learn from how the others are: those of the first 64 KB of a text, header included. */
  readonly sample: SourceRow[];
  /** The other visible sheets, lists or elements, with their first rows. For use before `rows`. */
  otherSheets(): Promise<SheetHead[]>;
  /**
   * All rows from the top, header included, wholly blank ones left out, in batches. Read once.
   * @param taker may take records of a text or of an .xlsx before they become rows
   */
  rows(taker?: Taker | null): AsyncIterable<Iterable<SourceRow>>;
  /** Bytes of the file as stored (compressed, if it is), for a progress bar. */
  bytesRead(): number;
  /** Size of the file as stored; null for standard input. */
  readonly bytesTotal: number | null;
  /** SHA-256 (hex) of the bytes as stored, once `rows` has ended. */
  sha256(): Promise<string>;
  /** Why what was packed could not be unpacked to its end, or null. */
  cut(): string | null;
  /** Why the end of the file can't be trusted (cut inside a quote, a gzip that stops), or null. */
  damage(): string | null;
  /** Sentences about what was met on the way, complete once `rows` has ended. */
  warnings(): string[];
  /** Closes and removes whatever was spooled. Safe to call at any time, more than once. */
  close(): Promise<void>;
}

/** A sheet, and its first rows. */
export interface SheetHead {
  sheet: string;
  head: SourceRow[];
}

/** What holds products that bring their own headers, of which some are known. */
export function keyedHead(sheet: string, keys: Iterable<string>): SheetHead {
  return { sheet, head: [{ rowNumber: 1, line: null, cells: [...keys] }] };
}

/** The name of a source for people. */
export function sourceName({ name }: { name: string }): string {
  return name === '-' ? 'standard input' : name;
}

/** The sign in quotes; a tab by its name, another control character by its number. */
export function delimiterName(delimiter: string): string {
  if (delimiter === '\t') return 'tab';
  return delimiter < ' ' ? `character ${delimiter.charCodeAt(0)}` : `"${delimiter}"`;
}

/**
 * A record whose cells are known by their places: of a text as it stands there, of a sheet with all
 * its cells, none of them in quotes. The object is used for others later.
 */
export interface PlacedRecord {
  rowNumber: number;
  /** As in `Row`. */
  line: number | null;
  bytes: Buffer;
  /** Where its cells begin and end in `bytes`, in turn, from the place `first` on to `last`. */
  bounds: Uint32Array;
  first: number;
  last: number;
}

/** May take records before they become rows. */
export interface Taker {
  /** For each column whether the number 2.5 of a sheet may stand there as the text `2.5`. */
  readonly takesDecimals: readonly boolean[];
  /** Whether it has taken this record, whose text is sound: then it gives no row. */
  takes(record: PlacedRecord): boolean;
}

/** A cell before anybody knows what it means. Text is by far the commonest: a bare string. */
export type Cell = string | TypedCell;

/** What a workbook stores besides text. A formula is given as its cached value. */
export type TypedCell =
  /** `text` is the number exactly as stored in the file; `format` its number format code. */
  | { kind: 'number'; text: string; format: string | null }
  | { kind: 'boolean'; value: boolean }
  /** `iso` is `2024-01-31`, `2024-01-31T10:20:30`, or `10:20:30` for a time without a day. */
  | { kind: 'date'; iso: string }
  /**
   * An error value such as `#N/A`, or a formula that was never calculated (`text` is then `''`).
   * Of a text file it is what a spreadsheet or an exporter wrote for a value.
   */
  | { kind: 'error'; text: string; ofText?: true }
  /** What JSON has besides text and null, as it is written there: a number with all its digits. */
  | JsonCell
  /** No cell: the product does not bring this key. */
  | { kind: 'absent' };

export interface JsonCell {
  readonly kind: 'json';
  readonly text: string;
  /** Of a list; null where it is none. */
  elements(): Cell[] | null;
  /** Of an object, in their order; null where it is none. */
  members(): [string, Cell][] | null;
}

/** The one of its kind, so that it is known by its identity. */
export const absentCell: Cell = { kind: 'absent' };

/**
 * A row of a source, with the number that a spreadsheet shows (header 1, blank lines count). Text
 * cells may be slices of a text of 256 kB, which lives as long as one of them does.
 */
export interface Row {
  rowNumber: number;
  /** The physical line where the record starts, from 1; null for workbooks. */
  line: number | null;
  cells: Cell[];
  /** The cells as the file has them, where something was taken off them. */
  written?: readonly Cell[];
  /** What stands in a text, where `SourceOptions.withText` asks for it. */
  text?: string;
}

/** A record that could not be read into cells. It is a reject, and reading goes on after it. */
export interface UnreadableRow {
  rowNumber: number;
  line: number | null;
  unreadable: {
    code:
      | 'quote_unterminated'
      | 'quote_misplaced'
      | 'invalid_encoding'
      | 'nul_character'
      | 'record_too_large'
      | 'column_count';
    /** What stands there, safe to store and show; of a record over 1 MB its beginning. */
    value: string;
    message: string;
    /** Whether it is no reject of its own, but a part of the one above it. */
    isRest?: true;
  };
}

export type SourceRow = Row | UnreadableRow;
