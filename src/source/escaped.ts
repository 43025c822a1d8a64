import type { UnreadableRow } from './source.js';

/**
 * Texts as databases write them: cells without quotes, divided by tabs, `\N` for nothing, and a
 * backslash before what would divide cells or rows, and before itself. And texts divided by tabs
 * that know neither quotes nor backslashes, as product feeds are.
 */

/** What a backslash and the sign after it stand for. */
const meanings: Record<string, string> = {
  '\\': '\\',
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
  Z: '\x1a',
  '\t': '\t',
  '\n': '\n',
  '\r': '\r',
  '\r\n': '\r\n',
};

/** A cell of nothing, what is escaped, a delimiter, all else. */
const parts = /(?<=^|[\t\n])(\\N)(?=[\t\r\n]|$)|\\(\r\n|[^]|$)|(\t)|[^\\\t]+/gu;

/** The cells of a record; null where a backslash stands before what such a text never has there. */
export function readEscapedRecord(record: string): string[] | null {
  const cells = [''];
  for (const [all, nothing, escaped, divider] of record.matchAll(parts)) {
    if (divider !== undefined) {
      cells.push('');
      continue;
    }
    const text = nothing ?? (escaped === undefined ? all : meanings[escaped]);
    if (text === undefined) return null;
    cells[cells.length - 1] += text;
  }
  return cells;
}

/** Why nobody knows what a record says; null where that is plain. */
export function escapeFault(
  record: string,
  quote: string,
): Omit<UnreadableRow['unreadable'], 'value'> | null {
  if (!record.includes('\\')) return null;
  const cells = opensQuote(record, quote) ? null : readEscapedRecord(record);
  if (cells === null) {
    const message =
      'A backslash stands where no database writes one, though cells of \\N say that one has ' +
      'written this file: write it twice, or see --quote none';
    return { code: 'quote_misplaced', message };
  }
  if (!cells.some((cell) => cell.includes('\0'))) return null;
  const message = 'The record has a NUL character (\\0), which PostgreSQL cannot store';
  return { code: 'nul_character', message };
}

/** Whether a cell begins with a quote: nobody knows whether that one is meant as text. */
function opensQuote(text: string, quote: string): boolean {
  return text.split(/[\t\r\n]/).some((cell) => cell.trimStart().startsWith(quote));
}

/**
 * Whether the beginning of a text divided by tabs is such a one: it has cells of `\N`, none in
 * quotes, and backslashes nowhere else than a database writes them.
 */
export function isEscapedText(beginning: string, quote: string): boolean {
  const whole = beginning.slice(0, beginning.lastIndexOf('\n') + 1) || beginning;
  if (!/(?:^|[\t\n])\\N(?=[\t\r\n]|$)/.test(whole)) return false;
  return !opensQuote(whole, quote) && readEscapedRecord(whole) !== null;
}

/** Whether a line goes on after its end: an odd number of backslashes stands there. */
export function isEscapedAt(text: Uint8Array, from: number, lineEnd: number): boolean {
  const end = withoutReturn(text, from, lineEnd);
  let start = end;
  while (start > from && text[start - 1] === 0x5c) start--;
  return (end - start) % 2 === 1;
}

/** Where a line ends, whichever line end it has. */
export function withoutReturn(text: Uint8Array, from: number, end: number): number {
  return end > from && text[end - 1] === 0x0d ? end - 1 : end;
}

/**
 * Whether the beginning of a text divided by tabs knows no quotes: some cell begins with one, none
 * stands in two, and each line has all cells of a row without them.
 */
export function isUnquotedText(beginning: string, quote: string): boolean {
  const whole = beginning.slice(0, beginning.lastIndexOf('\n') + 1) || beginning;
  if (!opensQuote(whole, quote)) return false;
  const rows = whole
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('\t'));
  const width = rows[0]?.length ?? 0;
  return width > 1 && rows.every((cells) => cells.length === width && !isAnyQuoted(cells, quote));
}

/** Why nobody knows what a record of such a text says; null where that is plain. */
export function quoteFault(
  record: string,
  delimiter: string,
): Omit<UnreadableRow['unreadable'], 'value'> | null {
  if (!isAnyQuoted(record.split(delimiter), '"')) return null;
  const message =
    'A cell stands in quotes, though those at the beginning of the file are text: nobody knows ' +
    'whether these are (see --quote)';
  return { code: 'quote_misplaced', message };
}

function isAnyQuoted(cells: readonly string[], quote: string): boolean {
  return cells.some((cell) => {
    const text = cell.trim();
    return text.length > 1 && text.startsWith(quote) && text.endsWith(quote);
  });
}
