import { UsageError } from '../errors.js';
import { type Content, unpack } from './content.js';
import { isJson, isWorkbook, refuseForeignBytes } from './foreign.js';
import { openJson } from './json-source.js';
import type { SourceRow, Source, SourceOptions } from './source.js';
import { type StoredBytes, openStored, storedStream } from './stored.js';
import { type TextSource, openText } from './text.js';
import { openWorkbookSource } from './workbook-source.js';

/**
 * Opens a file, or standard input for `-`, and finds out what it is: from the content, not the
 * name.
 * @throws UsageError naming the file and the way out, if it can't be read as asked
 */
export async function openSource(
  options: SourceOptions & { file: string },
  stdin: AsyncIterable<Buffer | string> = process.stdin,
): Promise<Source> {
  const { file, signal, copy } = options;
  const stored =
    file === '-' ? storedStream(stdin, { copy }) : await openStored(file, { signal, copy });
  return readSource(stored, options);
}

/**
 * Finds out what bytes are, wherever they come from. They are closed where that fails.
 * @throws UsageError as above
 */
export async function readSource(stored: StoredBytes, options: SourceOptions): Promise<Source> {
  try {
    const content = await unpack(stored);
    return await openContent(content, options);
  } catch (error) {
    await stored.close();
    throw error;
  }
}

async function openContent(content: Content, options: SourceOptions): Promise<Source> {
  const { stored } = content;
  const { format } = options;
  const head = await content.bytes.peek(4096);
  if (head.length === 0) throw empty(content);
  if (isWorkbook(head)) {
    if (format === 'csv' || format === 'tsv') throw mismatch(stored, format, 'a ZIP or OLE file');
    return openWorkbookSource(content, options);
  }
  refuseForeignBytes(head, stored.place);
  if (isJson(head, format)) return textSource(content, await openJson(content, options));
  if (format === 'xlsx' || format === 'xls') throw mismatch(stored, format, 'text');
  if (options.sheet !== null) throw noSheets(content.stored, options.sheet);
  return textSource(content, await openText(content, options));
}

function textSource(content: Content, text: TextSource): Source {
  const { stored } = content;
  async function* rows(): AsyncGenerator<SourceRow[]> {
    yield* text.rows();
    await content.finish();
    await stored.assertUnchanged();
  }
  return {
    name: stored.name,
    format: text.format,
    encoding: text.encoding,
    hasMark: text.hasMark,
    delimiter: text.delimiter,
    dialect: text.dialect,
    sheet: text.sheet,
    keys: text.keys,
    isSeenWhole: text.isSeenWhole,
    compressed: content.compressed,
    notes: text.notes,
    head: text.head,
    sample: text.sample,
    otherSheets: async () => [],
    rows,
    bytesRead: () => stored.bytesRead(),
    bytesTotal: stored.size,
    sha256: async () => stored.sha256(),
    cut: () => content.cut(),
    damage: () => content.cut() ?? openQuote(text.openQuoteLine()),
    warnings: () => text.warnings(),
    close: () => stored.close(),
  };
}

function openQuote(line: number | null): string | null {
  return line === null ? null : `the file ends inside a quote that opens on line ${line}`;
}

function empty(content: Content): UsageError {
  const what = content.compressed
    ? `there is nothing in this gzip file (${content.cut() ?? 'it was empty before'})`
    : 'the file is empty';
  const message = `${content.stored.place}: ${what}. Name a file with a header line.`;
  return new UsageError(message, 'file_empty');
}

function noSheets({ place }: StoredBytes, sheet: string): UsageError {
  const message = `${place}: --sheet ${sheet} was given, but this is a text, which has no sheets. Leave it out.`;
  return new UsageError(message, 'sheet_of_text');
}

function mismatch({ place }: StoredBytes, format: string, found: string): UsageError {
  const message = `${place}: this is ${found}, but --format ${format} was given. Leave it out.`;
  return new UsageError(message, 'format_mismatch');
}
