import { UsageError } from '../errors.js';
import type { Dialect } from './csv.js';
import { readPiece } from './csv.js';
import { RecordSplitter } from './records.js';
import type { SourceRow } from './row.js';
import { headRowLimit } from './source.js';

const sliceBytes = 64 * 1024;
const candidates = [',', ';', '\t', '|'];

/** The beginning of a text, as UTF-8. */
export interface TextHead {
  bytes: Buffer;
  /** Nothing follows, and nothing is missing: the end of the text ends a record. */
  whole: boolean;
}

interface FoundDialect {
  /** Null where the table has one column only: reading then takes the comma. */
  delimiter: string | null;
  head: SourceRow[];
}

/** A first line like `sep=;`, which tells Excel the delimiter and is no row. */
export interface SepLine {
  delimiter: string;
  bytes: number;
}

/** @throws UsageError unless it is one character that can stand between cells */
export function delimiterAsked(asked: string): string | null {
  if (asked === 'auto') return null;
  const delimiter = asked === 'tab' || asked === '\\t' ? '\t' : asked;
  if ([...delimiter].length === 1 && !/["\r\n\0]/.test(delimiter)) return delimiter;
  throw new UsageError(
    `--delimiter ${JSON.stringify(asked)}: give one character, such as ";", or the word tab.`,
    'delimiter_invalid',
  );
}

/** Finds the line `sep=;` with which Excel is told the delimiter; null where a file begins without. */
export function findSepLine(head: Buffer): SepLine | null {
  const match = /^("?)sep=([^"\r\n\0])\1(\r\n|\n|\r)/i.exec(head.toString('utf8', 0, 32));
  return match && { delimiter: match[2]!, bytes: Buffer.byteLength(match[0]) };
}

/** The first rows that are not blank, at most `headRowLimit`, read with a delimiter. */
export function readHead(text: TextHead, dialect: Dialect, firstLine: number): SourceRow[] {
  const splitter = new RecordSplitter({ ...dialect, firstLine, pieceBytes: sliceBytes });
  const rows: SourceRow[] = [];
  for (let at = 0; at < text.bytes.length && rows.length < headRowLimit; at += sliceBytes) {
    const piece = splitter.push(text.bytes.subarray(at, at + sliceBytes));
    if (piece) addRows(rows, readPiece(piece, dialect));
  }
  const rest = rows.length < headRowLimit ? splitter.end(!text.whole) : null;
  if (rest) addRows(rows, readPiece(rest, dialect));
  return rows;
}

/** Up to the limit: an open quote may end in so many rows at once that no call takes them all. */
function addRows(rows: SourceRow[], more: SourceRow[]): void {
  rows.push(...more.slice(0, headRowLimit - rows.length));
}

/**
 * Finds the delimiter by reading the first rows with each one: what gives the most headers that
 * we know wins, then what gives rows of equal length. (Counting characters is wrong where texts
 * are full of commas, or prices have decimal ones.)
 */
export function findDialect(
  text: TextHead,
  encoding: string,
  firstLine: number,
  recognise: (cells: string[]) => number,
): FoundDialect {
  const tries = candidates.map((delimiter) => {
    const head = readHead(text, { delimiter, encoding }, firstLine);
    return { delimiter, head, ...score(head, recognise) };
  });
  const best = tries.reduce((a, b) => (b.score > a.score ? b : a));
  const single = best.score === 0 || (best.recognised === 0 && tries.every(isKnownColumn));
  return single ? { delimiter: null, head: tries[0]!.head } : best;

  function isKnownColumn({ head }: FoundDialect): boolean {
    const first = head.find(isReadable);
    return first?.cells.length === 1 && recognise(first.cells as string[]) > 0;
  }
}

function isReadable(row: SourceRow): row is Exclude<SourceRow, { unreadable: unknown }> {
  return 'cells' in row;
}

function score(
  head: SourceRow[],
  recognise: (cells: string[]) => number,
): { score: number; recognised: number } {
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
