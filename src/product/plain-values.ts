import type { AttributeColumn } from './attributes.js';
import { hasSheetDigits } from './decimal.js';
import type { FieldDefinition } from './field.js';
import { daysIn, isGtinLength } from './field-types.js';
import type { DecimalMark } from './price.js';
import { Fault } from './reject.js';
import { isPlainText } from './text.js';

/** Whether a cell, given as UTF-8, is certain to be taken as it is. */
export type Look = (bytes: Buffer, from: number, to: number, quote: number) => boolean;

/** A column of attributes, and what its cell is in JSON in the row that was looked at last. */
export interface PlainAttribute extends AttributeColumn {
  /** A string of its text, a number or an amount of its digits, or what `json` says. */
  form: 'text' | 'number' | 'amount' | 'json';
  json: string;
  /** Of digits: where those before the decimal mark end, and all that count. */
  wholeEnd: number;
  end: number;
}

/** Cells of more bytes are left to the parser. */
const longestValue = 255;

/**
 * Looks at cells of a field of one's own: by their bytes where these are what they usually are, else
 * by what the parser makes of their text, as long as nothing is to be said of it.
 */
export function lookOfField(
  column: PlainAttribute,
  field: FieldDefinition,
  mark: DecimalMark,
): Look {
  const usual = usualLook(column, field, mark);
  return (bytes, from, to, quote) => {
    if (from === to) return !column.isRequired;
    return usual(bytes, from, to, quote) || isRead(column, bytes, from, to, quote);
  };
}

const never: Look = () => false;

function usualLook(column: PlainAttribute, field: FieldDefinition, mark: DecimalMark): Look {
  const { type, min, max, choices } = field;
  const asText = (look: Look): Look => {
    return (bytes, from, to, quote) => {
      column.form = 'text';
      return look(bytes, from, to, quote);
    };
  };
  switch (type) {
    case 'text':
      return asText(isPlainText);
    case 'integer':
    case 'number':
    case 'money':
      return numberLook(column, field, mark);
    case 'gtin':
      return asText(isGtin);
    case 'date':
      return min === null && max === null ? asText(isIsoDay) : never;
    case 'choice':
      return wordLook(column, choices ?? []);
    case 'boolean':
      return wordLook(column, ['true', 'false', '1', '0', 'yes', 'no', 'TRUE', 'FALSE']);
    case 'url':
    case 'list':
      return never;
  }
}

/** Takes what the parser reads, unless it is blank or wrong. */
function isRead(
  column: PlainAttribute,
  bytes: Buffer,
  from: number,
  to: number,
  quote: number,
): boolean {
  const cell = to - from > longestValue ? null : textOf(bytes, from, to, quote);
  const value = cell === null ? null : column.read!(cell);
  if (value === null || value instanceof Fault) return false;
  column.form = value === cell ? 'text' : 'json';
  if (value !== cell) column.json = JSON.stringify(value);
  return true;
}

/** Null where it has controls or quotes. */
function textOf(bytes: Buffer, from: number, to: number, quote: number): string | null {
  let all = 0;
  for (let at = from; at < to; at++) {
    const code = bytes[at]!;
    if (code < 0x20 || code === quote) return null;
    all |= code;
  }
  return bytes.toString(all < 0x80 ? 'latin1' : 'utf8', from, to);
}

/** Looks for some of the words that can stand there, spelled just so. */
function wordLook(column: PlainAttribute, words: readonly string[]): Look {
  const known = words.flatMap((word) => {
    const value = column.read!(word);
    if (value === null || value instanceof Fault) return [];
    const form = value === word ? ('text' as const) : ('json' as const);
    return [{ bytes: Buffer.from(word), form, json: JSON.stringify(value) }];
  });
  return (bytes, from, to, quote) => {
    for (const word of known) {
      if (!isSame(word.bytes, bytes, from, to, quote)) continue;
      column.form = word.form;
      column.json = word.json;
      return true;
    }
    return false;
  };
}

function isSame(
  word: Uint8Array,
  bytes: Uint8Array,
  from: number,
  to: number,
  quote: number,
): boolean {
  const { length } = word;
  if (to - from !== length) return false;
  for (let i = 0; i < length; i++) {
    const code = bytes[from + i]!;
    if (code !== word[i] || code === quote) return false;
  }
  return true;
}

const zero = 0x30;
const minus = 0x2d;
const point = 0x2e;
const comma = 0x2c;

/** More digits than these are left to the parser: fewer are exact in a double. */
const mostWhole = 11;
const mostFraction = 4;
const powers = [1, 10, 100, 1000, 10_000];

/** Looks for `12`, `-4`, `2.50` and, unless the mark is known to be a point, `2,50`. */
function numberLook(column: PlainAttribute, field: FieldDefinition, mark: DecimalMark): Look {
  const { type, min, max } = field;
  const limits = [min, max].filter((limit) => limit !== null);
  if (!limits.every(hasSheetDigits)) return never;
  const least = min === null ? -Infinity : Number(min);
  const most = max === null ? Infinity : Number(max);
  const form = type === 'money' ? 'amount' : 'number';
  const isWhole = type === 'integer';
  return (bytes, from, to) => {
    const isNegative = bytes[from] === minus;
    if (isNegative && type === 'money') return false;
    const first = isNegative ? from + 1 : from;
    const wholeEnd = digitsEnd(bytes, first, to);
    const whole = wholeEnd - first;
    if (whole < 1 || whole > mostWhole || (whole > 1 && bytes[first] === zero)) return false;
    let end = wholeEnd;
    if (wholeEnd < to) {
      if (isWhole || !isFraction(bytes, wholeEnd, to, mark, first)) return false;
      end = to;
      while (bytes[end - 1] === zero) end--;
      if (end === wholeEnd + 1) end = wholeEnd;
    }
    const value = valueOf(bytes, first, wholeEnd, end);
    if (isNegative && (value === 0 || -value < least || -value > most)) return false;
    if (!isNegative && (value < least || value > most)) return false;
    column.form = form;
    column.wholeEnd = wholeEnd;
    column.end = end;
    return true;
  };
}

function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at]! >= zero && bytes[at]! <= zero + 9) at++;
  return at;
}

/** Whether a decimal mark and digits follow that can't be thousands. */
function isFraction(
  bytes: Uint8Array,
  from: number,
  to: number,
  mark: DecimalMark,
  first: number,
): boolean {
  const code = bytes[from]!;
  const places = to - from - 1;
  if (places < 1 || places > mostFraction || digitsEnd(bytes, from + 1, to) !== to) return false;
  if (code === (mark === ',' ? comma : mark === '.' ? point : -1)) return true;
  if (mark !== 'auto' || (code !== point && code !== comma)) return false;
  return places !== 3 || from - first > 3 || bytes[first] === zero;
}

/** As `Number` has it: digits and their power of ten are exact, and so their quotient is rounded once. */
function valueOf(bytes: Uint8Array, from: number, wholeEnd: number, end: number): number {
  let digits = 0;
  for (let at = from; at < end; at++) {
    if (at !== wholeEnd) digits = digits * 10 + (bytes[at]! - zero);
  }
  return end === wholeEnd ? digits : digits / powers[end - wholeEnd - 1]!;
}

/** The sum of its digits, by their weights, is a multiple of ten. */
function isGtin(bytes: Uint8Array, from: number, to: number): boolean {
  if (!isGtinLength(to - from) || digitsEnd(bytes, from, to) !== to) return false;
  let sum = 0;
  for (let at = to - 1, weight = 1; at >= from; at--, weight = 4 - weight) {
    sum += (bytes[at]! - zero) * weight;
  }
  return sum % 10 === 0;
}

const dash = minus;

/** `2026-01-31`, a day of the calendar. */
function isIsoDay(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== 10 || bytes[from + 4] !== dash || bytes[from + 7] !== dash) return false;
  if (digitsEnd(bytes, from, to) !== from + 4 || digitsEnd(bytes, from + 5, to) !== from + 7) {
    return false;
  }
  if (digitsEnd(bytes, from + 8, to) !== to) return false;
  const year = valueOf(bytes, from, from + 4, from + 4);
  const month = valueOf(bytes, from + 5, from + 7, from + 7);
  const day = valueOf(bytes, from + 8, to, to);
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}
