import type { Cell } from '../source/source.js';
import { begins, cellFault, cellText } from './cell.js';
import { readDecimal, sheetDigits } from './decimal.js';
import { Fault, quoted } from './reject.js';
import { isErrorText } from './formula.js';
import { shownNumber } from './sku-format.js';
import { manyFault, maxCharacters, tooLong } from './text.js';

/**
 * Control characters (tab and line ends too), what Unicode calls default-ignorable (zero-width
 * characters, joiners, soft hyphen, bidi marks, variation selectors, fillers, BOM), and
 * interlinear marks: two SKUs that look the same should be the same.
 */
const invisible = /[\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** Excel writes a long number, or a very small one, so when it saves a CSV: digits are gone. */
const scientific = /^[-+]?(?:\d(?:[.,]\d+)?[eE]\+\d{2,3}|\d+\.\d+E[-+]\d{2,})$/;

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const day = '0?[1-9]|[12]\\d|3[01]';
const month = '0?[1-9]|1[0-2]';
/** `2-Jan`, `Jan-24` and `01/02/2024`, in this spelling only: what Excel makes of `2-1` and its like. */
const dateLike = new RegExp(
  `^(?:(?:${day})-(?:${months})|(?:${months})-\\d\\d|(?:(?:${day})/(?:${month})|(?:${month})/(?:${day}))/\\d{4})$`,
);

/** `01/02/2024` */
const longestDate = 10;

/** An error in any language: a SKU is hardly ever spelled so. */
const errorLike = /^#[\p{Lu}¡¿/0_]+[!?]$/u;

/** A SKU that stands in quotes which are none to the reader. */
const inQuotes = /^(?:'.*'|`.*`|‘.*’|“.*”|„.*[“”]|«.*»)$/su;

/**
 * Which damage of a spreadsheet a SKU is looked at for: none under `--allow-mangled`; dates only in
 * text files, as a workbook tells them from text.
 */
export type SkuCheck = 'none' | 'numbers' | 'all';

/** Before a SKU that a workbook has mangled, in a file of rejects: nobody has corrected it yet. */
export const mangledMark = '#MANGLED! ';
const markCode = 0x23;
const apostropheCode = 0x27;
const backtickCode = 0x60;

/** The stored spelling: invisible characters removed, trimmed, NFC. Blank gives ''. */
function cleanSku(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(invisible, '').trim().normalize('NFC');
}

/** Printable ASCII without a space at either end: by far the commonest. */
function isPlain(text: string): boolean {
  const last = text.length - 1;
  for (let i = 0; i <= last; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return text.charCodeAt(0) !== 0x20 && text.charCodeAt(last) !== 0x20;
}

/**
 * Whether a cell of a text, given as UTF-8, is for certain the SKU that it names, undamaged.
 * @param quote which is doubled inside of quotes
 */
export function isPlainSku(bytes: Uint8Array, from: number, to: number, quote: number): boolean {
  const length = to - from;
  if (length === 0 || length > maxCharacters) return false;
  let hasExponent = false;
  let hasDash = false;
  for (let at = from; at < to; at++) {
    const code = bytes[at]!;
    if (code < 0x20 || code > 0x7e || code === quote) return false;
    if ((code | 0x20) === 0x65) hasExponent = true;
    else if (code === 0x2d || code === 0x2f) hasDash = true;
  }
  const first = bytes[from]!;
  if (first === 0x20 || bytes[to - 1] === 0x20 || first === markCode) return false;
  if (first === apostropheCode || first === backtickCode) return false;
  if (length === 6 && bytes[from + 3] === 0x2d) return false;
  return !isNumberCode(first) || !(hasExponent || (hasDash && length <= longestDate));
}

/** The SKU that the cell names, however damaged: '' where there is none. */
export function namedSku(cell: Cell): string {
  return cleanSku(isMarked(cell) ? cell.slice(mangledMark.length) : skuText(cell));
}

/** What the sheet shows, as far as it is a code; else the value. */
export function skuText(cell: Cell): string {
  const isNumber = typeof cell === 'object' && cell.kind === 'number';
  return (isNumber ? shownNumber(cell) : null) ?? cellText(cell);
}

/** Whether a file of rejects says that nobody has corrected it yet. */
export function isMarked(cell: Cell): cell is string {
  return typeof cell === 'string' && begins(cell, mangledMark);
}

/** @param sku what `namedSku` gave for the cell */
export function skuFault(cell: Cell, sku: string, check: SkuCheck): Fault | null {
  const broken = cellFault(cell) ?? manyFault(cell, 'sku');
  if (broken !== null) return broken;
  if (sku === '') return new Fault('required', 'Missing required field: sku');
  // Damage first: what is too long only because of it does not say which SKU was meant.
  return (check === 'none' ? null : damage(cell, sku, check)) ?? tooLong(sku, 'sku');
}

export function isInQuotes(sku: string): boolean {
  return inQuotes.test(sku);
}

function quotesFault(sku: string): Fault {
  return new Fault(
    'quote_misplaced',
    `${quoted(sku)} stands in quotes of another kind: write " around cells, give --quote "'" where ` +
      'all stand in apostrophes, or take it as it is with --allow-mangled',
  );
}

function damage(cell: Cell, sku: string, check: SkuCheck): Fault | null {
  if (typeof cell !== 'string' && cell.kind !== 'json') return workbookDamage(cell, sku);
  if (isMarked(cell)) return stillMangled(sku);
  if (check === 'all' && (isErrorText(sku) || errorLike.test(sku))) return errorFault(sku);
  if (check === 'all' && isInQuotes(sku)) return quotesFault(sku);
  if (!mayBeNumber(sku) && !mayBeMonth(sku)) return null;
  if (check === 'all' && dateLike.test(sku)) return dateFault(sku);
  if (!scientific.test(sku)) return null;
  return new Fault(
    'excel_scientific',
    `${quoted(sku)} looks like a number that Excel has shortened: format the column as text ` +
      'and export again, or take it as it is with --allow-mangled',
  );
}

/** By its first character, digit or sign: most others are spared the expressions. */
function mayBeNumber(sku: string): boolean {
  return isNumberCode(sku.charCodeAt(0));
}

function isNumberCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d;
}

/** `Jan-24` */
function mayBeMonth(sku: string): boolean {
  return sku.length === 6 && sku.charCodeAt(3) === 0x2d;
}

function dateFault(sku: string): Fault {
  return new Fault(
    'excel_date',
    `${quoted(sku)} looks like a date that Excel has made of this SKU: format the column as text ` +
      'where the file is made and export again, or take it as it is with --allow-mangled',
  );
}

function errorFault(sku: string): Fault {
  return new Fault(
    'excel_error',
    `${quoted(sku)} is what a spreadsheet shows instead of a value: correct the cell where the file ` +
      'is made and export again, or take it as it is with --allow-mangled',
  );
}

function stillMangled(sku: string): Fault {
  return new Fault(
    /^[-+]?[\d.]+$/.test(sku) ? 'excel_precision' : 'excel_date',
    `${quoted(sku)} is what Excel has made of this SKU: type it again over all of the cell, or ` +
      'take it as it is with --allow-mangled',
  );
}

function workbookDamage(cell: Exclude<Cell, string>, sku: string): Fault | null {
  if (cell.kind === 'date') {
    return new Fault(
      'excel_date',
      `Excel has made a date (${cell.iso}) of this SKU: format the column as text and type it ` +
        'again, or take it as it is with --allow-mangled',
    );
  }
  if (cell.kind !== 'number') return null;
  const decimal = readDecimal(cell.text);
  if (decimal === null) return null;
  const isWhole = decimal.fraction === '';
  // A text such as 1E-300 becomes so long a number; shorter fractions are what Excel shows.
  const isKept = isWhole ? decimal.integer.length <= sheetDigits : !tooLong(sku, 'sku');
  if (isKept) return shownNumber(cell) === null ? otherFormat(sku, cell.format) : null;
  return new Fault(
    'excel_precision',
    `${quoted(sku)} is stored as a number, and Excel keeps only 15 digits of it: format the ` +
      'column as text and type it again, or take it as it is with --allow-mangled',
  );
}

function otherFormat(sku: string, format: string | null): Fault {
  return new Fault(
    'excel_format',
    `The sheet shows the number ${quoted(sku)} by the format ${quoted(format ?? '')}, so its SKU is ` +
      'not certain: type the SKU as text, or take the number with --allow-mangled',
  );
}
