import { UsageError, shellWord } from '../errors.js';
import { type Content, Replay } from './content.js';
import { plainDialect, readPiece } from './csv.js';
import {
  type FoundDialect,
  type SepLine,
  type TextHead,
  delimiterAsked,
  findDialect,
  findSepLine,
  quoteAsked,
} from './dialect.js';
import { decode, withoutFirst, findEncoding } from './encoding.js';
import { refuseBinary } from './foreign.js';
import type { Piece } from './piece.js';
import { RecordSplitter } from './records.js';
import type {
  Dialect,
  SheetHead,
  SourceFormat,
  SourceOptions,
  SourceRow,
  Taker,
} from './source.js';

/** How much is looked at to find the encoding: all of a small file, the beginning of others. */
const smallFileBytes = 8 * 1024 * 1024;
const sampleBytes = 1024 * 1024;
/** The header must begin within the first this many bytes. */
const headBytes = 2 * 1024 * 1024;

export interface TextSource {
  format: SourceFormat;
  encoding: string | null;
  hasMark: boolean;
  delimiter: string | null;
  /** Null where cells are not divided by a sign. */
  dialect: Dialect | null;
  /** See `Source`, like `keys` and `isSeenWhole`. */
  sheet: string | null;
  keys: readonly string[] | null;
  isSeenWhole: boolean;
  notes: string[];
  /** Other lists or elements that may be the products. */
  others: SheetHead[];
  head: SourceRow[];
  sample: SourceRow[];
  rows(taker: Taker | null): AsyncGenerator<Iterable<SourceRow>>;
  /** The line where a quote opened that was still open at the end of the text, or null. */
  openQuoteLine(): number | null;
  warnings(): string[];
}

/**
 * Finds out how a text is to be read.
 * @throws UsageError if it is no table, or if no row can be read at its beginning
 */
export async function openText(content: Content, options: SourceOptions): Promise<TextSource> {
  const { bytes, cut } = content;
  const { place, size } = content.stored;
  const small = size !== null && size <= smallFileBytes;
  const sample = await bytes.peek(small ? smallFileBytes : sampleBytes);
  const encoding = findEncoding(
    { bytes: sample, isWhole: bytes.seenWhole, place },
    options.encoding,
  );
  const text = new Replay(decode(bytes, encoding));
  const start = await text.peek(headBytes);
  refuseBinary(start.subarray(0, 4096), place);
  const sep = findSepLine(start);
  const sepBytes = sep?.bytes ?? 0;
  const firstLine = sep ? 2 : 1;
  const isCut = () => cut() !== null;
  const whole = text.seenWhole && !isCut();
  const head = { bytes: start.subarray(sepBytes), whole, firstLine };
  const found = dialectOf(head, sep, encoding.name, options);
  assertReadable(found.head, head, place);
  const { dialect, isDoubtful, delimiter } = found;
  const splitter = new RecordSplitter({ dialect, firstLine, isDoubtful });
  const { withText = false } = options;
  const rest = withoutFirst(text, sepBytes);
  return {
    format: options.format === 'auto' && delimiter === '\t' ? 'tsv' : textFormat(options),
    encoding: encoding.name,
    hasMark: encoding.bomBytes > 0,
    delimiter,
    dialect,
    ...{ sheet: null, keys: null, isSeenWhole: false },
    notes: [encoding.note, quoteNote(dialect, options)].filter((note) => note !== null),
    others: [],
    head: found.head,
    sample: found.sample,
    rows: (taker) => readRows(readPieces(rest, splitter, isCut), { dialect, withText }, taker),
    openQuoteLine: () => splitter.openQuoteLine,
    warnings: () => quoteWarnings(splitter, dialect),
  };
}

const escapedNote =
  'Backslashes read as a database writes them (\\t, \\n, \\\\), as cells of \\N stand for nothing. If they are text, give --quote none.';
const unquotedNote =
  'No cell stands in quotes, though some begin with one: these are taken as text (see --quote).';

function quoteNote({ isEscaped, isUnquoted, quote }: Dialect, asked: SourceOptions): string | null {
  if (isEscaped) return escapedNote;
  if (isUnquoted) return unquotedNote;
  if (quote === null || quote === quoteAsked(asked.quote)) return null;
  return `Cells read as quoted by ${quote}, which stands around each header or text (see --quote).`;
}

function quoteWarnings({ textQuotes, textQuoteLine }: RecordSplitter, { quote }: Dialect) {
  if (textQuotes === 0) return [];
  const rows = textQuotes === 1 ? 'One row has' : `${textQuotes} rows have`;
  return [
    `${rows} a ${quote} inside a cell without quotes, taken as text: the first is on line ${textQuoteLine}`,
  ];
}

function textFormat(options: SourceOptions): SourceFormat {
  return options.format === 'tsv' ? 'tsv' : 'csv';
}

function dialectOf(
  head: TextHead,
  sep: SepLine | null,
  encoding: string,
  options: SourceOptions,
): FoundDialect {
  const { format, escape, recognise } = options;
  const quote = quoteAsked(options.quote);
  const asked = delimiterAsked(options) ?? sep?.delimiter ?? (format === 'tsv' ? '\t' : null);
  return findDialect(head, { ...plainDialect, quote, escape, encoding }, asked, recognise);
}

/** What ends a line on mainframes, and in Unicode, and for no table. */
const foreignLineEnd = /[\u0085\u2028\u2029]/gu;

/** A text without any other line end would be one row, its header, and load nothing in silence. */
function assertLines(text: Buffer, place: string): void {
  if (text.includes(0x0a) || text.includes(0x0d) || text.includes(0x1e)) return;
  const ends = text.toString('utf8', 0, 64 * 1024).match(foreignLineEnd) ?? [];
  if (ends.length < 2) return;
  const code = ends[0]!.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  throw new UsageError(
    `${place}: its lines end in U+${code} alone, which no table does. Save it with the line ends of Windows or Unix.`,
    'header_unreadable',
  );
}

function assertReadable(rows: SourceRow[], head: TextHead, place: string): void {
  assertLines(head.bytes, place);
  if (rows.some((row) => 'cells' in row)) return;
  const first = rows[0];
  if (first && 'unreadable' in first) {
    const where = `${place}:${first.line}`;
    const message = `${where}: no row can be read at the beginning. ${first.unreadable.message}.`;
    const way =
      whyUndivided(rows) ??
      'Is this a CSV file? If it is, name what stands between its cells with --delimiter';
    throw new UsageError(`${message} ${way}.`, 'header_unreadable');
  }
  const extent = head.whole ? 'it holds nothing but blanks' : 'it begins without a whole row';
  throw new UsageError(`${place}: ${extent}. Name a file with a header line.`, 'file_empty');
}

async function* readPieces(
  chunks: AsyncIterable<Buffer>,
  splitter: RecordSplitter,
  isCut: () => boolean,
): AsyncGenerator<Piece> {
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end(isCut());
}

async function* readRows(
  pieces: AsyncIterable<Piece>,
  { dialect, withText }: { dialect: Dialect; withText: boolean },
  taker: Taker | null,
): AsyncGenerator<Iterable<SourceRow>> {
  for await (const piece of pieces) yield readPiece(piece, dialect, withText, taker);
}

/** More lines than this share have the columns of a fixed width, where a file has such ones. */
const mostLines = 0.8;

/**
 * What may be wrong with a text whose rows came out as one cell each, and the way out; null where it
 * may well have one column only.
 */
export function whyUndivided(head: readonly SourceRow[]): string | null {
  const lines = head.flatMap((row) => {
    if ('unreadable' in row) return [row.unreadable.value];
    const [first, ...others] = row.cells;
    return typeof first === 'string' && others.every((cell) => cell === '') ? [first] : [];
  });
  if (lines.length < 2 || lines.length < head.length) return null;
  if (lines.filter((line) => /\S {2,}\S/.test(line)).length > lines.length * mostLines) {
    return 'Its columns seem to be padded with blanks to a fixed width. Save it with a sign between the cells, such as a tab, and name that with --delimiter';
  }
  const sign = signOfAll(lines);
  if (sign === null) return null;
  const [header, row] = lines.map((line) => line.split(sign).length);
  const lacks = header! < row!;
  const first = lacks ? 'put a header before the first one, as each row has a cell more, and ' : '';
  return `Each row was read as one cell. If ${nameOf(sign)} stands between the cells, ${first}give --delimiter ${wordFor(sign)}`;
}

/** What stands in every line, as often in each below the header. */
function signOfAll(lines: string[]): string | null {
  const [header, ...rows] = lines as [string, ...string[]];
  const signs = new Set(header.match(/[^\p{L}\p{N}\p{M}"'._-]/gu) ?? []);
  const counts = (sign: string) => rows.map((line) => line.split(sign).length - 1);
  const even = [...signs].filter(
    (sign) => new Set(counts(sign)).size === 1 && counts(sign)[0]! > 0,
  );
  return even.sort((a, b) => counts(b)[0]! - counts(a)[0]!)[0] ?? null;
}

function nameOf(sign: string): string {
  if (sign === ' ') return 'a blank';
  return isControl(sign) ? `the control character ${sign.charCodeAt(0)}` : `"${sign}"`;
}

function wordFor(sign: string): string {
  const code = sign.charCodeAt(0).toString(16).padStart(2, '0');
  return isControl(sign) ? `$'\\x${code}'` : shellWord(sign);
}

function isControl(sign: string): boolean {
  return sign < ' ' || sign === '\x7f';
}
