import type { FieldDefinition } from './field.js';
import { orNull, type DateOrder, type FieldReading } from './field-reading.js';
import { Fault, quoted } from './reject.js';

/** Midnight alone is no more than its day. */
const day = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/;
const basic = /^(\d{4})(\d\d)(\d\d)$/;
const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ]0{1,2}:00(?::00)?)?$/;

export function readDate(
  text: string,
  field: FieldDefinition,
  reading: FieldReading,
): string | Fault {
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
