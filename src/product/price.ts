import type { Cell } from '../source/source.js';
import { cellFault, cellText } from './cell.js';
import {
  isCurrency,
  type Decimal,
  decimalText,
  readDecimal,
  roundedTo,
  roundedToPlaces,
  sheetDigits,
} from './decimal.js';
import { Fault, quoted } from './reject.js';
import { nullOption } from './null-words.js';

export type DecimalMark = 'auto' | '.' | ',';

/** numeric(16,4): what PostgreSQL would round or refuse, we refuse. */
const maxInteger = 12;
const maxFraction = 4;

/** How prices are read, and what a message about one may name. */
export interface PriceReading {
  mark: DecimalMark;
  /** Rounds texts of more than four decimals, too; numbers of workbooks always are. */
  rounds: boolean;
  /** Whether a text of digits with a point means just that, as programs write it. */
  isExact?: boolean;
  /** Whether `--null` and `--round-prices` can be given. */
  isOfFile: boolean;
  /** Called for each price that was rounded to four decimals. */
  onRounded?: () => void;
}

/** A plain decimal such as `1234.5`, without superfluous zeros; null where the cell is blank. */
export function readPrice(cell: Cell, reading: PriceReading): string | null | Fault {
  const plain = typeof cell === 'string' ? plainPrice(cell, reading.mark) : null;
  if (plain !== null) return plain;
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  if (typeof cell !== 'string') return typedPrice(cell, reading);
  const text = cell.trim();
  return text === '' ? null : writtenPrice(text, reading);
}

/** `123`, `1234.5`, `9.90`: nothing to decide, and no expression needed; null for all others. */
export function plainPrice(text: string, mark: DecimalMark): string | null {
  let point = -1;
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) continue;
    if (code !== 0x2e || point >= 0 || mark === ',') return null;
    point = i;
  }
  const before = point < 0 ? length : point;
  if (before < 1 || before > maxInteger) return null;
  if (text.charCodeAt(0) === 0x30 && before > 1) return null;
  if (point < 0) return text;
  const after = length - point - 1;
  if (after < 1 || after > maxFraction || (after === 3 && before <= 3)) return null;
  return withoutTrailingZeros(text, point);
}

function withoutTrailingZeros(text: string, point: number): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x30) end--;
  return end === text.length ? text : text.slice(0, end === point + 1 ? point : end);
}

function typedPrice(cell: Exclude<Cell, string>, reading: PriceReading): string | null | Fault {
  if (cell.kind !== 'json') return workbookPrice(cell, reading);
  const decimal = readDecimal(cell.text);
  return decimal === null ? invalid(cell.text, reading) : inRange(decimal, cell, reading);
}

function workbookPrice(cell: Exclude<Cell, string>, reading: PriceReading): string | null | Fault {
  const decimal = cell.kind === 'number' ? readDecimal(cell.text) : null;
  if (decimal === null) return invalid(cellText(cell), reading);
  if (cell.kind === 'number' && isShare(cell.format)) return share(cell.text, cell.format!);
  return inRange(roundedTo(decimal, sheetDigits), cell, { ...reading, rounds: true });
}

/** Whether the sheet shows a percentage, which no price is: `0%`, but not `0.00 "% off"`. */
function isShare(format: string | null): boolean {
  return format !== null && format.includes('%') && /%/.test(format.replace(/"[^"]*"|\\./g, ''));
}

function share(text: string, format: string): Fault {
  return new Fault(
    'price_invalid',
    `The sheet shows ${quoted(text)} as a percentage (${quoted(format)}), not as a price: ` +
      'give the cell the format of a number, with the price in it',
  );
}

/** `1.234` in a file where programs write numbers as texts. */
const exact = /^-?\d+\.\d+$/;

function writtenPrice(text: string, reading: PriceReading): string | Fault {
  if (reading.isExact && reading.mark !== ',' && exact.test(text)) {
    return inRange(readDecimal(text)!, text, reading);
  }
  const decimal = readAmount(text, reading.mark);
  if (decimal === 'invalid') return invalid(text, reading);
  if (decimal === 'ambiguous') return ambiguous(text);
  return inRange(decimal, text, reading);
}

/** An amount by its decimal mark; currency, signs and spaces around it are taken off. */
export function readAmount(text: string, mark: DecimalMark): Decimal | 'invalid' | 'ambiguous' {
  const amount = stripAround(text);
  if (amount === null) return 'invalid';
  const marks = mark === 'auto' ? findMarks(amount) : fixedMarks(mark);
  if (marks === 'ambiguous') return marks;
  const plain = plainNumber(amount.number, marks);
  const decimal = plain === null ? null : readDecimal(plain);
  if (decimal === null) return 'invalid';
  // The dash stands in the place of the decimals: there are no others.
  if (amount.dashMark !== null && amount.number.includes(marks.decimal ?? '\0')) return 'invalid';
  const isZero = decimal.integer === '0' && decimal.fraction === '';
  return { ...decimal, negative: amount.isNegative && !isZero };
}

/** Spaces as thousands separators: plain, no-break, figure, thin, narrow no-break. */
const space = /[ \u00a0\u2007\u2009\u202f]/gu;
const around =
  /^(\D*?)((?:(?<!\p{L})[.,])?\d(?:[\d.,'’ \u00a0\u2007\u2009\u202f]*\d)?)([.,]?)(\D*)$/u;
/** `12.-`, `12,–` and `12,-- €` are whole prices: the dash stands for the decimals. */
const dashes = /^[-−\u2010-\u2015]{1,2}/u;

interface Amount {
  isNegative: boolean;
  /** Starts and ends with a digit, or starts with a mark. */
  number: string;
  /** The decimal mark after which a dash stands instead of decimals; null where none does. */
  dashMark: '.' | ',' | null;
}

/** Takes off sign, currency and spaces; but the point of `Rs.500` belongs to the abbreviation. */
function stripAround(text: string): Amount | null {
  const match = around.exec(text);
  if (!match) return null;
  const [, before = '', number = '', end = '', after = ''] = match;
  const prefix = before.replace(/\s+/gu, '');
  const sign = /^[-+−]|[-+−]$/u.exec(prefix)?.[0] ?? '';
  const currency = sign === '' ? prefix : prefix.replace(sign, '');
  const dash = end === '' ? '' : (dashes.exec(after)?.[0] ?? '');
  const unit = after.slice(dash.length).replace(/\s+/gu, '');
  if (!isCurrency(currency) || !isCurrency(unit)) return null;
  const isNegative = sign !== '' && sign !== '+';
  return { isNegative, number: normalised(number), dashMark: dash === '' ? null : (end as '.') };
}

function normalised(number: string): string {
  return number.replace(space, ' ').replaceAll('’', "'");
}

interface Marks {
  decimal: '.' | ',' | null;
  group: '.' | ',' | null;
}

function fixedMarks(mark: '.' | ','): Marks {
  return { decimal: mark, group: mark === '.' ? ',' : '.' };
}

function findMarks({ number, dashMark }: Amount): Marks | 'ambiguous' {
  if (dashMark !== null) return fixedMarks(dashMark);
  const point = number.lastIndexOf('.');
  const comma = number.lastIndexOf(',');
  if (point >= 0 && comma >= 0) return fixedMarks(point > comma ? '.' : ',');
  if (point < 0 && comma < 0) return { decimal: null, group: null };
  const mark = point >= 0 ? '.' : ',';
  if (number.indexOf(mark) !== number.lastIndexOf(mark)) return { decimal: null, group: mark };
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(number)) return 'ambiguous';
  return { decimal: mark, group: null };
}

/** Digits with at most one point, or null where the groups don't fit together. */
function plainNumber(number: string, marks: Marks): string | null {
  const parts = marks.decimal === null ? [number] : number.split(marks.decimal);
  const [whole = '', fraction = '', ...more] = parts;
  if (more.length > 0 || !/^\d*$/.test(fraction)) return null;
  const integer = ungrouped(whole, marks.group);
  return integer === null ? null : `${integer}.${fraction}`;
}

/** Takes thousands separators out; they must all be the same, and stand where they belong. */
function ungrouped(whole: string, group: string | null): string | null {
  if (/^\d*$/.test(whole)) return whole;
  for (const separator of [' ', "'", group]) {
    if (separator === null || !whole.includes(separator)) continue;
    const digits = whole.split(separator);
    const shape = digits.map((part) => (/^\d+$/.test(part) ? part.length : 'x')).join(',');
    if (whole.startsWith('0')) return null;
    // Groups of three; in India, groups of two before the last three.
    return /^[123](,3)+$|^[12](,2)+,3$/.test(shape) ? digits.join('') : null;
  }
  return null;
}

function inRange(exact: Decimal, cell: Cell, reading: PriceReading): string | Fault {
  if (exact.negative) return outOfRange(cell, 'a price is not negative');
  const isLong = exact.fraction.length > maxFraction;
  if (isLong && !reading.rounds) {
    const wayOut = reading.isOfFile ? ', which --round-prices would round to' : ': round it';
    return outOfRange(cell, `a price has at most 4 decimals${wayOut}`);
  }
  const decimal = isLong ? roundedToPlaces(exact, maxFraction) : exact;
  if (decimal.integer.length > maxInteger) {
    return outOfRange(cell, 'a price has at most 12 digits before the decimal mark');
  }
  if (isLong) {
    if (decimal.integer === '0' && decimal.fraction === '') {
      return outOfRange(cell, 'rounded to 4 decimals it would be 0');
    }
    reading.onRounded?.();
  }
  return decimalText(decimal);
}

function outOfRange(cell: Cell, why: string): Fault {
  return new Fault('out_of_range', `${quoted(cellText(cell))} is out of range: ${why}`);
}

function invalid(text: string, reading: PriceReading): Fault {
  const wayOut = /\p{N}/u.test(text) ? markOf(text, reading) : blankFor(text, reading);
  return new Fault('price_invalid', `${quoted(text)} is not a price: ${wayOut}`);
}

/** Another mark is named only where it would make a price of the text. */
function markOf(text: string, { mark }: PriceReading): string {
  const others = (['auto', '.', ','] as const).filter((other) => other !== mark);
  const right = others.find((other) => typeof readAmount(text, other) === 'object');
  const option = right === undefined ? '' : `, or say what its decimal mark is: --decimal ${right}`;
  return `write it like 1234.56${option}`;
}

/** Words such as "POA" or "n/a" say that there is no price. */
function blankFor(text: string, { isOfFile }: PriceReading): string {
  const option = isOfFile ? nullOption('price', text) : null;
  const other = option === null ? '' : `, or have the word taken for blank: ${option}`;
  return `leave the cell blank where there is none${other}`;
}

function ambiguous(text: string): Fault {
  const [whole = '', fraction = ''] = stripAround(text)!.number.split(/[.,]/);
  return new Fault(
    'price_ambiguous',
    `${quoted(text)} could be ${whole}${fraction} or ${whole}.${fraction}: ` +
      'say which with --decimal . or --decimal ,',
  );
}

/** A stored price as JSON shows it: `8.2000` → `8.20`, `0.1250` → `0.125`, `7` → `7.00`. */
export function shownPrice(stored: string): string {
  const [whole, decimals = ''] = stored.split('.') as [string, string?];
  return `${whole}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`;
}
