import type { Cell, Row } from '../source/source.js';
import { cellText, isBlank } from './cell.js';
import { headerKey, maxHeaderLength } from './header-text.js';
import { keysOf, matchHeader, type PlannedColumn } from './header.js';

/** So many row numbers are named. */
const maxNamed = 5;

/** Dashes of a ruler, with a joint where two columns meet, or Markdown's colon at an end. */
const ruler = /^(?=.*[-=_]{2}):?[-=_+|]{2,}:?$/;

const digit = /\d/;

/** So many letters at the beginning tell nearly all SKUs from the names of their column. */
const beginning = 4;
const letters = /^[a-z]{4}$/i;

/**
 * Finds rows below the header that stand for no product: the header once more (two exports in one
 * file), rulers of dashes, and what DOS ends a file with. The SKU
 * alone shows of nearly every row that it is none of these.
 */
export class NoProducts {
  readonly #columns: readonly PlannedColumn[];
  readonly #sku: number;
  readonly #hasDigit: boolean;
  /** With which letters the names of such a column begin. */
  readonly #beginnings: ReadonlySet<string>;
  /** The same as the numbers of their letters, and those of the first two of them. */
  readonly #numbers: ReadonlySet<number>;
  readonly #pairs = new Uint8Array(1024);
  #headers = 0;
  #rulers = 0;
  #endMarks = 0;
  readonly #named: number[] = [];

  constructor(columns: readonly PlannedColumn[]) {
    this.#columns = columns;
    this.#sku = columns.findIndex(({ field }) => field === 'sku');
    const header = columns[this.#sku]?.header ?? '';
    this.#hasDigit = digit.test(header);
    const keys = [headerKey(header), ...keysOf('sku')];
    this.#beginnings = new Set(keys.map((key) => key.slice(0, beginning)));
    const numbers = [...this.#beginnings].map((text) => beginningOf(Buffer.from(text), 0));
    this.#numbers = new Set(numbers);
    for (const number of numbers) this.#pairs[number >> 10] = 1;
  }

  /** Counts the row where it is none. */
  has(row: Row): boolean {
    const sku = row.cells[this.#sku] ?? '';
    if (typeof sku !== 'string' || !this.#isSuspect(sku)) return false;
    if (isRuler(row)) this.#rulers++;
    else if (this.#isHeader(row)) this.#headers++;
    else if (isEndMark(row)) this.#endMarks++;
    else return false;
    if (this.#named.length < maxNamed) this.#named.push(row.rowNumber);
    return true;
  }

  /**
   * Most SKUs have a digit, which no name of a column for SKUs has, and others begin with letters that
   * none begins with: comparing whole headers would cost a fifth of all reading.
   */
  #isSuspect(sku: string): boolean {
    // The last character tells of nearly all of them, without an expression.
    if (!this.#hasDigit && isDigitCode(sku.charCodeAt(sku.length - 1))) return false;
    if (sku.length > maxHeaderLength || (!this.#hasDigit && digit.test(sku))) return false;
    const start = sku.slice(0, beginning);
    return !letters.test(start) || this.#beginnings.has(start.toLowerCase());
  }

  /** Whether the row is certain to stand for a product, as its SKU in ASCII tells. */
  isProduct(bytes: Uint8Array, from: number, to: number): boolean {
    if (!this.#hasDigit && isDigitCode(bytes[to - 1]!)) return true;
    if (to - from < beginning) return false;
    const start = beginningOf(bytes, from);
    if (start < 0) return false;
    return this.#pairs[start >> 10] === 0 || !this.#numbers.has(start);
  }

  #isHeader({ cells }: Row): boolean {
    let filled = 0;
    for (const [index, cell] of cells.entries()) {
      if (isBlank(cell)) continue;
      if (!namesColumn(cell, this.#columns[index])) return false;
      filled++;
    }
    return filled >= 2;
  }

  /** One sentence for all of them. */
  notes(): string[] {
    const count = this.#headers + this.#rulers + this.#endMarks;
    if (count === 0) return [];
    const kinds = [
      ...(this.#headers > 0 ? ['the header once more'] : []),
      ...(this.#rulers > 0 ? ['lines of dashes'] : []),
      ...(this.#endMarks > 0 ? ['the mark with which DOS ends a file'] : []),
    ].join(' and ');
    const more = count > this.#named.length ? ', …' : '';
    const rows = count === 1 ? `Row ${this.#named[0]} is no product and is` : `${count} rows`;
    const where = count === 1 ? '' : ` (rows ${this.#named.join(', ')}${more})`;
    const what = count === 1 ? kinds.replace('lines', 'a line') : kinds;
    return [`${rows}${count === 1 ? '' : ' are no products and are'} skipped: ${what}${where}`];
  }
}

/** A number for the first letters, whatever their case; -1 where not all are some. */
function beginningOf(bytes: Uint8Array, from: number): number {
  let number = 0;
  for (let at = from; at < from + beginning; at++) {
    const letter = bytes[at]! | 0x20;
    if (!(letter >= 0x61 && letter <= 0x7a)) return -1;
    number = number * 32 + (letter & 31);
  }
  return number;
}

function isDigitCode(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Markdown's rows begin and end with their delimiter, which leaves a blank cell there. */
function isRuler({ cells }: Row): boolean {
  const isOuter = (at: number) => cells.length > 2 && (at === 0 || at === cells.length - 1);
  return cells.every((cell, at) => {
    return typeof cell === 'string' && (ruler.test(cell.trim()) || (cell === '' && isOuter(at)));
  });
}

/** A line that DOS ends a file with. */
export function isEndMark({ cells }: Row): boolean {
  return cells.length === 1 && cells[0] === '\x1a';
}

/** Whether this is the column's own header, or another name of the field that it fills. */
function namesColumn(cell: Cell, column: PlannedColumn | undefined): boolean {
  const text = cellText(cell);
  if (column === undefined || text.length > maxHeaderLength) return false;
  const key = headerKey(text);
  if (key !== '' && key === headerKey(column.header)) return true;
  if (column.isAction) return matchHeader(text, null)?.target === 'action';
  if (column.field === null || column.field === 'attributes') return text.trim() === column.header;
  return matchHeader(text, null)?.target === column.field;
}
