import type { PlacedRecord, Taker } from '../source.js';
import { batchCharacters, maxCellCharacters, maxColumns } from './fault.js';
import { showsDigits } from './number-format.js';
import type { PlainElements } from './part.js';
import { isAt, PlainText } from './plain-text.js';
import type { SheetReader, SheetSurroundings } from './sheet.js';

const bytesOf = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));
const rowBegin = Buffer.from('<row');
const rowNumber = Buffer.from(' r="');
const rowEnd = Buffer.from('</row>');
const valueBegins = bytesOf('<v>', '<v xml:space="preserve">') as [Buffer, Buffer];
const valueEnd = Buffer.from('</v></c>');
const inlineBegins = bytesOf('<is><t>', '<is><t xml:space="preserve">') as [Buffer, Buffer];
const inlineEnd = Buffer.from('</t></is></c>');
/** Some write it at cells, too. */
const kept = Buffer.from(' xml:space="preserve"');
const cellEnd = Buffer.from('</c>');

/** What `t` says of a cell. */
const types = bytesOf('s"', 'str"', 'n"', 'inlineStr"');
const [sharedType, numberType, inlineType] = [0, 2, 3] as const;

const space = 0x20;
const quote = 0x22;
const point = 0x2e;
const slash = 0x2f;
const zero = 0x30;
const lessSign = 0x3c;
const equalsSign = 0x3d;
const greaterSign = 0x3e;
const letterC = 0x63;
/** The attributes of a cell that are known, each with a bit of its own. */
const bits = new Uint8Array(256);
[bits[0x72], bits[0x73], bits[0x74], bits[0x78]] = [1, 2, 4, 8];
const [referenceBit, styleBit, keptBit] = [1, 2, 8] as const;

/** What may stand in the tag of a row behind its number. */
const usualAttributes = /^(?: [a-z][\w.:-]*="[ !#-%'-;=-~]*")*$/i;

/** As many digits as a spreadsheet keeps. */
const mostDigits = 15;
/** More digits than a row's number, a style or the number of a text has. */
const longestNumber = 9;

/**
 * Hands rows to a taker by their bytes alone, where they are as nearly all programs write them: texts
 * and numbers of as many digits as they show, each cell once and in order. Of any other row it says
 * so, and the reader of XML has it.
 */
export class PlainSheet implements PlainElements {
  readonly begin = '<row';
  readonly end = '</row>';
  readonly depth = 3;
  /** A few bytes of text may stand for megabytes of shared text. */
  readonly stepCharacters = 4096;
  private readonly text = new PlainText();
  private readonly record: PlacedRecord;
  /** By style: whether a number is shown by its digits. */
  private readonly digits: readonly boolean[];
  /** The attributes of the last row, which most others have, too. */
  private attributes = Buffer.alloc(0);
  private at = 0;
  /** The column of the last cell, and how many columns are filled. */
  private column = -1;
  private filled = 0;
  /** What the row has of other places, or of none: see `SheetReader.allows`. */
  private expansion = 0;

  constructor(
    private readonly sheet: SheetReader,
    private readonly around: SheetSurroundings,
    private readonly taker: () => Taker | null,
  ) {
    this.digits = around.formats.map(showsDigits);
    const bounds = new Uint32Array(0);
    const { bytes } = this.text;
    this.record = { rowNumber: 0, line: null, bytes, bounds, first: 0, last: 0 };
  }

  get isFull(): boolean {
    return this.sheet.pendingCharacters >= batchCharacters;
  }

  take(bytes: Buffer, from: number): number {
    const taker = this.taker();
    if (taker === null || !isAt(bytes, from, rowBegin)) return -1;
    const width = taker.takesDecimals.length;
    this.clear(bytes.length - from, width);
    this.at = from + rowBegin.length;
    if (!this.readRowTag(bytes)) return -1;
    while (bytes[this.at] === lessSign && bytes[this.at + 1] === letterC) {
      this.at += 2;
      if (!this.readCell(bytes, taker)) return -1;
    }
    if (!isAt(bytes, this.at, rowEnd) || !this.isTaken(taker, width)) return -1;
    return this.at + rowEnd.length;
  }

  private clear(bytes: number, width: number): void {
    this.text.clear();
    this.text.reserve(bytes);
    this.column = -1;
    this.filled = 0;
    this.expansion = 0;
    if (this.record.bounds.length < width * 2) this.record.bounds = new Uint32Array(width * 2);
    this.record.last = width * 2;
  }

  private isTaken(taker: Taker, width: number): boolean {
    const { text, record, sheet, expansion } = this;
    if (text.hasEscape || text.length > maxCellCharacters) return false;
    if (!sheet.allows(record.rowNumber, expansion)) return false;
    if (this.filled > 0) {
      this.leaveBlank(width);
      record.bytes = text.bytes;
      if (!taker.takes(record)) return false;
    }
    sheet.pass(record.rowNumber, expansion, text.length);
    return true;
  }

  private readRowTag(bytes: Buffer): boolean {
    const { record, sheet } = this;
    record.rowNumber = sheet.rowNumber + 1;
    if (isAt(bytes, this.at, rowNumber)) {
      this.at += rowNumber.length;
      record.rowNumber = this.readNumber(bytes);
      if (bytes[this.at++] !== quote) return false;
    }
    const end = bytes.indexOf(greaterSign, this.at);
    if (end < 0 || !this.hasUsualAttributes(bytes, this.at, end)) return false;
    this.at = end + 1;
    return true;
  }

  private hasUsualAttributes(bytes: Buffer, from: number, to: number): boolean {
    const { attributes } = this;
    if (to - from === attributes.length && isAt(bytes, from, attributes)) return true;
    const text = bytes.toString('latin1', from, to);
    const names = text.match(/[^" ]+(?==")/g) ?? [];
    const isEachNew = new Set(names).add('r').size === names.length + 1;
    if (!isEachNew || !usualAttributes.test(text)) return false;
    this.attributes = Buffer.from(text, 'latin1');
    return true;
  }

  /** @returns -1 where there is none */
  private readNumber(bytes: Buffer): number {
    const start = this.at;
    let number = 0;
    for (;;) {
      const digit = bytes[this.at]! - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      number = number * 10 + digit;
      this.at++;
    }
    const length = this.at - start;
    return length > 0 && length <= longestNumber ? number : -1;
  }

  private readCell(bytes: Buffer, taker: Taker): boolean {
    let column = this.column + 1;
    let style = 0;
    let type: number = numberType;
    let seen = 0;
    while (bytes[this.at] === space) {
      const bit = bits[bytes[this.at + 1]!]!;
      if (bit === 0 || (seen & bit) !== 0) return false;
      seen |= bit;
      if (bit === keptBit) {
        if (!this.passes(bytes, kept)) return false;
        continue;
      }
      if (bytes[this.at + 2] !== equalsSign || bytes[this.at + 3] !== quote) return false;
      this.at += 4;
      if (bit === referenceBit) column = this.readReference(bytes);
      else if (bit === styleBit) style = this.readNumber(bytes);
      else type = this.readType(bytes);
      if (style < 0 || type < 0 || bytes[this.at++] !== quote) return false;
    }
    if (column <= this.column || column >= maxColumns) return false;
    this.column = column;
    if (bytes[this.at] === slash && bytes[this.at + 1] === greaterSign) {
      this.at += 2;
      return true;
    }
    if (bytes[this.at++] !== greaterSign) return false;
    if (bytes[this.at + 1] === slash) return this.passes(bytes, cellEnd);
    const start = this.text.length;
    const { takesDecimals } = taker;
    const isRead =
      type === numberType
        ? this.readDigits(bytes, style, takesDecimals[column] === true)
        : this.readText(bytes, type);
    if (!isRead || this.text.length === start) return isRead;
    this.fill(column, start);
    return column < takesDecimals.length;
  }

  private fill(column: number, start: number): void {
    this.expansion += column - this.filled;
    const { bounds } = this.record;
    this.leaveBlank(column, start);
    bounds[2 * column] = start;
    bounds[2 * column + 1] = this.text.length;
    this.filled = column + 1;
  }

  /** The columns up to this one, from the last one that is filled. */
  private leaveBlank(to: number, place = this.text.length): void {
    const { bounds } = this.record;
    for (let i = 2 * this.filled; i < 2 * to; i++) bounds[i] = place;
  }

  /** The column of a reference such as `AB12`, from 0; -1 where there is none. */
  private readReference(bytes: Buffer): number {
    let column = 0;
    for (let letters = 0; letters < 3; letters++) {
      const letter = bytes[this.at]! - 0x40;
      if (!(letter >= 1 && letter <= 26)) break;
      column = column * 26 + letter;
      this.at++;
    }
    return this.readNumber(bytes) < 0 ? -1 : column - 1;
  }

  private readType(bytes: Buffer): number {
    for (let type = 0; type < types.length; type++) {
      if (!this.passes(bytes, types[type]!)) continue;
      this.at--;
      return type;
    }
    return -1;
  }

  private passes(bytes: Buffer, wanted: Buffer): boolean {
    if (!isAt(bytes, this.at, wanted)) return false;
    this.at += wanted.length;
    return true;
  }

  private readText(bytes: Buffer, type: number): boolean {
    const [begin, keptBegin] = type === inlineType ? inlineBegins : valueBegins;
    if (!this.passes(bytes, begin) && !this.passes(bytes, keptBegin)) return false;
    if (type === sharedType) {
      return this.addShared(this.readNumber(bytes), bytes.length) && this.passes(bytes, valueEnd);
    }
    this.at = this.text.addXml(bytes, this.at);
    if (this.at < 0) return false;
    return this.passes(bytes, type === inlineType ? inlineEnd : valueEnd);
  }

  /** @param room for what the row may have besides */
  private addShared(index: number, room: number): boolean {
    const { strings } = this.around;
    if (!strings.has(index) || strings.isTooLong(index)) return false;
    const { bytes, from, to } = strings.find(index);
    this.text.reserve(to - from + room);
    this.expansion += this.text.add(bytes, from, to);
    return true;
  }

  /** Takes `12` and `2.5`, written as a person would: its text is what its sheet shows. */
  private readDigits(bytes: Buffer, style: number, takesDecimals: boolean): boolean {
    const isShownSo = this.digits[style] ?? true;
    if (!isShownSo || !this.passes(bytes, valueBegins[0])) return false;
    const start = this.at;
    let end = digitsEnd(bytes, start);
    if (end === start || (bytes[start] === zero && end > start + 1)) return false;
    if (bytes[end] === point) {
      const from = end + 1;
      end = digitsEnd(bytes, from);
      if (!takesDecimals || end === from || bytes[end - 1] === zero) return false;
    }
    if (end - start > mostDigits) return false;
    this.text.add(bytes, start, end);
    this.at = end;
    return this.passes(bytes, valueEnd);
  }
}

function digitsEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at]! >= zero && bytes[at]! <= zero + 9) at++;
  return at;
}
