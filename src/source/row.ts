/** A cell before anybody knows what it means. Text is by far the commonest: a bare string. */
export type Cell = string | TypedCell;

/** What a workbook stores besides text. A formula is given as its cached value. */
export type TypedCell =
  /** `text` is the number exactly as stored in the file; `format` its number format code. */
  | { kind: 'number'; text: string; format: string | null }
  | { kind: 'boolean'; value: boolean }
  /** `iso` is `2024-01-31`, `2024-01-31T10:20:30`, or `10:20:30` for a time without a day. */
  | { kind: 'date'; iso: string }
  /** An error value such as `#N/A`, or a formula that was never calculated (`text` is then `''`). */
  | { kind: 'error'; text: string };

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
}

/** A record that could not be read into cells. It is a reject, and reading goes on behind it. */
export interface UnreadableRow {
  rowNumber: number;
  line: number | null;
  unreadable: {
    code:
      | 'quote_unterminated'
      | 'quote_misplaced'
      | 'invalid_encoding'
      | 'nul_character'
      | 'record_too_large';
    /** What stands there, safe to store and show; of a record over 1 MB its beginning. */
    value: string;
    message: string;
  };
}

export type SourceRow = Row | UnreadableRow;
