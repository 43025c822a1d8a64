import type { Cell } from '../source/row.js';
import { cellFault, cellText, isBlankText } from './cell.js';
import { Fault, quoted } from './fault.js';

/** Characters (code points, as PostgreSQL counts them) that a SKU, a name or an owner may have. */
const maxCharacters = 255;

/** The fault of a text that its column does not hold; null where it fits. */
export function tooLong(text: string, field: string): Fault | null {
  if (text.length <= maxCharacters) return null;
  let characters = 0;
  for (const character of text) characters += character === '' ? 0 : 1;
  if (characters <= maxCharacters) return null;
  return new Fault(
    'too_long',
    `The ${field} ${quoted(text)} has ${characters} characters, at most ${maxCharacters} fit: shorten it`,
  );
}

/** A name or an owner: trimmed, at most 255 characters; null where blank. */
export function readShortText(cell: Cell, field: string): string | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const text = cellText(cell).trim();
  if (text === '' || isInvisible(text)) return null;
  return tooLong(text, field) ?? text;
}

/** A description or an attribute: every byte is kept; null where there is only white space. */
export function readText(cell: Cell): string | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const text = typeof cell === 'string' ? cell : cellText(cell);
  return isBlankText(text) ? null : text;
}

/** Nothing but zero-width characters and the like: no name, though not blank to a computer. */
function isInvisible(text: string): boolean {
  return text.charCodeAt(0) > 0x7e && /^[\s\p{Default_Ignorable_Code_Point}]+$/u.test(text);
}
