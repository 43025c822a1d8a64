import type { Cell } from '../source.js';
import { isoCellToIso, serialToIso, generalFormat, type NumberFormat } from './number-format.js';

/** A cell as its XML has it, before style and calendar say what it means. */
export interface RawCell {
  /** The `t` attribute: b, d, e, n, str, inlineStr; s is looked up before. */
  type: string;
  style: number;
  /** The text of `v`, or of `is`; null where there is none. */
  value: string | null;
  isFormula: boolean;
}

const numberPattern = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** @param formats by style index, see readStyles */
export function toCell(raw: RawCell, formats: NumberFormat[], uses1904: boolean): Cell {
  const { type, value } = raw;
  if (value === null) return raw.isFormula ? { kind: 'error', text: '' } : '';
  if (type === 'inlineStr' || type === 'str' || type === 's') return decodeEscapes(value);
  const text = value.trim();
  if (text === '') return raw.isFormula ? { kind: 'error', text: '' } : '';
  if (type === 'e') return { kind: 'error', text };
  if (type === 'b') return booleanCell(text);
  if (type === 'd') return isoDateCell(text);
  return numberCell(text, formats[raw.style] ?? generalFormat, uses1904);
}

function numberCell(text: string, format: NumberFormat, uses1904: boolean): Cell {
  if (!numberPattern.test(text)) return text;
  const iso = format.isDate ? serialToIso(Number(text), uses1904) : null;
  return iso === null ? { kind: 'number', text, format: format.code } : { kind: 'date', iso };
}

function booleanCell(text: string): Cell {
  if (text === '1' || text === 'true') return { kind: 'boolean', value: true };
  if (text === '0' || text === 'false') return { kind: 'boolean', value: false };
  return text;
}

function isoDateCell(text: string): Cell {
  const iso = isoCellToIso(text);
  return iso === null ? text : { kind: 'date', iso };
}

/**
 * Characters that XML can't carry stand in workbooks as `_x` and four hex digits and `_`; the
 * underscore of a text that only looks so is itself escaped as `_x005F_` (ECMA-376, part 1,
 * 22.9.2.19).
 */
function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Whether the escapes in a text leave half of a surrogate pair, which no encoding can carry. */
export function hasLoneSurrogate(text: string): boolean {
  return text.includes('_x') && /\p{Surrogate}/u.test(decodeEscapes(text));
}

/** @returns the column of a reference such as `AB12`, from 0; -1 where it is none */
export function columnOf(reference: string): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 4; at++) {
    const letter = (reference.charCodeAt(at) | 32) - 96;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
