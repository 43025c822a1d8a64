import type { Row, SourceRow } from '../source/source.js';
import { isBlank } from './cell.js';
import { Fault } from './reject.js';

export const raggedChoices = ['auto', 'accept', 'reject'] as const;

/** Rows, at least, from which is learnt what a short row means. */
const fullRowsFrom = 10;
/** The same for blank cells that every row has beyond the header. */
const wideRowsFrom = 2;

/**
 * What becomes of rows with fewer or more cells than the header. In a text a delimiter may be too
 * many or too few; in a sheet blank cells mean nothing.
 */
export class Widths {
  readonly width: number;
  /** The rows of the sample that have all cells. */
  readonly fullRows: readonly Row[];
  readonly #ragged: (typeof raggedChoices)[number];
  /** Whether a short row is taken. */
  readonly takesShort: boolean;
  /** Blank cells beyond the header that every row has. */
  readonly #extra: number;
  #short = 0;
  #wide = 0;
  /** Numbers of rows that are parts of one, until they are read. */
  readonly #cut = new Set<number>();
  /** Whether rows are out of step; see `isRest`. */
  isBehindMisplaced = false;

  /**
   * @param width how many cells the header has
   * @param sample rows below it, from the beginning of the file
   */
  constructor(
    width: number,
    sample: readonly SourceRow[],
    ragged: (typeof raggedChoices)[number] = 'accept',
  ) {
    const counts = sample.flatMap((row) => ('cells' in row ? [row.cells.length] : []));
    const full = counts.filter((count) => count >= width).length;
    const isUsuallyFull = counts.length >= fullRowsFrom && full * 10 >= counts.length * 9;
    this.fullRows = sample.filter((row) => 'cells' in row && row.cells.length === width) as Row[];
    const narrowest = counts.reduce((a, b) => Math.min(a, b), Infinity);
    this.width = width;
    this.#ragged = ragged;
    this.takesShort = ragged === 'accept' || (ragged === 'auto' && !isUsuallyFull);
    this.#extra = ragged === 'accept' ? Infinity : 0;
    if (ragged === 'auto' && counts.length >= wideRowsFrom) {
      this.#extra = Math.max(0, narrowest - width);
    }
  }

  /** Why a row of another width can't be taken; null where it can, and has been counted. */
  fault({ cells, line, rowNumber }: Row): Fault | null {
    if (this.#cut.delete(rowNumber)) return new Fault('column_count', this.#cutSentence(cells));
    const isWide = cells.length > this.width;
    if (line === null && !isWide) return null;
    const isTaken = isWide ? this.#takesExtra(cells, line === null) : this.takesShort;
    if (!isTaken) return new Fault('column_count', this.#sentence(cells));
    if (line !== null && isWide) this.#wide++;
    else if (line !== null) this.#short++;
    return null;
  }

  /** Notes rows that are one, cut in two by a line end: each of them is rejected. */
  noteCut(rows: readonly Row[]): void {
    for (const { rowNumber } of rows) this.#cut.add(rowNumber);
  }

  #cutSentence({ length }: Row['cells']): string {
    return (
      `The row has ${cellsOf(length)}, the header ${this.width}: it looks like a part of one row ` +
      'with its neighbour. Put cells that hold a line end in quotes (--ragged accept takes both)'
    );
  }

  /** Whether short rows are to be looked at, as they may be parts of one. */
  get mayBeCut(): boolean {
    return this.#ragged === 'auto' && this.takesShort && this.width > 2;
  }

  #takesExtra(cells: Row['cells'], anyNumber: boolean): boolean {
    const most = anyNumber ? Infinity : this.#extra;
    return cells.length - this.width <= most && cells.slice(this.width).every(isBlank);
  }

  #sentence(cells: Row['cells']): string {
    const counts = `The row has ${cellsOf(cells.length)}, the header ${this.width}`;
    if (cells.slice(this.width).some((cell) => !isBlank(cell))) {
      return `${counts}: put cells that hold the delimiter in quotes`;
    }
    if (this.#ragged === 'reject') return `${counts}: --ragged reject takes no such row`;
    return cells.length > this.width
      ? `${counts}: a delimiter may be too many (--ragged accept ignores blank cells at the end)`
      : `${counts}, as nearly all rows: a delimiter may be missing (--ragged accept takes the last cells for absent)`;
  }

  /**
   * Whether the row is what is left of a record whose quotes were misplaced: such a record is
   * rejected by its first line, and what follows it is a row only from the next line in step on. To
   * be asked of each row, in order.
   */
  isRest(row: SourceRow): boolean {
    if ('unreadable' in row) {
      if (row.unreadable.code === 'quote_misplaced') this.isBehindMisplaced = true;
      return row.unreadable.isRest === true;
    }
    if (!this.isBehindMisplaced) return false;
    const { length } = row.cells;
    const isInStep =
      length === this.width || (length > this.width && this.#takesExtra(row.cells, false));
    this.isBehindMisplaced = !isInStep;
    return !isInStep;
  }

  /** How many rows of another width were taken. */
  warnings(): string[] {
    const way = '(--ragged reject takes no such row)';
    const warnings: string[] = [];
    if (this.#short > 0) {
      const rows = this.#short === 1 ? 'One row has' : `${this.#short} rows have`;
      warnings.push(`${rows} fewer cells than the header; those lacking count as absent ${way}`);
    }
    if (this.#wide > 0) {
      const rows = this.#wide === 1 ? 'One row has' : `${this.#wide} rows have`;
      warnings.push(`${rows} blank cells beyond the header, which are ignored ${way}`);
    }
    return warnings;
  }
}

function cellsOf(count: number): string {
  return count === 1 ? 'one cell' : `${count} cells`;
}
