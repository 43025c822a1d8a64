import type { RejectCode } from './reject.js';

/** Why a cell can't be taken. The parser knows the row and the column, and makes a Reject of it. */
export class Fault {
  constructor(
    readonly code: RejectCode,
    /** A sentence for a person: the value, and the way out. */
    readonly error: string,
  ) {}
}

/** A value as sentences quote it: one line, at most 60 characters. */
export function quoted(text: string): string {
  const line = text.length > 240 ? text.slice(0, 240) : text;
  const shown = Array.from(line.replace(/\s+/gu, ' '));
  return shown.length <= 60 ? `"${shown.join('')}"` : `"${shown.slice(0, 59).join('')}…"`;
}

/**
 * The same text in memory of its own. A cell is a slice of a much larger piece of the file, and
 * would keep all of that alive where it is kept for long.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** What stood there, as a reject keeps it: at most 200 characters, storable and printable. */
export function cut(text: string): string {
  const short = text.length > 400 ? text.slice(0, 400) : text;
  const characters = short.length <= 200 ? short : Array.from(short).slice(0, 200).join('');
  return detached(characters)
    .replaceAll('\0', '\u2400')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}
