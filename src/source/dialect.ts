import { UsageError } from '../errors.js';
import { type Dialect, headRowLimit, type SourceOptions, type SourceRow } from './source.js';
import { readPiece, hasBlanksBehind } from './csv.js';
import { isEscapedText, isUnquotedText } from './escaped.js';
import type { Piece } from './piece.js';
import { RecordSplitter } from './records.js';

/** What decides how a text is to be read is looked for in its first so many bytes. */
const sampleBytes = 64 * 1024;
const candidates = [',', ';', '\t', '|', '~', '^', '\x01', '\x1f'];

/** The beginning of a text, as UTF-8. */
export interface TextHead {
  bytes: Buffer;
  /** Nothing follows, and nothing is missing: the end of the text ends a record. */
  whole: boolean;
  /** The physical line of its first byte. */
  firstLine: number;
}

/** What can be said of a text from its beginning. */
interface FirstRows {
  /** The first rows that are not blank, at most `headRowLimit`. */
  head: SourceRow[];
  /** The rows of the first 64 KB. */
  sample: SourceRow[];
  /** Whether quotes stand there that nobody meant as such. */
  isDoubtful: boolean;
  /** Whether every delimiter there, one at least, has a blank after it. */
  hasBlanksBehind: boolean;
}

export interface FoundDialect extends FirstRows {
  dialect: Dialect;
  /** Null where the table has one column only: reading then takes the comma. */
  delimiter: string | null;
}

/** A first line like `sep=;`, which tells Excel the delimiter and is no row. */
export interface SepLine {
  delimiter: string;
  bytes: number;
}

/** @throws UsageError unless it is one character that can stand between cells */
export function delimiterAsked({ delimiter: asked, quote }: SourceOptions): string | null {
  if (asked === 'auto') return null;
  const delimiter = asked === 'tab' || asked === '\\t' ? '\t' : asked;
  const isOne = [...delimiter].length === 1 && !/[\r\n\0]/.test(delimiter);
  if (isOne && delimiter !== quoteAsked(quote)) return delimiter;
  throw new UsageError(
    `--delimiter ${JSON.stringify(asked)}: give one character that is not the quote, such as ";", or the word tab.`,
    'delimiter_invalid',
  );
}

/** @throws UsageError unless it is `none` or one character that can stand around cells */
export function quoteAsked(asked: string): string | null {
  if (asked === 'none') return null;
  if ([...asked].length === 1 && !/[\s\\\p{L}\p{N}\p{C}]/u.test(asked)) return asked;
  throw new UsageError(
    `--quote ${JSON.stringify(asked)}: give one sign, such as ' (no letter, digit, blank or backslash), or the word none.`,
    'quote_invalid',
  );
}

/** Finds the line `sep=;`, which names the delimiter for Excel; null where a file has none. */
export function findSepLine(head: Buffer): SepLine | null {
  const match = /^("?)sep=([^"\r\n\0])\1(\r\n|\n|\r)/i.exec(head.toString('utf8', 0, 32));
  return match && { delimiter: match[2]!, bytes: Buffer.byteLength(match[0]) };
}

/** Reads the beginning of a text in a dialect. */
function readFirst(text: TextHead, dialect: Dialect): FirstRows {
  const { bytes, whole, firstLine } = text;
  const splitter = new RecordSplitter({ dialect, firstLine, pieceBytes: sampleBytes });
  const head: SourceRow[] = [];
  const sample: SourceRow[] = [];
  let blanks: boolean | null = null;
  let { isDoubtful } = splitter;
  for (let at = 0; at < bytes.length && (at === 0 || head.length < headRowLimit);) {
    const slice = bytes.subarray(at, at + sampleBytes);
    const isFirst = at === 0;
    at += sampleBytes;
    // One by one: an open quote may end in so many rows at once that no call takes them all.
    for (const piece of piecesOf(splitter, slice, at < bytes.length ? null : whole)) {
      const rows = [...readPiece(piece, dialect)];
      head.push(...rows.slice(0, headRowLimit - head.length));
      if (!isFirst) continue;
      for (const row of rows) sample.push(row);
      blanks = blanks !== false && blanksBehind(piece, dialect);
    }
    if (isFirst) isDoubtful = splitter.isDoubtful;
  }
  return { head, sample, isDoubtful, hasBlanksBehind: blanks === true };
}

/** @param endsWhole null where the slice isn't the last one; else whether its end ends a record */
function* piecesOf(splitter: RecordSplitter, slice: Buffer, endsWhole: boolean | null) {
  yield* splitter.push(slice);
  if (endsWhole !== null) yield* splitter.end(!endsWhole);
}

function blanksBehind({ bytes, starts, ends }: Piece, dialect: Dialect): boolean {
  let isAny = false;
  for (const [i, start] of starts.entries()) {
    const record = bytes.toString('utf8', start, ends[i]);
    if (!hasBlanksBehind(record, dialect)) return false;
    isAny ||= record.includes(`${dialect.delimiter} `);
  }
  return isAny;
}

/**
 * How a text is to be read.
 * @param base what is known of its dialect
 * @param asked the delimiter; null where it has to be found
 */
export function findDialect(
  text: TextHead,
  base: Omit<Dialect, 'delimiter'>,
  asked: string | null,
  recognise: Recognise,
): FoundDialect {
  const among = asked === null ? candidates.filter((one) => one !== base.quote) : [asked];
  const withRowEnd = { ...base, rowEnd: findRowEnd(text.bytes) };
  const found = findDelimiter(text, withRowEnd, among, recognise);
  const quote = base.quote === '"' ? otherQuote(found.head) : null;
  if (quote !== null) return findDialect(text, { ...base, quote }, asked, recognise);
  const delimiter = asked ?? found.delimiter;
  const lines = isOneColumn(found.head)
    ? findDelimiter(text, { ...withRowEnd, wholeLines: true }, among, recognise)
    : null;
  if (lines !== null && lines.recognised > 0) return lines;
  const more = peculiarities(text, found);
  if (more === null) return { ...found, delimiter };
  const dialect = { ...found.dialect, ...more };
  return { dialect, delimiter, ...readFirst(text, dialect) };
}

/** What stands around every header, or around every text below, instead of the usual quote. */
function otherQuote(head: SourceRow[]): string | null {
  const [headers, ...rows] = head.filter(isReadable).map(({ cells }) => cells.map(textOf));
  if (headers === undefined || headers.length < 2) return null;
  const around = (sign: string) => (one: string) =>
    one.length > 2 && one.startsWith(sign) && one.endsWith(sign);
  // One that holds the delimiter was cut there.
  const isPart = (sign: string) => (one: string) =>
    !/\p{L}/u.test(one) || one.startsWith(sign) || one.endsWith(sign);
  const areTexts = (sign: string) => (cells: string[]) =>
    cells.every(isPart(sign)) && cells.some(around(sign)) && cells[0]!.startsWith(sign);
  const isQuote = (sign: string) =>
    headers.every(around(sign)) || (rows.length > 0 && rows.every(areTexts(sign)));
  return ["'", '`'].find(isQuote) ?? null;
}

const textOf = (cell: unknown) => String(cell).trim();

/** What else decides how a text is read, now that its delimiter is known; null for nothing. */
function peculiarities(text: TextHead, found: FoundDialect): Partial<Dialect> | null {
  const { quote } = found.dialect;
  if (quote !== null && found.delimiter === '\t') {
    const beginning = text.bytes.toString('utf8', 0, sampleBytes);
    if (isEscapedText(beginning, quote)) return { isEscaped: true };
    if (isUnquotedText(beginning, quote)) return { isUnquoted: true, quote: null };
  }
  return found.hasBlanksBehind ? { blankBehind: true } : null;
}

function isOneColumn(head: SourceRow[]): boolean {
  return head.every((row) => !isReadable(row) || row.cells.slice(1).every((cell) => cell === ''));
}

/** The record separator of ASCII, where its unit separator stands between cells; else line ends. */
function findRowEnd(bytes: Buffer): string | null {
  const sample = bytes.subarray(0, sampleBytes);
  return sample.includes(0x1e) && sample.includes(0x1f) ? '\x1e' : null;
}

type Recognise = (cells: string[]) => number;

/**
 * Finds the delimiter by reading the first rows with each one: what gives the most headers that
 * we know wins, then what gives rows of equal length. (Counting characters is wrong where texts
 * are full of commas, or prices have decimal ones.)
 */
function findDelimiter(
  text: TextHead,
  base: Omit<Dialect, 'delimiter'>,
  among: string[],
  recognise: Recognise,
): FoundDialect & { recognised: number } {
  const there = among.filter((delimiter) => text.bytes.includes(delimiter));
  // What is not there need not be tried, but for one that shows the rows as one cell each.
  const tries = (there.length > 0 ? there : among.slice(0, 1)).map((delimiter) => {
    const dialect = { ...base, delimiter };
    const first = readFirst(text, dialect);
    return { dialect, delimiter, ...first, ...score(first.head, recognise) };
  });
  const best = tries.reduce((a, b) => (b.score > a.score ? b : a));
  const single = best.score === 0 || (best.recognised === 0 && tries.every(isKnownColumn));
  if (!single) return best;
  const dialect = { ...base, delimiter: among[0]! };
  return { dialect, delimiter: null, recognised: 0, ...readFirst(text, dialect) };

  function isKnownColumn({ head }: FirstRows): boolean {
    const first = head.find(isReadable);
    return first?.cells.length === 1 && recognise(first.cells as string[]) > 0;
  }
}

function isReadable(row: SourceRow): row is Exclude<SourceRow, { unreadable: unknown }> {
  return 'cells' in row;
}

function score(head: SourceRow[], recognise: Recognise): { score: number; recognised: number } {
  const rows = head.filter(isReadable).map((row) => row.cells as string[]);
  const wide = rows.filter((cells) => cells.length > 1);
  const recognised = Math.max(0, ...wide.slice(0, 10).map(recognise));
  const lengths = new Map<number, number>();
  for (const { length } of rows) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  const [width, count] = [...lengths].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
  // Equal length weighs less than one known header; width only breaks ties.
  const even = width > 1 ? (count / rows.length) * 0.9 + Math.min(width, 50) / 1000 : 0;
  return { score: recognised + even, recognised };
}
