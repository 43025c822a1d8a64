import type { Cell, TypedCell } from '../source/source.js';
import { decimalText, readDecimal, roundedTo, sheetDigits } from './decimal.js';
import { Fault, quoted } from './reject.js';
import { shellWord } from '../errors.js';

type NumberCell = Extract<TypedCell, { kind: 'number' }>;

/** What a person would call the cell's text: the sheet's own, or the value as Excel shows it. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  switch (cell.kind) {
    case 'number':
      return numberText(cell);
    case 'boolean':
      return cell.value ? 'true' : 'false';
    case 'date':
      return cell.iso;
    case 'error':
      return cell.text;
    case 'json':
      return cell.text;
    case 'absent':
      return '';
  }
}

/**
 * An integral number keeps every digit that the file has (no `.0`, no exponent) and gets the zeros
 * of a format such as `000000`; any other is rounded to the 15 digits that Excel shows.
 */
function numberText(cell: NumberCell): string {
  const decimal = readDecimal(cell.text);
  if (decimal === null) return cell.text;
  if (decimal.fraction !== '') return decimalText(roundedTo(decimal, sheetDigits));
  const width = paddedWidth(cell.format);
  const digits = decimal.integer.padStart(width, '0');
  return decimal.negative ? `-${digits}` : digits;
}

/**
 * What of a format shows nothing but white space: a language (not one with digits of its own), a
 * colour, the width of a character, and spaces.
 */
const unseen = [
  String.raw`\[\$-(?:0*[\da-f]{1,4}|[a-z]{2,3}(?:-[a-z\d]+)*)\]`,
  String.raw`\[(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d{1,2})\]`,
  String.raw`_.|\* |\\? `,
].join('|');

/** The first section, which is that of positive numbers unless it says otherwise. */
const zeroPadding = new RegExp(`^(?:${unseen})*#*(0{2,255})(?:${unseen})*(?:;|$)`, 'isu');

/** The width that a format of zeros, such as `000000` or `[Blue]000000_)`, pads to; else 0. */
function paddedWidth(format: string | null): number {
  if (format === null || !format.includes('00')) return 0;
  return zeroPadding.exec(format)?.[1]?.length ?? 0;
}

/** Blank means nothing but white space (Unicode's, and the BOM). An error value is not blank. */
export function isBlank(cell: Cell | undefined): boolean {
  if (cell === undefined) return true;
  if (typeof cell === 'string') return isBlankText(cell);
  return cell.kind !== 'error' && isBlankText(cellText(cell));
}

export function isBlankText(text: string): boolean {
  if (text === '') return true;
  const first = text.charCodeAt(0);
  if (first > 0x20 && first < 0x80) return false;
  return text.trim() === '';
}

/** Before what a damaged cell of a workbook held, in a file of rejects: still to be corrected. */
export const damagedMark = '#DAMAGED! ';

/** Why this cell's text can't be stored whatever its column, or null. */
export function cellFault(cell: Cell): Fault | null {
  if (typeof cell === 'string') {
    if (!isStorable(cell)) return unstorable(cell);
    return begins(cell, damagedMark) ? stillDamaged(cell) : null;
  }
  if (cell.kind === 'json') return jsonFault(cell.text);
  if (cell.kind !== 'error') return null;
  if (cell.ofText) return noValue(cell.text.trim());
  const what = cell.text === '' ? 'A formula that was never calculated' : `The error ${cell.text}`;
  return new Fault(
    'excel_error',
    `${what} stands in this cell: correct it in the workbook and save it again`,
  );
}

/** Of a cell of a text file that holds a formula or an error. */
function noValue(text: string): Fault {
  const what = text.startsWith('=')
    ? 'is a formula, and only a spreadsheet knows its value: export values instead of formulas, ' +
      'or take it as text with --guards keep'
    : 'is what a spreadsheet shows instead of a value: correct it where the file is made and ' +
      `export again, or take it for blank with --null ${shellWord(text)}`;
  return new Fault('excel_error', `${quoted(text)} ${what}`);
}

/** What PostgreSQL's jsonb would choke on: it takes fewer characters and numbers than JSON does. */
function jsonFault(json: string): Fault | null {
  if (json.includes('\\u')) {
    // Written anew, all that is left of escapes are controls and lone surrogates.
    const escape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f]..)/.exec(JSON.stringify(JSON.parse(json)));
    if (escape !== null) return unstorable(escape[0].endsWith('0000') ? '\0' : '');
  }
  const numbers = json.replace(/"(?:[^"\\]|\\.)*"/g, '');
  if (!/\d{800}|[eE][-+]?0*\d{4}/.test(numbers)) return null;
  return new Fault('out_of_range', `${quoted(json)} holds a number that no database takes`);
}

/** Looks at one character where another stands there: of nearly all cells no more is asked. */
export function begins(text: string, mark: string): boolean {
  return text.charCodeAt(0) === mark.charCodeAt(0) && text.startsWith(mark);
}

function stillDamaged(text: string): Fault {
  const what = quoted(text.slice(damagedMark.length));
  return new Fault('excel_error', `The workbook had ${what} here: write what is meant instead`);
}

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function isStorable(text: string): boolean {
  return text.indexOf('\0') < 0 && isWellFormed(text);
}

/** In Node since 20, in the compiler's library only from ES2024 on. */
function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

function unstorable(text: string): Fault {
  return text.includes('\0')
    ? new Fault('nul_character', 'A NUL character stands in this cell: remove it')
    : new Fault('invalid_encoding', 'Half a character (a lone surrogate) stands in this cell');
}
