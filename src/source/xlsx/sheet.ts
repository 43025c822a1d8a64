import type { Cell, SourceRow, UnreadableRow } from '../source.js';
import { columnOf, hasLoneSurrogate, toCell, type RawCell } from './cell.js';
import {
  damaged,
  tooLarge,
  bombFloorBytes,
  maxCellCharacters,
  maxColumns,
  maxInflation,
  maxRows,
} from './fault.js';
import type { SharedStrings } from './shared-strings.js';
import type { NumberFormat } from './number-format.js';
import type { XmlEvents } from '../xml.js';

/** From this length on V8 makes a substring a view of the whole (`SlicedString::kMinLength`). */
const sharedCutCharacters = 13;

/** Blank columns from which on a row is widened at once. */
const wideGap = 64;

/** What a cell takes besides its text. */
const cellCharacters = 32;

/** What the cells of a sheet are read with. */
export interface SheetSurroundings {
  /** How messages call the file. */
  name: string;
  part: string;
  fileBytes: number;
  strings: SharedStrings;
  formats: NumberFormat[];
  uses1904: boolean;
}

/**
 * Turns the events of a worksheet into rows: worksheet > sheetData > row > c > v, or is > t, or
 * is > r > t. Blank cells and rows leave no trace, and the declared range is not looked at.
 */
export class SheetReader implements XmlEvents {
  /** Roughly the characters, or as much memory in cells, of the rows that wait to be taken. */
  pendingCharacters = 0;
  /** Of the last row. */
  rowNumber = 0;
  private inData = false;
  private rows: SourceRow[] = [];
  private expansion = 0;
  private inRow = false;
  private inCell = false;
  private inInline = false;
  private inRun = false;
  private isWanted = false;
  private cells: Cell[] = [];
  private rowCharacters = 0;
  private unreadable: UnreadableRow['unreadable'] | null = null;
  private column = -1;
  private readonly raw: RawCell = { type: 'n', style: 0, value: null, isFormula: false };

  private readonly mostExpansion: number;

  constructor(private readonly around: SheetSurroundings) {
    this.mostExpansion = Math.max(bombFloorBytes, around.fileBytes * maxInflation);
  }

  get pendingRows(): number {
    return this.rows.length;
  }

  /** Hands over the rows completed since the last call. */
  take(): SourceRow[] {
    const rows = this.rows;
    this.rows = [];
    this.pendingCharacters = 0;
    return rows;
  }

  /**
   * Whether a row of this number may come next.
   * @param expansion characters and cells that a few of its bytes stand for
   */
  allows(rowNumber: number, expansion: number): boolean {
    const isNext = rowNumber > this.rowNumber && rowNumber <= maxRows;
    return this.inData && isNext && this.expansion + expansion <= this.mostExpansion;
  }

  /** Notes a row that somebody else has read. */
  pass(rowNumber: number, expansion: number, characters: number): void {
    this.rowNumber = rowNumber;
    this.expansion += expansion;
    this.pendingCharacters += characters;
  }

  open(name: string, attributes: Record<string, string>, depth: number): void {
    if (depth === 1) this.requireWorksheet(name);
    else if (depth === 2) this.inData = name === 'sheetData';
    else if (depth === 3) {
      this.inRow = this.inData && name === 'row';
      if (this.inRow) this.startRow(attributes['r']);
    } else if (depth === 4) {
      this.inCell = this.inRow && name === 'c';
      if (this.inCell) this.startCell(attributes);
    } else if (this.inCell) this.openInCell(name, depth);
  }

  text(piece: string): void {
    if (!this.isWanted) return;
    const value = this.raw.value ?? '';
    if (value.length <= maxCellCharacters) this.raw.value = value + piece;
  }

  close(_name: string, depth: number): void {
    this.isWanted = false;
    if (depth === 4 && this.inCell) this.endCell();
    else if (depth === 3 && this.inRow) this.endRow();
  }

  private requireWorksheet(name: string): void {
    if (name === 'worksheet') return;
    throw damaged(this.around.name, `its part ${this.around.part} is no worksheet but "${name}"`);
  }

  private openInCell(name: string, depth: number): void {
    if (depth === 5) {
      this.inInline = name === 'is';
      this.isWanted = name === 'v';
      if (name === 'f') this.raw.isFormula = true;
      if (this.isWanted || this.inInline) this.raw.value = '';
    } else if (depth === 6) {
      this.inRun = this.inInline && name === 'r';
      this.isWanted = this.inInline && name === 't';
    } else {
      this.isWanted = depth === 7 && this.inRun && name === 't';
    }
  }

  private startRow(number: string | undefined): void {
    this.rowNumber = number === undefined ? this.rowNumber + 1 : this.parseRowNumber(number);
    this.cells = [];
    this.rowCharacters = 0;
    this.unreadable = null;
    this.column = -1;
  }

  private parseRowNumber(text: string): number {
    const number = Number(text);
    const isNext = Number.isInteger(number) && number > this.rowNumber;
    if (isNext && number <= maxRows) return number;
    const place = this.rowNumber === 0 ? '' : ` below row ${this.rowNumber}`;
    throw damaged(this.around.name, `a row${place} is numbered "${text.slice(0, 20)}"`);
  }

  private startCell(attributes: Record<string, string>): void {
    const reference = attributes['r'];
    this.column = reference === undefined ? this.column + 1 : columnOf(reference);
    if (this.column < 0 || this.column >= maxColumns) {
      const place = (reference ?? 'XFE').slice(0, 20);
      throw damaged(this.around.name, `row ${this.rowNumber} has a cell at "${place}"`);
    }
    this.raw.type = attributes['t'] ?? 'n';
    this.raw.style = Number(attributes['s'] ?? 0);
    this.raw.isFormula = false;
    this.raw.value = null;
    this.inInline = false;
  }

  private endCell(): void {
    this.inCell = false;
    if (this.unreadable) return;
    if (this.raw.type === 's' && this.raw.value) this.lookUp(Number(this.raw.value));
    else if (this.raw.value) this.raw.value = detached(this.raw.value);
    const text = this.raw.value ?? '';
    this.rowCharacters += text.length;
    if (this.rowCharacters > maxCellCharacters) this.giveUpRow('record_too_large', text);
    if (hasLoneSurrogate(text)) this.giveUpRow('invalid_encoding', text);
    const cell = toCell(this.raw, this.around.formats, this.around.uses1904);
    if (cell === '') return;
    if (this.cells.length < this.column) this.fillGap();
    if (this.cells[this.column]) throw this.cellTwice();
    this.cells[this.column] = cell;
  }

  private cellTwice(): Error {
    const what = `row ${this.rowNumber} has two cells in column ${this.column + 1}`;
    return damaged(this.around.name, what);
  }

  private fillGap(): void {
    const gap = this.column - this.cells.length;
    this.countExpansion(gap);
    if (gap >= wideGap) this.cells = widened(this.cells, this.column + 1);
    else while (this.cells.length < this.column) this.cells.push('');
  }

  private lookUp(index: number): void {
    const { strings } = this.around;
    const text = strings.get(index);
    if (strings.isTooLong(index)) this.giveUpRow('record_too_large', text);
    this.countExpansion(text.length);
    this.raw.value = text;
  }

  /**
   * A small file may name a long text, or the last column, often enough to fill any memory. What is
   * made of so little is bounded like what is inflated.
   */
  private countExpansion(charactersOrCells: number): void {
    const { name, fileBytes } = this.around;
    this.expansion += charactersOrCells;
    if (this.expansion <= this.mostExpansion) return;
    throw tooLarge(
      name,
      `its ${fileBytes} bytes repeat texts or skip columns until there are ${this.expansion} characters and cells`,
    );
  }

  private giveUpRow(code: 'record_too_large' | 'invalid_encoding', text: string): void {
    const message =
      code === 'record_too_large'
        ? `The row holds more than ${maxCellCharacters} characters`
        : 'A cell holds half a character (an escape such as _xD83D_ without its other half)';
    this.unreadable ??= { code, value: beginningOf(text), message };
  }

  private endRow(): void {
    this.inRow = false;
    const { rowNumber, unreadable, cells } = this;
    if (unreadable) this.rows.push({ rowNumber, line: null, unreadable });
    else if (cells.length > 0) {
      this.rows.push({ rowNumber, line: null, cells });
      this.pendingCharacters += this.rowCharacters + cells.length * cellCharacters;
    }
  }
}

/** Made in one piece: pushing thousands of blanks takes twice the time, and as much memory again. */
function widened(cells: Cell[], length: number): Cell[] {
  const wide = new Array<Cell>(length).fill('');
  cells.forEach((cell, column) => (wide[column] = cell));
  return wide;
}

/** A cut from a longer text keeps all of that in memory for as long as anybody holds the cell. */
function detached(text: string): string {
  return text.length < sharedCutCharacters ? text : Buffer.from(text).toString();
}

function beginningOf(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.slice(0, 200).replace(/[\u0000-\u001f\u007f]|[\ud800-\udfff](?!\S)/gu, ' ');
}
