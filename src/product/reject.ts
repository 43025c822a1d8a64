import type { Action, ParsedProduct } from './product.js';

/** Every way a row can fail; each is explained in the README. */
export const rejectCodes = [
  'required',
  'too_long',
  'price_invalid',
  'price_ambiguous',
  'out_of_range',
  'boolean_invalid',
  'url_invalid',
  'number_invalid',
  'date_invalid',
  'choice_invalid',
  'gtin_invalid',
  'action_invalid',
  'action_conflict',
  'already_exists',
  'not_found',
  'owner_conflict',
  'duplicate_in_file',
  'column_count',
  'quote_unterminated',
  'quote_misplaced',
  'invalid_encoding',
  'nul_character',
  'record_too_large',
  'not_in_database_encoding',
  'excel_scientific',
  'excel_date',
  'excel_precision',
  'excel_format',
  'excel_error',
] as const;

export type RejectCode = (typeof rejectCodes)[number];

/** One thing that is wrong with one row. A row can have several. */
export interface Reject {
  rowNumber: number;
  line: number | null;
  /** The field's name, or the header where it is no field; null for the whole row. */
  column: string | null;
  /** What stood there, cut at 200 characters. */
  value: string;
  code: RejectCode;
  /** A sentence for a person. */
  error: string;
  /** The whole row as it stood in the file; only on its first error, and not of every row. */
  cells?: string[];
}

/** Codes of rows that nobody can be sure to have cut into the cells that were meant. */
const uncertain = new Set<RejectCode>([
  'quote_unterminated',
  'quote_misplaced',
  'column_count',
  'invalid_encoding',
  'nul_character',
  'record_too_large',
]);

/** Codes of an SKU that is not, or not as it was meant. */
const doubtfulSku = new Set<RejectCode>([
  'required',
  'too_long',
  'invalid_encoding',
  'nul_character',
]);

/** Whether the row may name another SKU than the one that can be read in it, or any at all. */
export function hidesSku({ code, column }: Reject): boolean {
  if (column === 'sku') return code.startsWith('excel_') || doubtfulSku.has(code);
  return column === null && uncertain.has(code);
}

/** Rejects of one code in one column. */
export interface RejectGroup {
  code: RejectCode;
  column: string | null;
  /** How many rows. */
  rows: number;
  /** The first of them, in the order of the file. */
  firstRows: number[];
  /** A few different values that stood there, with the sentence that was said about each. */
  examples: { rowNumber: number; value: string; error: string }[];
}

/** Why a cell can't be taken. The parser knows the row and the column, and makes a Reject of it. */
export class Fault {
  constructor(
    readonly code: RejectCode,
    /** A sentence for a person: the value, and the way out. */
    readonly error: string,
  ) {}
}

/** A value as sentences quote it: one line, at most 60 characters. */
export function quoted(text: string): string {
  const line = text.length > 240 ? text.slice(0, 240) : text;
  const shown = Array.from(line.replace(/\s+/gu, ' '));
  return shown.length <= 60 ? `"${shown.join('')}"` : `"${shown.slice(0, 59).join('')}…"`;
}

/**
 * The same text in memory of its own. A cell is a slice of a much larger piece of the file, and
 * would keep all of that alive where it is kept for long.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** What stood there, as a reject keeps it: at most 200 characters, storable and printable. */
export function cut(text: string): string {
  const short = text.length > 400 ? text.slice(0, 400) : text;
  const characters = short.length <= 200 ? short : Array.from(short).slice(0, 200).join('');
  return detached(characters)
    .replaceAll('\0', '\u2400')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Where the rows end up. Each row that is not wholly blank reaches exactly one of the three. */
export interface RowSink {
  product(product: ParsedProduct): void;
  /**
   * @param sku the SKU that the row names although it is rejected; null where it names none
   * @param action what was to be done with it; null where nobody can tell
   */
  reject(rejects: Reject[], sku: string | null, action?: Action | null): void;
  /** A row that is no product of its own: one more image of another's, the header once more. */
  skipped(rowNumber: number): void;
}
