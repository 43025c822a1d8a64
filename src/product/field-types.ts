import type { Cell } from '../source/source.js';
import { cellFault, cellText, isBlankText } from './cell.js';
import {
  type Decimal,
  decimalText,
  hasSheetDigits,
  readDecimal,
  roundedTo,
  sheetDigits,
} from './decimal.js';
import { isNumeric, type FieldValue, type FieldDefinition } from './field.js';
import { isUrl, usualImages } from './images.js';
import { nullOption } from './null-words.js';
import { type DecimalMark, readAmount, shownPrice } from './price.js';
import { Fault, quoted } from './reject.js';
import { plainFlag, readBoolean, readText } from './text.js';

export type DateOrder = 'ymd' | 'dmy' | 'mdy';

/** How a cell of a field of one's own is read, and what a message about it may name. */
export interface FieldReading {
  mark: DecimalMark;
  dateOrder: DateOrder;
  /** Whether a text of digits with at most one point means just that, whatever the mark: in JSON. */
  isExact?: boolean;
  /** Whether options of a load can be given. */
  isOfFile: boolean;
}

type Read = (cell: Cell) => FieldValue | null | Fault;

/** Reads cells of this field: null where one is blank. */
export function fieldReader(field: FieldDefinition, reading: FieldReading): Read {
  switch (field.type) {
    case 'text':
      return readText;
    case 'integer':
    case 'number':
    case 'money':
      return numberReader(field, reading);
    case 'boolean':
      return (cell) => readBoolean(cell, plainFlag);
    case 'date':
      return ofText((text) => readDate(text, field, reading));
    case 'choice':
      return choiceReader(field, reading);
    case 'gtin':
      return ofText((text) => readGtin(text, reading, field.name));
    case 'url':
      return ofText(readUrl);
    case 'list':
      return readList;
  }
}

/** What JSON says of a value, as a cell; a number of more digits than it keeps is a text. */
export function cellOfJson(value: unknown): Cell {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) {
    return listText(value);
  }
  if (typeof value !== 'number') return JSON.stringify(value);
  const text = String(value);
  return hasSheetDigits(text) ? { kind: 'number', text, format: null } : text;
}

/** For a value that begins and ends where its text does. */
function ofText(read: (text: string) => FieldValue | Fault): Read {
  return (cell) => {
    const fault = cellFault(cell);
    if (fault !== null) return fault;
    const text = cellText(cell).trim();
    return text === '' ? null : read(text);
  };
}

/** A way to have a word such as `n/a` taken for blank. */
function orNull(name: string, text: string, { isOfFile }: FieldReading): string {
  const option = isOfFile && !/\p{Nd}/u.test(text) ? nullOption(name, text) : null;
  return option === null ? '' : `, or have the word taken for blank: ${option}`;
}

/** Letters and currency signs have no place in a number that is no amount of money. */
const bare = /^[\d.,'’\s+\-−]+$/u;

const exactJson = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const exact = /^-?\d+(?:\.\d+)?$/;

/** What nearly all cells are: nothing to decide, whatever the decimal mark is thought to be. */
const usual = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,2})?$/;

function numberReader(field: FieldDefinition, reading: FieldReading): Read {
  const { type, min, max } = field;
  const isUnbounded = max === null && (min === null || min === '0');
  const isQuick = isUnbounded && reading.mark !== ',';
  return (cell) => {
    if (!isQuick || typeof cell !== 'string' || !usual.test(cell)) {
      return readNumber(cell, field, reading);
    }
    if (type === 'money') return shownPrice(cell);
    return type === 'integer' && cell.includes('.')
      ? readNumber(cell, field, reading)
      : Number(cell);
  };
}

function readNumber(
  cell: Cell,
  field: FieldDefinition,
  reading: FieldReading,
): FieldValue | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const text = cellText(cell).trim();
  if (text === '') return null;
  const number = typeof cell === 'string' ? writtenNumber(text, field, reading) : typedNumber(cell);
  if (number === 'ambiguous') return ambiguous(text);
  if (number === null || number === 'invalid') return noNumber(text, field, reading);
  return inLimits(number, text, field);
}

function typedNumber(cell: Exclude<Cell, string>): Decimal | null {
  // JSON has the digits that somebody wrote.
  if (cell.kind === 'json') return exactJson.test(cell.text) ? readDecimal(cell.text) : null;
  const decimal = cell.kind === 'number' ? readDecimal(cell.text) : null;
  const isShare = cell.kind === 'number' && /%/.test((cell.format ?? '').replace(/"[^"]*"/g, ''));
  return decimal === null || isShare ? null : asShown(decimal);
}

/** A fraction of a workbook has digits that nobody typed; a whole number has none too many. */
function asShown(decimal: Decimal): Decimal {
  return decimal.fraction === '' ? decimal : roundedTo(decimal, sheetDigits);
}

function writtenNumber(
  text: string,
  { type }: FieldDefinition,
  { mark, isExact }: FieldReading,
): Decimal | 'invalid' | 'ambiguous' {
  if (isExact && exact.test(text)) return readDecimal(text)!;
  if (type !== 'money' && !bare.test(text)) return 'invalid';
  return readAmount(text, mark);
}

const places = 4;
const longestInteger = 12;
const longestFraction = 20;

function inLimits(number: Decimal, text: string, field: FieldDefinition): FieldValue | Fault {
  const { type } = field;
  const plain = decimalText(number);
  const out = (why: string) => new Fault('out_of_range', `${quoted(text)} is out of range: ${why}`);
  if (type === 'integer' && number.fraction !== '') {
    return new Fault(
      'number_invalid',
      `${quoted(text)} is no whole number, which ${field.name} is`,
    );
  }
  if (type === 'money') {
    if (number.fraction.length > places) return out(`an amount has at most ${places} decimals`);
    if (number.integer.length > longestInteger)
      return out('an amount has at most 12 digits before the decimal mark');
  } else if (hasTooMany(number, plain)) {
    // What has no more is the same as a double, which is what every reader of JSON makes of it.
    return out('a number has at most 15 digits; a field of type text keeps more');
  }
  const least = field.min ?? (type === 'money' ? '0' : null);
  if (least !== null && isLess(number, least)) return out(`${field.name} is ${least} at least`);
  if (field.max !== null && isMore(number, field.max))
    return out(`${field.name} is ${field.max} at most`);
  return type === 'money' ? shownPrice(plain) : Number(plain);
}

/** A double keeps them all, and stands for no other number. */
function hasTooMany({ fraction }: Decimal, plain: string): boolean {
  const significant = plain.replace(/^-?0\.0*|\D/g, '');
  return significant.length > sheetDigits || fraction.length > longestFraction;
}

function isLess(number: Decimal, limit: string): boolean {
  return compare(decimalText(number), limit) < 0;
}

function isMore(number: Decimal, limit: string): boolean {
  return compare(decimalText(number), limit) > 0;
}

/** Doubles keep the order of what they stand for; only where two are the same more is to be asked. */
function compare(plain: string, limit: string): number {
  const difference = Number(plain) - Number(limit);
  if (difference !== 0) return difference;
  return plain === limit ? 0 : Number(scaled(plain) - scaled(limit));
}

const scale = 400;

/** Whole numbers of any size compare exactly. */
function scaled(plain: string): bigint {
  const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(scale, '0'));
  return plain.startsWith('-') ? -digits : digits;
}

function ambiguous(text: string): Fault {
  return new Fault(
    'number_invalid',
    `${quoted(text)} could be thousands or a fraction: say which with --decimal . or --decimal ,`,
  );
}

function noNumber(text: string, field: FieldDefinition, reading: FieldReading): Fault {
  const example = field.type === 'integer' ? '12' : reading.mark === ',' ? '1234,56' : '1234.56';
  return new Fault(
    'number_invalid',
    `${quoted(text)} is no number, which ${field.name} is: write it like ${example}${orNull(field.name, text, reading)}`,
  );
}

/** Midnight alone is no more than its day. */
const day = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/;
const basic = /^(\d{4})(\d\d)(\d\d)$/;
const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ]0{1,2}:00(?::00)?)?$/;

function readDate(text: string, field: FieldDefinition, reading: FieldReading): string | Fault {
  const iso = isoDay(text, reading.dateOrder);
  if (iso === null) return noDate(text, field, reading);
  const { min, max, name } = field;
  const bound =
    min !== null && iso < min
      ? `from ${min} on`
      : max !== null && iso > max
        ? `up to ${max}`
        : null;
  if (bound === null) return iso;
  return new Fault('out_of_range', `${quoted(text)} is out of range: ${name} goes ${bound}`);
}

/** `2026-01-31`; null where the text is no day, or not in this order. */
function isoDay(text: string, order: DateOrder): string | null {
  const first = day.exec(text) ?? basic.exec(text);
  if (first) return validDay(first[1]!, first[2]!, first[3]!);
  const last = order === 'ymd' ? null : yearLast.exec(text);
  if (!last) return null;
  const [, one = '', two = '', year = ''] = last;
  return order === 'dmy' ? validDay(year, two, one) : validDay(year, one, two);
}

function validDay(year: string, month: string, date: string): string | null {
  const [wantedMonth, wantedDay] = [Number(month), Number(date)];
  if (year === '0000' || wantedMonth < 1 || wantedMonth > 12 || wantedDay < 1) return null;
  if (wantedDay > daysIn(Number(year), wantedMonth)) return null;
  return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
}

export function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function noDate(text: string, { name }: FieldDefinition, reading: FieldReading): Fault {
  const orders = (['dmy', 'mdy'] as const).filter((order) => isoDay(text, order) !== null);
  const ways = orders.map((order) => `--date-order ${order}`).join(' or ');
  const way =
    ways !== '' && reading.isOfFile ? `, or say its order: ${ways}` : orNull(name, text, reading);
  return new Fault('date_invalid', `${quoted(text)} is no date: write it like 2026-01-31${way}`);
}

function choiceReader({ name, choices }: FieldDefinition, reading: FieldReading): Read {
  const known = choices ?? [];
  const spelling = new Map(known.map((choice) => [folded(choice), choice]));
  return ofText((text) => {
    const choice = spelling.get(folded(text));
    if (choice !== undefined) return choice;
    return new Fault(
      'choice_invalid',
      `${quoted(text)} is none of what ${name} can be: ${known.slice(0, 20).join(', ')}${orNull(name, text, reading)}`,
    );
  });
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ');
}

/** Thirteen digits with their check digit, as nearly all are. */
function isEan(text: string): boolean {
  if (text.length !== 13) return false;
  let sum = 0;
  for (let place = 0; place < 13; place++) {
    const digit = text.charCodeAt(place) - 0x30;
    if (digit < 0 || digit > 9) return false;
    sum += place % 2 === 0 ? digit : 3 * digit;
  }
  return sum % 10 === 0;
}

export function isGtinLength(digits: number): boolean {
  return digits === 8 || (digits >= 12 && digits <= 14);
}

function readGtin(text: string, reading: FieldReading, name: string): string | Fault {
  if (isEan(text)) return text;
  const digits = text.replace(/[\s-]/gu, '');
  const invalid = (why: string) => new Fault('gtin_invalid', `${quoted(text)} is no GTIN: ${why}`);
  if (!/^\d+$/.test(digits)) {
    return invalid(`it has 8, 12, 13 or 14 digits${orNull(name, text, reading)}`);
  }
  if (!isGtinLength(digits.length)) {
    return invalid(
      `it has ${digits.length} digits, not 8, 12, 13 or 14 (a spreadsheet takes leading zeros away)`,
    );
  }
  if (checkDigit(digits.slice(0, -1)) !== Number(digits.at(-1))) {
    return invalid(
      `its last digit should be ${checkDigit(digits.slice(0, -1))}, so that one of them is wrong`,
    );
  }
  return digits;
}

/** GS1 General Specifications, section 7.9: weights of three and one from the right. */
export function checkDigit(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    sum += Number(digits.at(-1 - place)) * (place % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

/** One address; blanks inside it are mended, as those of images are. */
function readUrl(text: string): string | Fault {
  if (usualImages(text)?.urls.length === 1) return text;
  const invalid = (why: string) => new Fault('url_invalid', `${quoted(text)} ${why}`);
  if (/[\s|;,]https?:\/\//i.test(text)) return invalid('is more than one address');
  if (!/^https?:/i.test(text)) return invalid('is not an http or https address');
  return isUrl(text) ? text.replace(/\s/gu, '%20') : invalid('is not a valid address');
}

/** Entries stand between `|`; `\|` is one that belongs to its entry, `\\` a backslash before one. */
function readList(cell: Cell): string[] | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const elements = typeof cell !== 'string' && cell.kind === 'json' ? cell.elements() : null;
  const text = elements === null ? cellText(cell) : listText(elements.map(cellText));
  const entries = listOf(text);
  return entries.length === 0 ? null : entries;
}

function listOf(text: string): string[] {
  const parts =
    text.includes('|') || text.includes('\\') ? text.match(/(?:\\[|\\]|[^|])+/gu) : [text];
  return (parts ?? [])
    .map((part) => part.trim().replace(/\\([|\\])/g, '$1'))
    .filter((part) => !isBlankText(part));
}

/** As a cell of a list that reads back as just these entries. */
export function listText(entries: readonly string[]): string {
  return entries.map((entry) => entry.replace(/[|\\]/g, '\\$&')).join('|');
}

/** A value as a cell of text from which it is read again, by the field's own decimal mark. */
export function fieldText(
  { type, decimal: mark }: Pick<FieldDefinition, 'type' | 'decimal'>,
  value: unknown,
): string {
  if (Array.isArray(value)) return listText(value.map(String));
  if (typeof value === 'number' || (isNumeric(type) && typeof value === 'string')) {
    const decimal = readDecimal(String(value));
    if (decimal !== null) return undoubted(decimalText(decimal)).replace('.', mark ?? '.');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** With three decimals a number could be one in thousands; a fourth leaves no doubt. */
function undoubted(plain: string): string {
  return /\.\d{3}$/.test(plain) ? `${plain}0` : plain;
}

/**
 * The decimal mark that texts of a column show beyond doubt; null where they show none, or both.
 */
export function shownMark(texts: Iterable<string>): '.' | ',' | null {
  const marks = new Set<'.' | ','>();
  for (const text of texts) {
    const mark = /\d/.test(text) ? markOf(text) : null;
    if (mark !== null) marks.add(mark);
  }
  const [mark, ...more] = marks;
  return mark !== undefined && more.length === 0 ? mark : null;
}

function markOf(text: string): '.' | ',' | null {
  const isPoint = typeof readAmount(text, '.') === 'object';
  const isComma = typeof readAmount(text, ',') === 'object';
  if (isPoint && isComma) return null;
  return isPoint ? '.' : isComma ? ',' : null;
}
