import type { Cell } from '../source/source.js';
import { cellFault, cellText } from './cell.js';
import { type Decimal, decimalText, readDecimal, roundedTo, sheetDigits } from './decimal.js';
import type { FieldDefinition, FieldValue } from './field.js';
import { orNull, type FieldReading, type Read } from './field-reading.js';
import { readAmount, shownPrice } from './price.js';
import { Fault, quoted } from './reject.js';

/** Letters and currency signs have no place in a number that is no amount of money. */
const bare = /^[\d.,'’\s+\-−]+$/u;

const exactJson = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const exact = /^-?\d+(?:\.\d+)?$/;

/** What nearly all cells are: nothing to decide, whatever the decimal mark is thought to be. */
const usual = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,2})?$/;

export function numberReader(field: FieldDefinition, reading: FieldReading): Read {
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
