import type { Container } from './container.js';
import { readPart } from './part.js';

/**
 * Format codes that files name by number alone (ECMA-376, part 1, 18.8.30). 0 is General. 27 to 36,
 * 50 to 58 and 71 to 81 are dates in Chinese, Japanese, Korean and Thai Excel.
 */
const builtInCodes: Record<number, string> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  5: '"$"#,##0_);\\("$"#,##0\\)',
  6: '"$"#,##0_);[Red]\\("$"#,##0\\)',
  7: '"$"#,##0.00_);\\("$"#,##0.00\\)',
  8: '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'mm-dd-yy',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'm/d/yy h:mm',
  37: '#,##0_);(#,##0)',
  38: '#,##0_);[Red](#,##0)',
  39: '#,##0.00_);(#,##0.00)',
  40: '#,##0.00_);[Red](#,##0.00)',
  41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
  42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
  43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
  44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mmss.0',
  48: '##0.0E+0',
  49: '@',
};

/** A format code, or null for General. */
type FormatCode = string | null;

/** @param id a format's number; one that nobody knows is General, as Excel has it */
export function builtInFormat(id: number): FormatCode {
  const isEastAsianDate = (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  if (isEastAsianDate || (id >= 71 && id <= 81)) return 'yyyy-mm-dd';
  return builtInCodes[id] ?? null;
}

/** Characters that Excel lets a format have. */
const maxFormatCharacters = 255;

/** Turns a code written in the file into ours: General, in any case, is null, and so is nonsense. */
export function customFormat(code: string): FormatCode {
  if (code.length > maxFormatCharacters) return null;
  return /^\s*(general)?\s*$/i.test(code) ? null : code;
}

/**
 * Whether a number under this format is a date or a time of day. The first section decides. What
 * is quoted, escaped, padding or in brackets does not count, but for elapsed time (`[h]`). A format
 * that has digits besides date letters (`0.00 h`) is a number, unless they are fractions of seconds.
 */
export function isDateFormat(code: FormatCode): boolean {
  if (code === null) return false;
  const bare = code
    .replace(/"[^"]*"?|\\.|[_*]./gs, '')
    .replace(/\[(h+|m+|s+)\]/gi, 'h')
    .replace(/\[[^\]]*\]/g, '');
  const section = (bare.split(';')[0] ?? '').replace(/general/gi, '').replace(/s[.,]0+/gi, 's');
  return /[ymdhs]/i.test(section) && !/[0#?]/.test(section);
}

/**
 * The format under which a sheet shows this text for a number: an .ods keeps the text with each
 * cell, but not the format of a whole column. It is a code that shows the same. Programs that put
 * the plain number there leave it to the format to be shown.
 * @param known `code`: of the cell's own style; `groups`: whether signs between digits can only be
 *   thousands separators, where that has none
 */
export function shownFormat(
  value: number,
  shown: string,
  { code, groups }: { code: FormatCode; groups: boolean },
): FormatCode {
  const digits = String(Math.abs(value));
  const text = value < 0 ? shown.replace(/^[-\u2212]/, '') : shown;
  if (text.replace(',', '.') === digits) return code;
  if (text.includes('%')) return code?.includes('%') ? code : '0.00%';
  const whole = text.replace(/\D/g, '');
  if (isGrouped.test(text) && whole === digits) {
    if (code?.includes(',') || (code === null && groups)) return code ?? '#,##0';
    return code === null ? literal(text) : placeholders(text);
  }
  const [, before = '', last = ''] = /^(.*?)(\d+)$/su.exec(text) ?? [];
  if (text.includes('"') || last === '') return literal(text);
  if (withoutZeros(whole) === digits) return placeholders(text);
  if (withoutZeros(last) === digits) return `${literal(before)}${zerosOf(last)}`;
  return decimalFormat(Math.abs(value), text) ?? literal(text);
}

const isGrouped = /^\d{1,3}([.,'\u2019\s])\d{3}(\1\d{3})*$/;

/** A code that shows this text, whatever the number is. */
function literal(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('"', '').slice(0, maxFormatCharacters - 2)}"`;
}

/** `"ART-"0000` of `ART-0012`. */
function placeholders(text: string): string {
  const isOne = /^\D*\d+$/.test(text);
  return text.replace(/\d+|\D+/g, (part) => {
    if (/\D/.test(part)) return literal(part);
    return isOne ? zerosOf(part) : '0'.repeat(part.length);
  });
}

function zerosOf(digits: string): string {
  return digits.startsWith('0') ? '0'.repeat(digits.length) : '0';
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

/** The format of a text that ends in decimals; null where it shows another number. */
function decimalFormat(size: number, text: string): FormatCode {
  const match = /^(\D*?)(\d[\d.,'\u2019\s]*)?[.,](\d+)$/su.exec(text);
  if (match === null) return null;
  const [, before = '', whole = '', fraction = ''] = match;
  const digits = whole.replace(/\D/g, '');
  const isSame =
    Math.abs(Number(`${digits}.${fraction}`) - size) <= 0.500001 / 10 ** fraction.length;
  if (!isSame) return null;
  const integer = digits === whole ? zerosOf(whole).slice(0, whole.length) : '#,##0';
  return `${literal(before)}${integer}.${'0'.repeat(fraction.length)}`;
}

const daySeconds = 86_400;
/** Days from 1899-12-30, and from 1904-01-01, to 1970-01-01. */
const epoch1900Days = 25_569;
const epoch1904Days = 24_107;
/** The day after 9999-12-31, in days since 1970. */
const endDays = 2_932_897;

/**
 * The date that a spreadsheet shows for a serial number, to the second.
 * The 1900 calendar has a 29 February 1900 (serial 60) that never was, as Lotus 1-2-3 had; days
 * before it are one off. A serial below 1 there is a time of day without a date: `10:20:30`.
 * @returns `2024-01-31`, `2024-01-31T10:20:30`, `10:20:30`, or null where there is no such date
 */
export function serialToIso(serial: number, uses1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0) return null;
  const seconds = Math.round(serial * daySeconds);
  const days = Math.floor(seconds / daySeconds);
  const time = timeOfDay(seconds % daySeconds);
  if (days === 0 && !uses1904) return time === '00:00:00' ? null : time;
  const date = dateOf(days, uses1904);
  if (date === null) return null;
  return time === '00:00:00' ? date : `${date}T${time}`;
}

function dateOf(days: number, uses1904: boolean): string | null {
  if (!uses1904 && days === 60) return '1900-02-29';
  const lotus = !uses1904 && days < 60 ? 1 : 0;
  const sinceEpoch = days + lotus - (uses1904 ? epoch1904Days : epoch1900Days);
  if (sinceEpoch >= endDays) return null;
  return new Date(sinceEpoch * daySeconds * 1000).toISOString().slice(0, 10);
}

function timeOfDay(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/**
 * Brings an ISO 8601 date cell into the same shape: no fraction of a second, no zone, no midnight.
 * @returns null where the text is no date
 */
export function isoCellToIso(text: string): string | null {
  const match =
    /^(\d{4}-\d\d-\d\d)?(?:(?:^|T|\s)(\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/.exec(
      text.trim(),
    );
  const [, date, minutes, seconds] = match ?? [];
  if (date === undefined && minutes === undefined) return null;
  const time = minutes === undefined ? null : `${minutes}${seconds ?? ':00'}`;
  if (date === undefined) return time;
  return time === null || time === '00:00:00' ? date : `${date}T${time}`;
}

/** Under which whole numbers are shown by their digits, and others by theirs as far as they reach. */
const digitCodes = new Set<FormatCode>([null, '0', '0.00', '#,##0', '#,##0.00', '@']);

/** Whether a number can be taken for the text of its digits, thousands separators left out. */
export function showsDigits({ code }: NumberFormat): boolean {
  return digitCodes.has(code);
}

/** How a number is shown, which is all that matters of a style here. */
export interface NumberFormat {
  code: FormatCode;
  isDate: boolean;
}

export const generalFormat: NumberFormat = { code: null, isDate: false };

/**
 * Number formats by style index, as cells name them (`s`).
 * @param part null where the workbook has no styles: every number is then General
 * @throws UsageError where the part is damaged
 */
export async function readStyles(
  container: Container,
  part: string | null,
): Promise<NumberFormat[]> {
  if (part === null) return [];
  const codes = new Map<number, FormatCode>();
  const formatIds: number[] = [];
  let inCellFormats = false;
  await readPart(container, part, {
    open(name, attributes, depth) {
      if (depth === 2) inCellFormats = name === 'cellXfs';
      if (depth !== 3) return;
      const id = Number(attributes['numFmtId'] ?? 0);
      if (name === 'numFmt') codes.set(id, customFormat(attributes['formatCode'] ?? ''));
      if (name === 'xf' && inCellFormats) formatIds.push(id);
    },
  });
  return numberFormats(formatIds, codes);
}

function numberFormats(formatIds: number[], codes: Map<number, FormatCode>): NumberFormat[] {
  const known = new Map<number, NumberFormat>();
  return formatIds.map((id) => {
    const seen = known.get(id);
    if (seen) return seen;
    const code = codes.has(id) ? (codes.get(id) ?? null) : builtInFormat(id);
    const format = { code, isDate: isDateFormat(code) };
    known.set(id, format);
    return format;
  });
}
