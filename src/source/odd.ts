import type { Dialect } from './source.js';

/** What of a dialect decides where cells end. */
export type CellMarks = Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'blankBehind'>;

/**
 * The cells of one record whose quotes RFC 4180 does not know, by the rules that RecordSplitter
 * finds records with: blanks around quotes are left out, and a quote inside an unquoted cell is
 * text.
 */
export function readOddRecord(record: string, marks: CellMarks): string[] {
  const { delimiter, blankBehind } = marks;
  const cells: string[] = [];
  for (let at = 0; ;) {
    const cell = readQuotedCell(record, at, marks);
    const end = cell?.end ?? delimiterFrom(record, at, delimiter);
    cells.push(cell?.text ?? record.slice(at, end));
    if (end >= record.length) return cells;
    at = end + delimiter.length;
    if (blankBehind && record[at] === ' ') at++;
  }
}

/** Whether every delimiter outside of quotes has a blank behind it, or the record's end. */
export function hasBlanksBehind(record: string, marks: CellMarks): boolean {
  for (let at = 0; ;) {
    const cell = readQuotedCell(record, at, marks);
    at = (cell?.end ?? delimiterFrom(record, at, marks.delimiter)) + marks.delimiter.length;
    if (at >= record.length) return true;
    if (record[at] !== ' ') return false;
  }
}

/** Null where the cell has no quote at its start; otherwise its text, and where its delimiter is. */
function readQuotedCell(
  record: string,
  start: number,
  { delimiter, quote, escape }: CellMarks,
): { text: string; end: number } | null {
  if (quote === null) return null;
  const open = behindBlanks(record, start, delimiter);
  if (!record.startsWith(quote, open)) return null;
  const close = escape === '\\' ? closeOfEscaped : closeOf;
  const end = close(record, open + quote.length, quote);
  if (end < 0) return null;
  const inner = record.slice(open + quote.length, end);
  const next = behindBlanks(record, end + quote.length, delimiter);
  if (next < record.length && !record.startsWith(delimiter, next)) return null;
  return { text: unescaped(inner, quote, escape), end: next };
}

/** The closing quote, from inside of the quotes on; -1 where there is none. */
function closeOf(record: string, from: number, quote: string): number {
  for (let at = from; ;) {
    const found = record.indexOf(quote, at);
    if (found < 0 || !record.startsWith(quote, found + quote.length)) return found;
    at = found + 2 * quote.length;
  }
}

function closeOfEscaped(record: string, from: number, quote: string): number {
  for (let at = from; at < record.length;) {
    if (record[at] === '\\') at++;
    else if (record.startsWith(quote, at)) {
      if (!record.startsWith(quote, at + quote.length)) return at;
      at += quote.length;
    }
    at++;
  }
  return -1;
}

/** Behind a backslash a quote and a backslash mean themselves; before anything else it is text. */
function unescaped(text: string, quote: string, escape: Dialect['escape']): string {
  if (escape === '"') return text.replaceAll(quote + quote, () => quote);
  const sign = /[\]\\^-]/.test(quote) ? `\\${quote}` : `[${quote}]`;
  return text.replace(
    new RegExp(`\\\\(${sign}|\\\\)|${sign}${sign}`, 'gu'),
    (_, inner?: string) => {
      return inner ?? quote;
    },
  );
}

function behindBlanks(record: string, from: number, delimiter: string): number {
  let at = from;
  while ((record[at] === ' ' || record[at] === '\t') && record[at] !== delimiter) at++;
  return at;
}

function delimiterFrom(record: string, from: number, delimiter: string): number {
  const at = record.indexOf(delimiter, from);
  return at < 0 ? record.length : at;
}
