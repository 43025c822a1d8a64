import { UsageError } from '../errors.js';
import { containerOf, refuseForeignBytes } from './content.js';
import { gunzip, isGzip } from './gunzip.js';
import { Replay } from './replay.js';
import type { SourceRow } from './row.js';
import type { Source, SourceOptions } from './source.js';
import { spool } from './spool.js';
import type { StoredBytes } from './stored.js';
import { openStored, storedStream } from './stored.js';
import type { TextSource } from './text.js';
import { openText } from './text.js';
import { openWorkbook } from './workbook.js';

/**
 * Opens a file, or standard input for `-`, and finds out what it is: from the content, not the
 * name.
 * @throws UsageError naming the file and the way out, if it can't be read as asked
 */
export async function openSource(
  options: SourceOptions,
  stdin: AsyncIterable<Buffer | string> = process.stdin,
): Promise<Source> {
  const stored = options.file === '-' ? storedStream(stdin) : await openStored(options.file);
  try {
    return await openContent(stored, options);
  } catch (error) {
    await stored.close();
    throw error;
  }
}

/** The stored bytes, unpacked where they were compressed. */
interface Content {
  stored: StoredBytes;
  packed: Replay;
  bytes: Replay;
  compressed: boolean;
  /** Why unpacking stopped early, or null. */
  cut(): string | null;
}

async function openContent(stored: StoredBytes, options: SourceOptions): Promise<Source> {
  const content = await unpack(stored);
  const head = await content.bytes.peek(4096);
  if (head.length === 0) throw empty(content);
  if (containerOf(head)) return openBook(content, options);
  refuseForeignBytes(head, stored.place);
  if (options.format === 'xlsx' || options.format === 'xls') throw noWorkbook(stored, options);
  const text = await openText(content.bytes, stored.place, stored.size, options);
  return textSource(content, text);
}

async function unpack(stored: StoredBytes): Promise<Content> {
  const packed = new Replay(stored.chunks());
  const compressed = isGzip(await packed.peek(4));
  let cut: string | null = null;
  const unpacked = gunzip(packed, (reason) => {
    cut = reason;
  });
  const bytes = compressed ? new Replay(unpacked) : packed;
  return { stored, packed, bytes, compressed, cut: () => cut };
}

function textSource(content: Content, text: TextSource): Source {
  const { stored } = content;
  async function* rows(): AsyncGenerator<SourceRow[]> {
    yield* text.rows(() => content.cut() !== null);
    await readToEnd(content.packed);
    await stored.assertUnchanged();
  }
  return {
    name: stored.name,
    format: text.format,
    encoding: text.encoding,
    delimiter: text.delimiter,
    sheet: null,
    compressed: content.compressed,
    notes: text.notes,
    head: text.head,
    rows,
    bytesRead: () => stored.bytesRead(),
    bytesTotal: stored.size,
    sha256: async () => stored.sha256(),
    damage: () => content.cut() ?? openQuote(text.openQuoteLine()),
    close: () => stored.close(),
  };
}

/** Damaged gzip data are not unpacked to their end, but counted and hashed all the same. */
async function readToEnd(chunks: Replay): Promise<void> {
  const rest = chunks[Symbol.asyncIterator]();
  while (!(await rest.next()).done);
}

function openQuote(line: number | null): string | null {
  return line === null ? null : `the file ends inside a quote that opens on line ${line}`;
}

async function openBook(content: Content, options: SourceOptions): Promise<Source> {
  const { stored } = content;
  if (options.format === 'csv' || options.format === 'tsv') throw noText(stored, options);
  const copy =
    stored.path === null || content.compressed ? await spool(content.bytes, stored.place) : null;
  await openWorkbook(copy?.path ?? stored.path!, stored.place);
  throw new Error('unreachable');
}

function empty(content: Content): UsageError {
  const { place } = content.stored;
  const what = content.compressed
    ? `there is nothing in this gzip file (${content.cut() ?? 'it was empty before'})`
    : 'the file is empty';
  return new UsageError(`${place}: ${what}. Name a file with a header line.`, 'file_empty');
}

function noWorkbook({ place }: StoredBytes, { format }: SourceOptions): UsageError {
  const message = `${place}: --format ${format} was asked for, but this is text. Leave it out.`;
  return new UsageError(message, 'format_mismatch');
}

function noText({ place }: StoredBytes, { format }: SourceOptions): UsageError {
  const message = `${place}: --format ${format} was asked for, but this is a workbook. Leave it out.`;
  return new UsageError(message, 'format_mismatch');
}
