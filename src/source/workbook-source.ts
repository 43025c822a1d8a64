import type { Content } from './content.js';
import {
  type SheetHead,
  type SourceRow,
  headRowLimit,
  type Source,
  type SourceOptions,
  type SourceFormat,
} from './source.js';
import { type Spool, spool } from './temporary-file.js';
import { UsageError } from '../errors.js';
import type { OtherSheet, WorkbookSheet } from './xlsx/xlsx.js';

/**
 * A workbook as a source. What has no path of its own (standard input, gzip) is copied to a
 * temporary file first, as a workbook's table of contents stands at its end.
 */
export async function openWorkbookSource(
  content: Content,
  { sheet, format, encoding }: Pick<SourceOptions, 'sheet' | 'format' | 'encoding'>,
): Promise<Source> {
  const { stored } = content;
  const inPlace = content.compressed ? null : stored.path;
  const copy = inPlace === null ? await spool(content.bytes, stored.place) : null;
  try {
    const path = copy?.path ?? inPlace!;
    const workbook = await openWorkbook({ path, name: stored.place, sheet, format, encoding });
    return await source(content, workbook, copy);
  } catch (error) {
    copy?.remove();
    throw error;
  }
}

async function source(content: Content, book: OpenedWorkbook, copy: Spool | null): Promise<Source> {
  const { stored } = content;
  const { format, opened } = book;
  const batches = opened.rows()[Symbol.asyncIterator]();
  const first = await firstBatches(batches);
  async function* rows(): AsyncGenerator<SourceRow[]> {
    yield* first.splice(0);
    for (let next = await batches.next(); !next.done; next = await batches.next()) yield next.value;
    await content.finish();
    await stored.assertUnchanged();
  }
  return {
    name: stored.name,
    format,
    encoding: null,
    hasMark: false,
    delimiter: null,
    dialect: null,
    sheet: opened.sheet,
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

async function firstBatches(batches: AsyncIterator<SourceRow[]>): Promise<SourceRow[][]> {
  const first: SourceRow[][] = [];
  for (let count = 0; count < headRowLimit;) {
    const next = await batches.next();
    if (next.done) break;
    first.push(next.value);
    count += next.value.length;
  }
  return first;
}

interface OpenedWorkbook {
  format: 'xlsx' | 'xls';
  opened: WorkbookSheet;
}

interface WantedSheet {
  path: string;
  /** What messages call the file. */
  name: string;
  /** A name or number; null means the first visible one. */
  sheet: string | null;
  /** `auto`, or that of an old .xls that names none. */
  encoding: string;
  /** What the user says that it is. */
  format: 'auto' | SourceFormat;
}

/**
 * Opens a sheet of a workbook, whichever of the formats it has; by its first bytes it is one.
 * @throws UsageError if it is no workbook that can be read
 */
async function openWorkbook(wanted: WantedSheet): Promise<OpenedWorkbook> {
  const { path, name, sheet } = wanted;
  // Readers of workbooks are heavy, and most files are none.
  const { workbookKind } = await import('./xlsx/kind.js');
  const kind = await workbookKind(path, name);
  if (wanted.format !== 'auto' && wanted.format !== kind) {
    throw new UsageError(
      `${name}: --format ${wanted.format} does not fit, this is an .${kind} workbook. Leave it out.`,
      'format_mismatch',
    );
  }
  if (kind === 'xls') {
    const { openXls } = await import('./xls.js');
    return {
      format: kind,
      opened: await openXls(path, { sheet, name, encoding: wanted.encoding }),
    };
  }
  const { openXlsx } = await import('./xlsx/xlsx.js');
  return { format: kind, opened: await openXlsx(path, { sheet, name }) };
}
