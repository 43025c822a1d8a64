import { UsageError } from '../errors.js';
import { refuseForeignText } from './foreign.js';
import type { Content } from './content.js';
import type { Dialect } from './csv.js';
import { readPiece } from './csv.js';
import { decode, withoutFirst } from './decode.js';
import type { SepLine, TextHead } from './dialect.js';
import { delimiterAsked, findDialect, findSepLine, readHead } from './dialect.js';
import { findEncoding } from './encoding.js';
import { RecordSplitter } from './records.js';
import { Replay } from './replay.js';
import type { SourceRow } from './row.js';
import type { SourceFormat, SourceOptions } from './source.js';

/** How much is looked at to find the encoding: all of a small file, the beginning of others. */
const smallFileBytes = 8 * 1024 * 1024;
const sampleBytes = 1024 * 1024;
/** The header must begin within the first this many bytes. */
const headBytes = 2 * 1024 * 1024;

export interface TextSource {
  format: SourceFormat;
  encoding: string;
  hasMark: boolean;
  delimiter: string | null;
  notes: string[];
  head: SourceRow[];
  rows(): AsyncGenerator<SourceRow[]>;
  /** The line where a quote opened that was still open at the end of the text, or null. */
  openQuoteLine(): number | null;
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
  refuseForeignText(start, place);
  const sep = findSepLine(start);
  const sepBytes = sep?.bytes ?? 0;
  const head = { bytes: start.subarray(sepBytes), whole: text.seenWhole && cut() === null };
  const found = dialectOf(head, sep, encoding.name, options);
  assertReadable(found.head, head, place);
  const dialect = { delimiter: found.delimiter ?? ',', encoding: encoding.name };
  const splitter = new RecordSplitter({ ...dialect, firstLine: sep ? 2 : 1 });
  return {
    format: options.format === 'auto' && found.delimiter === '\t' ? 'tsv' : textFormat(options),
    encoding: encoding.name,
    hasMark: encoding.bomBytes > 0,
    delimiter: found.delimiter,
    notes: encoding.note === null ? [] : [encoding.note],
    head: found.head,
    rows: () => readRows(withoutFirst(text, sepBytes), splitter, dialect, () => cut() !== null),
    openQuoteLine: () => splitter.openQuoteLine,
  };
}

function textFormat(options: SourceOptions): SourceFormat {
  return options.format === 'tsv' ? 'tsv' : 'csv';
}

function dialectOf(head: TextHead, sep: SepLine | null, encoding: string, options: SourceOptions) {
  const asked = delimiterAsked(options.delimiter);
  const delimiter = asked ?? sep?.delimiter ?? (options.format === 'tsv' ? '\t' : null);
  const firstLine = sep ? 2 : 1;
  if (delimiter === null) return findDialect(head, encoding, firstLine, options.recognise);
  return { delimiter, head: readHead(head, { delimiter, encoding }, firstLine) };
}

function assertReadable(rows: SourceRow[], head: TextHead, place: string): void {
  if (rows.some((row) => 'cells' in row)) return;
  const first = rows[0];
  if (first && 'unreadable' in first) {
    const where = `${place}:${first.line}`;
    const message = `${where}: no row can be read at the beginning. ${first.unreadable.message}.`;
    throw new UsageError(`${message} Is this a CSV file?`, 'header_unreadable');
  }
  const extent = head.whole ? 'it holds nothing but blanks' : 'it begins without a whole row';
  throw new UsageError(`${place}: ${extent}. Name a file with a header line.`, 'file_empty');
}

async function* readRows(
  chunks: AsyncIterable<Buffer>,
  splitter: RecordSplitter,
  dialect: Dialect,
  isCut: () => boolean,
): AsyncGenerator<SourceRow[]> {
  for await (const chunk of chunks) {
    const piece = splitter.push(chunk);
    if (piece) yield readPiece(piece, dialect);
  }
  const rest = splitter.end(isCut());
  if (rest) yield readPiece(rest, dialect);
}
