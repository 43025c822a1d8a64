/** Every way a row can fail; each is explained in the README. */
export const rejectCodes = [
  'required',
  'too_long',
  'price_invalid',
  'price_ambiguous',
  'out_of_range',
  'boolean_invalid',
  'url_invalid',
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
