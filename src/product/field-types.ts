import type { Cell } from '../source/source.js';
import { cellFault, cellText, isBlankText } from './cell.js';
import { decimalText, hasSheetDigits, readDecimal } from './decimal.js';
import { numberReader } from './field-number.js';
import { ofText, orNull, type FieldReading, type Read, type DateOrder } from './field-reading.js';
import { isNumeric, type FieldDefinition } from './field.js';
import { isUrl, usualImages } from './images.js';
import { readAmount } from './price.js';
import { Fault, quoted } from './reject.js';
import { plainFlag, readBoolean, readText } from './text.js';

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

/** One address; blanks inside it are written as %20, as those of images are. */
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
