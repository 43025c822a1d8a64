import type { TypedCell } from '../source/source.js';
import {
  isCurrency,
  decimalText,
  readDecimal,
  roundedTo,
  roundedToPlaces,
  sheetDigits,
  type Decimal,
} from './decimal.js';

type NumberCell = Extract<TypedCell, { kind: 'number' }>;

/**
 * What of a format shows nothing but white space: a language (not one with digits of its own), a
 * colour, the width of a character, and filling.
 */
const unseen = [
  String.raw`\[\$-(?:0*[\da-f]{1,4}|[a-z]{2,3}(?:-[a-z\d]+)*)\]`,
  String.raw`\[(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d{1,2})\]`,
  String.raw`_.|\*.`,
].join('|');

/** Unseen; a text in quotes, escaped or bare; digits; all else. */
const parts = new RegExp(
  String.raw`(${unseen})|"([^"]*)"|\\(.)|([-+(): ])|(general|(?=[#0]|\.0)#*0*(?:,[#0]{3})*(?:\.0+)?)|(.)`,
  'gisu',
);

/** What a format shows: its texts, and groups of digits. */
interface Layout {
  pieces: { text: string; isDigits: boolean }[];
  decimals: number;
  hasThousands: boolean;
  isGeneral: boolean;
}

/** Up to a semicolon that is neither quoted nor escaped. */
const firstSection = /^(?:"[^"]*"|[\\_*].|[^;])*/su;

const layouts = new Map<string, Layout | null>();

/**
 * The number as its sheet shows it, where that is a code: literals, zeros and hyphens. For General,
 * whole numbers, thousands separators, and a whole number with decimals it is the digits.
 * @returns null where the format shows something else: a share, an amount, a unit after
 */
export function shownNumber(cell: NumberCell): string | null {
  const decimal = readDecimal(cell.text);
  if (decimal === null) return cell.text;
  const digits = decimalText(decimal.fraction === '' ? decimal : roundedTo(decimal, sheetDigits));
  if (cell.format === null || cell.format === '@') return digits;
  const section = firstSection.exec(cell.format)![0];
  let layout = layouts.get(section);
  if (layout === undefined) layouts.set(section, (layout = readLayout(section)));
  if (layout === null) return null;
  if (isPlain(layout, decimal)) return digits;
  // A negative number has a section of its own where there are several.
  if (layout.hasThousands || (decimal.negative && section !== cell.format)) return null;
  const size = { ...decimal, negative: false };
  const shown = layout.isGeneral ? textOf(layout, decimalText(size), '') : fill(layout, size);
  return shown !== null && decimal.negative ? `-${shown}` : shown;
}

function readLayout(section: string): Layout | null {
  const layout: Layout = { pieces: [], decimals: 0, hasThousands: false, isGeneral: false };
  for (const [all, hidden, quoted, escaped, bare, digits, other] of section.matchAll(parts)) {
    if (all === '' || hidden !== undefined) continue;
    if (other !== undefined || layout.decimals > 0) {
      // After decimals, only space is no unit.
      if (all.replace(/["\\ ]/g, '') !== '') return null;
      continue;
    }
    if (digits === undefined) {
      layout.pieces.push({ text: quoted ?? escaped ?? bare ?? '', isDigits: false });
      continue;
    }
    const [whole = '', fraction = ''] = digits.split('.');
    layout.isGeneral ||= /general/i.test(digits);
    layout.hasThousands ||= whole.includes(',');
    layout.decimals = fraction.length;
    layout.pieces.push({ text: whole, isDigits: true });
  }
  trimSpaces(layout.pieces);
  return isCode(layout) ? layout : null;
}

function trimSpaces(pieces: Layout['pieces']): void {
  const isSpace = (piece?: Layout['pieces'][number]) =>
    piece?.isDigits === false && !piece.text.trim();
  while (isSpace(pieces[0])) pieces.shift();
  while (isSpace(pieces.at(-1))) pieces.pop();
}

/** Digits stand last, as what is after them is a unit; no text is a currency or a share. */
function isCode({ pieces, isGeneral, decimals }: Layout): boolean {
  const groups = pieces.filter(({ isDigits }) => isDigits);
  if (!pieces.at(-1)?.isDigits) return false;
  if (groups.length > 1 && (isGeneral || decimals > 0)) return false;
  // A digit that is left out would leave its hyphen behind.
  if (groups.slice(1).some(({ text }) => text.includes('#'))) return false;
  const isPadded = groups.some(({ text }) => text.includes('00'));
  const texts = pieces.filter(({ isDigits }) => !isDigits).map(({ text }) => text.trim());
  // `"F"0000` is a code, `"F"0.00` are francs.
  return texts.every(
    (text) => !/[\p{Sc}%]/u.test(text) && (text === '' || isPadded || !isCurrency(text)),
  );
}

/** Nothing but the digits: `0`, `#,##0`, `0.00` of a whole number, General. */
function isPlain({ pieces, decimals, hasThousands, isGeneral }: Layout, value: Decimal): boolean {
  if (pieces.length !== 1) return false;
  if (hasThousands || isGeneral) return true;
  const isPadded = pieces[0]!.text.endsWith('00');
  if (isPadded) return false;
  return decimals === 0 || value.fraction === '';
}

/** Puts the digits in, from the right: `00-000` of 12345 is `12-345`. */
function fill(layout: Layout, value: Decimal): string | null {
  const { pieces, decimals } = layout;
  if (decimals === 0 && value.fraction !== '') return null;
  const rounded = roundedToPlaces(roundedTo(value, sheetDigits), decimals);
  const whole = pieces.flatMap(({ isDigits, text }) => (isDigits ? [text] : []));
  const zeros = whole.join('').replaceAll('#', '').length;
  const integer =
    rounded.integer === '0' && zeros === 0 ? '' : rounded.integer.padStart(zeros, '0');
  const fraction = decimals > 0 ? `.${rounded.fraction.padEnd(decimals, '0')}` : '';
  return textOf(layout, integer, fraction);
}

function textOf({ pieces }: Layout, digits: string, fraction: string): string {
  let left = digits;
  let groups = pieces.filter(({ isDigits }) => isDigits).length;
  let text = fraction;
  for (const piece of [...pieces].reverse()) {
    if (!piece.isDigits) {
      text = piece.text + text;
      continue;
    }
    groups--;
    const count = groups === 0 ? left.length : piece.text.length;
    text = left.slice(left.length - count) + text;
    left = left.slice(0, left.length - count);
  }
  return text;
}
