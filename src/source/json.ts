import { isUtf8 } from 'node:buffer';
import type { RowPlace, KeyedRows } from './keyed.js';
import { unreadable } from './keyed.js';
import { excerpt } from './piece.js';
import type { Cell, JsonCell, SourceRow, UnreadableRow } from './source.js';

/** One product longer than this is a reject, as is a record of a CSV. */
const maxBytes = 1024 * 1024;
/** Characters of a product that can't be read, which its reject keeps. */
const maxWritten = 32_000;
/** Lists and objects inside each other. */
export const maxDepth = 64;

const quote = 0x22;
const backslash = 0x5c;

/**
 * A product of a JSON file as a row, or as one for each of its variants. Numbers stay as they are
 * written, as a double would change them: the text is checked by `JSON.parse`, and then only cut.
 * @param next the places of its rows, one after the other
 */
export function readObject(bytes: Buffer, next: () => RowPlace, rows: KeyedRows): SourceRow[] {
  const written = () => onOneLine(excerpt(bytes, maxWritten));
  const members = readMembers(bytes);
  if (Array.isArray(members)) return rows.rows(next, members, written);
  return [unreadable(next(), members.code, written(), members.message)];
}

/** The members of a product, or why it has none. */
export function readMembers(bytes: Buffer): [string, Cell][] | JsonFault {
  if (bytes.length > maxBytes) {
    return { code: 'record_too_large', message: 'The product has more than 1 MB' };
  }
  if (!isUtf8(bytes)) {
    const message = 'The product holds bytes that mean nothing in this encoding';
    return { code: 'invalid_encoding', message };
  }
  const text = bytes.toString('utf8');
  const message = `Lists and objects stand more than ${maxDepth} deep inside each other`;
  return faultOf(text) ?? membersOf(text) ?? { code: 'record_too_large', message };
}

interface JsonFault {
  code: UnreadableRow['unreadable']['code'];
  message: string;
}

/** Why a text is no JSON object, or null. */
function faultOf(text: string): JsonFault | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return null;
    return { code: 'column_count', message: 'This is no JSON object, so it is no product' };
  } catch (error) {
    return brokenJson(text, (error as Error).message);
  }
}

/** @param why as `JSON.parse` says it, which differs from version to version */
function brokenJson(text: string, why: string): JsonFault {
  if (text.includes('\0')) {
    return { code: 'nul_character', message: 'A NUL character stands in this product: remove it' };
  }
  if (/unterminated/i.test(why)) {
    return {
      code: 'quote_unterminated',
      message: 'A string is opened by a quote and never closed',
    };
  }
  const at = /at position (\d+)/.exec(why)?.[1];
  const where = at === undefined ? 'it ends too early' : `see its character ${Number(at) + 1}`;
  return { code: 'quote_misplaced', message: `This is no valid JSON (${where})` };
}

/** JSON may be broken into lines anywhere but inside of strings, which can't hold line ends. */
function onOneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/\s*[\r\n]\s*/g, ' ') : text;
}

/**
 * The members of a JSON object, in their order.
 * @param text well-formed
 * @returns null where it is nested too deep
 */
function membersOf(text: string): [string, Cell][] | null {
  const members: [string, Cell][] = [];
  let at = skipBlank(text, text.indexOf('{') + 1);
  while (text.charCodeAt(at) === quote) {
    const keyEnd = endOfString(text, at);
    const from = skipBlank(text, skipBlank(text, keyEnd) + 1);
    const end = endOfValue(text, from);
    if (end < 0) return null;
    members.push([stringOf(text, at, keyEnd), cellOf(text, from, end)]);
    at = skipBlank(text, end);
    if (text.charCodeAt(at) === 0x2c) at = skipBlank(text, at + 1);
  }
  return members;
}

/** The elements of a JSON list; null where it is nested too deep. */
function elementsOf(text: string): Cell[] | null {
  const cells: Cell[] = [];
  let at = skipBlank(text, text.indexOf('[') + 1);
  while (at < text.length && text.charCodeAt(at) !== 0x5d) {
    const end = endOfValue(text, at);
    if (end < 0) return null;
    cells.push(cellOf(text, at, end));
    at = skipBlank(text, end);
    if (text.charCodeAt(at) === 0x2c) at = skipBlank(text, at + 1);
  }
  return cells;
}

function cellOf(text: string, from: number, end: number): Cell {
  if (text.charCodeAt(from) === quote) return stringOf(text, from, end);
  const raw = text.slice(from, end);
  return raw === 'null' ? '' : new JsonValue(onOneLine(raw));
}

/** A well-formed value that is no text, cut into its parts only where somebody asks for them. */
export class JsonValue implements JsonCell {
  readonly kind = 'json';

  constructor(readonly text: string) {}

  elements(): Cell[] | null {
    return this.text.startsWith('[') ? elementsOf(this.text) : null;
  }

  members(): [string, Cell][] | null {
    return this.text.startsWith('{') ? membersOf(this.text) : null;
  }
}

function stringOf(text: string, from: number, end: number): string {
  const inner = text.slice(from + 1, end - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(from, end)) as string) : inner;
}

/** Where the string that begins at `at` ends. */
export function endOfString(text: string, at: number): number {
  for (let from = at + 1; ;) {
    const end = text.indexOf('"', from);
    if (end < 0) return text.length + 1;
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return end + 1;
    from = end + 1;
  }
}

/** Where the value that begins at `at` ends; -1 where it is nested too deep. */
export function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === quote) return endOfString(text, at);
  if (first !== 0x7b && first !== 0x5b) return endOfWord(text, at);
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i) - 1;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth >= maxDepth) return -1;
    } else if ((code === 0x7d || code === 0x5d) && --depth === 0) return i + 1;
  }
  return text.length + 1;
}

function endOfWord(text: string, at: number): number {
  let end = at;
  while (end < text.length && !/[\s,\]}]/.test(text.charAt(end))) end++;
  return end;
}

export function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}
