import type { Content } from './content.js';
import {
  type SheetHead,
  type SourceRow,
  headRowLimit,
  type Source,
  type SourceOptions,
  type Taker,
} from './source.js';
import { type Spool, spool } from './temporary-file.js';
import type { OtherSheet, WorkbookOptions, WorkbookSheet } from './xlsx/xlsx.js';

/** What a workbook is, as the reader of its kind has to know. */
export type WorkbookKind = 'xlsx' | 'xls' | 'xlsb' | 'ods' | 'html';

/** A file with a path, so that it can be read from any place. */
export interface OnDisk {
  path: string;
  /** The copy that it is; null where the file itself is read. */
  copy: Spool | null;
}

/**
 * The content as a file. What has no path of its own (standard input, gzip) is copied to a temporary
 * one first: a workbook's table of contents stands at its end.
 */
export async function onDisk(content: Content): Promise<OnDisk> {
  const { stored } = content;
  if (!content.compressed && content.member === null && stored.path !== null) {
    return { path: stored.path, copy: null };
  }
  const size = content.compressed ? null : stored.size;
  const copy = await spool(content.bytes, stored.place, size);
  return { path: copy.path, copy };
}

/** A workbook as a source. */
export async function openWorkbookSource(
  content: Content,
  { path, copy }: OnDisk,
  kind: WorkbookKind,
  { sheet, encoding, recognise }: SourceOptions,
): Promise<Source> {
  const wanted = { path, name: content.stored.place, sheet, encoding, recognise };
  return source(content, await openWorkbook(kind, wanted), copy);
}

async function source(content: Content, book: OpenedWorkbook, copy: Spool | null): Promise<Source> {
  const { stored } = content;
  const { format, opened } = book;
  let taker: Taker | null = null;
  const batches = opened.rows(() => taker)[Symbol.asyncIterator]();
  const first = await firstBatches(batches);
  async function* rows(asked: Taker | null = null): AsyncGenerator<Iterable<SourceRow>> {
    taker = asked;
    yield* first.splice(0);
    for (let next = await batches.next(); !next.done; next = await batches.next()) yield next.value;
    await content.finish();
    await stored.assertUnchanged();
  }
  return {
    name: stored.name,
    format,
    ...{ encoding: null, hasMark: false, delimiter: null, dialect: null },
    sheet: opened.sheet,
    member: content.member,
    keys: null,
    isSeenWhole: false,
    compressed: content.compressed,
    notes: opened.notes,
    head: first.flat().slice(0, headRowLimit),
    sample: first.flat(),
    otherSheets: () => headsOf(opened.others),
    rows,
    bytesRead: () => (copy ? stored.bytesRead() : opened.bytesRead()),
    bytesTotal: stored.size,
    sha256: async () => stored.sha256(),
    cut: () => content.cut(),
    // A workbook that ends too early is refused, so that only its packing can be cut off.
    damage: () => content.cut(),
    warnings: () => [],
    close: async () => {
      await opened.close();
      copy?.remove();
      await stored.close();
    },
  };
}

/** Of a workbook with more sheets only the first ones are looked at. */
const maxOtherSheets = 20;

async function headsOf(sheets: readonly OtherSheet[]): Promise<SheetHead[]> {
  const heads: SheetHead[] = [];
  for (const { sheet, rows } of sheets.slice(0, maxOtherSheets)) {
    const head: SourceRow[] = [];
    for await (const batch of rows()) {
      head.push(...batch);
      if (head.length >= headRowLimit) break;
    }
    heads.push({ sheet, head: head.slice(0, headRowLimit) });
  }
  return heads;
}

async function firstBatches(batches: AsyncIterator<Iterable<SourceRow>>): Promise<SourceRow[][]> {
  const first: SourceRow[][] = [];
  for (let count = 0; count < headRowLimit;) {
    const next = await batches.next();
    if (next.done) break;
    const rows = [...next.value];
    first.push(rows);
    count += rows.length;
  }
  return first;
}

interface OpenedWorkbook {
  format: WorkbookKind;
  opened: WorkbookSheet;
}

/** Readers of workbooks are heavy, and most files are none. */
async function openWorkbook(
  format: WorkbookKind,
  { path, ...options }: WorkbookOptions & { path: string },
): Promise<OpenedWorkbook> {
  if (format === 'xlsx') {
    const { openXlsx } = await import('./xlsx/xlsx.js');
    return { format, opened: await openXlsx(path, options) };
  }
  const { openXls } = await import('./xls.js');
  return { format, opened: await openXls(path, options, format) };
}
