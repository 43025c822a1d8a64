import { UsageError } from '../errors.js';
import { type Content, unpack } from './content.js';
import {
  isJson,
  isOldExcel,
  isSplitZip,
  isWorkbook,
  markupKind,
  refuseForeignBytes,
} from './foreign.js';
import type { SourceRow, Source, SourceOptions, Taker } from './source.js';
import { type StoredBytes, openStored, storedStream } from './stored.js';
import { type TextSource, openText } from './text.js';
import { type OnDisk, onDisk, openWorkbookSource } from './workbook-source.js';

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
  const head = await content.bytes.peek(4096);
  if (head.length === 0) throw empty(content);
  if (isSplitZip(head)) throw splitZip(stored);
  if (isWorkbook(head)) return openPackage(content, options);
  if (options.member !== null && content.member === null) throw noArchive(stored, options.member);
  refuseForeignBytes(head, stored.place);
  const kind = isOldExcel(head) ? 'xls' : markupKind(head);
  if (kind === 'xml') {
    assertFormat(stored, options.format, ['xml'], 'an XML document');
    const { openXml } = await import('./elements.js');
    return textSource(content, await openXml(content, options));
  }
  if (kind !== null) return openDocument(content, kind, options);
  if (isJson(head, options.format)) {
    const { openJson } = await import('./json-source.js');
    return textSource(content, await openJson(content, options));
  }
  assertFormat(stored, options.format, ['csv', 'tsv'], 'text');
  if (options.sheet !== null) throw noSheets(stored, options.sheet);
  return textSource(content, await openText(content, options));
}

/** A page, or a workbook that is no archive. */
async function openDocument(
  content: Content,
  found: 'html' | 'xls' | 'excel-xml',
  options: SourceOptions,
): Promise<Source> {
  const kind = found === 'excel-xml' ? 'xls' : found;
  const what = {
    html: 'an HTML page',
    xls: 'an old Excel workbook',
    'excel-xml': 'an Excel 2003 XML sheet',
  }[found];
  assertFormat(content.stored, options.format, [kind], what);
  return withDisk(content, (disk) => openWorkbookSource(content, disk, kind, options));
}

/** What is an archive, or a compound file: a workbook, or files of which one is meant. */
async function openPackage(content: Content, options: SourceOptions): Promise<Source> {
  const { stored } = content;
  const { format, member } = options;
  if (format === 'csv' || format === 'tsv') throw mismatch(stored, format, 'a ZIP or OLE file');
  return withDisk(content, async (disk) => {
    const { packageKind } = await import('./xlsx/kind.js');
    const kind = await packageKind(disk.path, stored.place);
    if (kind === 'archive') return openArchive(content, disk, options);
    if (member !== null && content.member === null) throw noArchive(stored, member);
    assertFormat(stored, format, [kind], `an .${kind} workbook`);
    return openWorkbookSource(content, disk, kind, options);
  });
}

async function openArchive(
  content: Content,
  { path, copy }: OnDisk,
  options: SourceOptions,
): Promise<Source> {
  if (content.member !== null) throw archiveWithin(content);
  const { openMember } = await import('./archive.js');
  const member = await openMember(path, content, options.member);
  try {
    const source = await openContent(member.content, options);
    return {
      ...source,
      bytesRead: member.bytesRead,
      close: async () => {
        await source.close();
        member.close();
        copy?.remove();
      },
    };
  } catch (error) {
    member.close();
    throw error;
  }
}

async function withDisk(
  content: Content,
  open: (disk: OnDisk) => Promise<Source>,
): Promise<Source> {
  const disk = await onDisk(content);
  try {
    return await open(disk);
  } catch (error) {
    disk.copy?.remove();
    throw error;
  }
}

function textSource(content: Content, text: TextSource): Source {
  const { stored } = content;
  async function* rows(taker: Taker | null = null): AsyncGenerator<Iterable<SourceRow>> {
    yield* text.rows(taker);
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
    member: content.member,
    keys: text.keys,
    isSeenWhole: text.isSeenWhole,
    compressed: content.compressed,
    notes: text.notes,
    head: text.head,
    sample: text.sample,
    otherSheets: async () => text.others,
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
    ? `there is nothing in this ${content.member === null ? 'gzip' : 'packed'} file (${content.cut() ?? 'it was empty before'})`
    : 'the file is empty';
  const message = `${content.stored.place}: ${what}. Name a file with a header line.`;
  return new UsageError(message, 'file_empty');
}

function noSheets({ place }: StoredBytes, sheet: string): UsageError {
  const message = `${place}: --sheet ${sheet} was given, but this is a text, which has no sheets. Leave it out.`;
  return new UsageError(message, 'sheet_of_text');
}

function assertFormat(
  stored: StoredBytes,
  asked: SourceOptions['format'],
  found: SourceOptions['format'][],
  what: string,
): void {
  if (asked !== 'auto' && !found.includes(asked)) throw mismatch(stored, asked, what);
}

function noArchive({ place }: StoredBytes, member: string): UsageError {
  const message = `${place}: --member ${member} was given, but this is no zip archive of files. Leave it out.`;
  return new UsageError(message, 'member_of_no_archive');
}

function archiveWithin({ stored, member }: Content): UsageError {
  const message = `${stored.place}: its file ${member} is a zip archive itself. Unpack the outer one, and load that.`;
  return new UsageError(message, 'format_foreign');
}

function splitZip({ place }: StoredBytes): UsageError {
  const message = `${place}: this is one part of a ZIP archive that was split. Put its parts together, and load that.`;
  return new UsageError(message, 'format_foreign');
}

function mismatch({ place }: StoredBytes, format: string, found: string): UsageError {
  const message = `${place}: this is ${found}, but --format ${format} was given. Leave it out.`;
  return new UsageError(message, 'format_mismatch');
}
