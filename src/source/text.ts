import { UsageError } from '../errors.js';
import { refuseBinary } from './foreign.js';
import { type Content, Replay } from './content.js';
import type {
  Dialect,
  SheetHead,
  SourceFormat,
  SourceOptions,
  SourceRow,
  Taker,
} from './source.js';
import { plainDialect, readPiece } from './csv.js';
import { decode, withoutFirst, findEncoding } from './encoding.js';
import {
  type FoundDialect,
  type SepLine,
  type TextHead,
  delimiterAsked,
  findDialect,
  findSepLine,
  quoteAsked,
} from './dialect.js';
import type { Piece } from './piece.js';
import { RecordSplitter } from './records.js';
import { whyUndivided } from './undivided.js';

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
