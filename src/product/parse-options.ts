import type { DecimalMark } from './price.js';
import type { Action } from './product.js';
import type { Widths } from './widths.js';

/** How rows are read, whatever their columns are. */
export interface ParseOptions {
  /** For rows without an action of their own. */
  action: Action;
  decimal: DecimalMark;
  /** Stamped on every row; null leaves the owner to the file. */
  owner: string | null;
  /** Takes SKUs that look damaged by Excel as they are. */
  allowMangled: boolean;
  /** Whether the file is text, in which a date and a SKU look alike. */
  isText: boolean;
  /** Takes spreadsheets' guards off cells; only those of text files have any. */
  stripsGuards: boolean;
  /** Rounds prices of more than four decimals. */
  roundsPrices: boolean;
  /** What rows of another width than the header's mean; without, their blank cells mean nothing. */
  widths?: Widths | undefined;
}
