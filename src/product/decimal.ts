/** Numbers as decimal strings: exact, and never a float on the way. */

/** Excel itself keeps and shows 15 significant digits; what follows is a binary artefact. */
export const sheetDigits = 15;

/** No double reaches further; beyond it an exponent is only a way to fill the memory. */
const maxExponent = 400;

/** Longer than any double that is written out, and than any price. */
const maxLength = 800;

/** Whether these are no more digits than a double keeps, whichever they are. */
export function hasSheetDigits(number: string): boolean {
  return number.replace(/\D/g, '').length <= sheetDigits;
}

/**
 * Whether a number is the same as a double, as a workbook stores them, and when a person sees it:
 * any of 15 digits, and a fraction that is written as a double is.
 */
export function hasExactDouble(text: string): boolean {
  const double = Number(text);
  if (!Number.isFinite(double)) return false;
  return hasSheetDigits(text) || (!Number.isInteger(double) && String(double) === text);
}

export interface Decimal {
  negative: boolean;
  /** Digits before the point, without leading zeros; `0` where there are none. */
  integer: string;
  /** Digits after the point, without trailing zeros; may be empty. */
  fraction: string;
}

const decimal = /^\s*([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?\s*$/;

/** Reads `-1.25E+3` and its like; null where the text is no such number. */
export function readDecimal(text: string): Decimal | null {
  const match = text.length > maxLength ? null : decimal.exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', part = '', power = '0'] = match;
  const exponent = Number(power);
  if (whole + part === '' || Math.abs(exponent) > maxExponent) return null;
  return decimalOf(sign === '-', whole + part, whole.length + exponent);
}

/** @param point how many of the digits stand before the decimal point; may lie outside of them */
function decimalOf(negative: boolean, digits: string, point: number): Decimal {
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 0);
  const integer = padded.slice(0, at).replace(/^0+/, '') || '0';
  const fraction = padded.slice(at).replace(/0+$/, '');
  return { negative: negative && (integer !== '0' || fraction !== ''), integer, fraction };
}

export function decimalText(decimal: Decimal): string {
  const { negative, integer, fraction } = decimal;
  return (negative ? '-' : '') + (fraction === '' ? integer : `${integer}.${fraction}`);
}

/** Rounds half up to so many significant digits. */
export function roundedTo(decimal: Decimal, significant: number): Decimal {
  const first = (decimal.integer + decimal.fraction).search(/[1-9]/);
  return first < 0 ? decimal : roundedAt(decimal, first + significant);
}

/** Rounds half up to so many decimals. */
export function roundedToPlaces(decimal: Decimal, places: number): Decimal {
  return roundedAt(decimal, decimal.integer.length + places);
}

/** @param end how many of the digits stay, from the first one before the point */
function roundedAt(decimal: Decimal, end: number): Decimal {
  const all = decimal.integer + decimal.fraction;
  if (all.length <= end) return decimal;
  const kept = BigInt(all.slice(0, end)) + (all.charAt(end) >= '5' ? 1n : 0n);
  const digits = kept.toString().padStart(end, '0');
  const point = decimal.integer.length + (digits.length - end);
  return decimalOf(decimal.negative, digits, point);
}

/** Signs and abbreviations besides Unicode's currency signs and the codes of ISO 4217. */
const abbreviations = new Set(
  'kr kr. fr fr. sfr sfr. rs rs. zł kč ft лв lei din руб руб. р. rm rp dh dhs da s/ s/. f fcfa cfa euro euros 円 元 원'.split(
    ' ',
  ),
);

/** A sign, alone or with the letters that tell dollars apart (`US$`, `CA$`, `R$`); not that of cents. */
const sign = /^(?![^¢￠]*[¢￠])(?:[a-z]{0,3}\p{Sc}|\p{Sc}[a-z]{1,3})$/u;

let codes: Set<string> | null = null;

/** Whether this stands beside a price without meaning anything to its amount; '' does too. */
export function isCurrency(text: string): boolean {
  if (text === '') return true;
  const word = text.toLowerCase();
  if (sign.test(word) || abbreviations.has(word)) return true;
  codes ??= new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
  return codes.has(word);
}
