import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import type { SourceRow } from '../source.js';
import { chooseSheet, findMainPart, otherSheets, sheetNotes, readWorkbook } from './workbook.js';
import { Container, partFaults } from './container.js';
import { asFault, damaged, batchCharacters, batchRows } from './fault.js';
import { SharedStrings } from './shared-strings.js';
import { SheetReader, type SheetSurroundings } from './sheet.js';
import { readStyles } from './number-format.js';
import { XmlReader } from '../xml.js';
import { xmlText } from '../xml-text.js';

export interface WorkbookOptions {
  /** A sheet's name or number (from 1); null means the first visible one. */
  sheet: string | null;
  /** Of texts in an old .xls that names none; `auto` is Western. */
  encoding?: string;
  /** How many of these cells are headers that we know; helps to choose among the tables of a page. */
  recognise?: (cells: string[]) => number;
  /** How messages call the file; by default its base name. */
  name?: string;
}

/** A sheet that was not chosen; its rows are there until the workbook is closed. */
export type OtherSheet = Pick<WorkbookSheet, 'sheet' | 'rows'>;

/** One sheet of an opened workbook. */
export interface WorkbookSheet {
  /** Its name. */
  readonly sheet: string;
  /** Sentences about what was decided. */
  readonly notes: string[];
  /** The other visible ones that have rows. */
  readonly others: readonly OtherSheet[];
  /**
   * All rows that are not blank, in batches. Read once.
   * @throws UsageError where the file turns out to be damaged: nothing of it may be imported
   */
  rows(): AsyncIterable<SourceRow[]>;
  /** Bytes of the file as stored that have been read. */
  bytesRead(): number;
  /** Safe to call at any time, more than once. */
  close(): Promise<void>;
}

/**
 * Opens an .xlsx workbook and chooses the sheet. Memory does not depend on the number of rows, and
 * on that of the distinct texts by four bytes each (see StringStore).
 * @throws UsageError where the file is something else, damaged, or has no such sheet
 */
export async function openXlsx(path: string, options: WorkbookOptions): Promise<WorkbookSheet> {
  const name = options.name ?? basename(path);
  const { size } = await stat(path).catch((error: unknown) => {
    throw asFault(name, 'the file', error);
  });
  const progress = new Progress(size);
  const container = await Container.open(path, name, (bytes) => progress.add(bytes));
  try {
    return await openSheet(container, options.sheet, progress);
  } catch (error) {
    container.close();
    throw error;
  }
}

async function openSheet(
  container: Container,
  wish: string | null,
  progress: Progress,
): Promise<WorkbookSheet> {
  const { name } = container;
  const mainPart = await findMainPart(container);
  if (mainPart === null) throw damaged(name, 'it holds no workbook');
  const workbook = await readWorkbook(container, mainPart);
  const chosen = chooseSheet(workbook.sheets, wish, name);
  const { part } = chosen;
  if (part === null || !container.has(part)) {
    throw damaged(name, `the part of its sheet "${chosen.name}" is missing`);
  }
  const formats = await readStyles(container, workbook.stylesPart);
  const strings = await SharedStrings.read(container, workbook.sharedStringsPart);
  const { uses1904 } = workbook;
  const around = { name, part, fileBytes: progress.total, strings, formats, uses1904 };
  const others = otherSheets(workbook.sheets, chosen).flatMap((sheet) =>
    sheet.part === null || !container.has(sheet.part) ? [] : [{ ...sheet, part: sheet.part }],
  );
  return {
    sheet: chosen.name,
    notes: sheetNotes(workbook.sheets, chosen, wish),
    others: others.map((other) => ({
      sheet: other.name,
      rows: () => readRows(container, { ...around, part: other.part }, progress),
    })),
    rows: () => readRows(container, around, progress),
    bytesRead: () => progress.bytes,
    close: async () => {
      strings.close();
      container.close();
    },
  };
}

/** The text is fed in small slices, for a few bytes of it may stand for megabytes of shared text. */
const sliceCharacters = 4096;

async function* readRows(
  container: Container,
  around: SheetSurroundings,
  progress: Progress,
): AsyncGenerator<SourceRow[]> {
  const { name, part } = around;
  const sheet = new SheetReader(around);
  const faults = partFaults(name, part);
  const xml = new XmlReader(sheet, faults);
  for await (const text of xmlText(container.read(part), faults)) {
    for (let at = 0; at < text.length; at += sliceCharacters) {
      xml.write(text.slice(at, at + sliceCharacters));
      if (sheet.pendingRows >= batchRows || sheet.pendingCharacters >= batchCharacters) {
        yield sheet.take();
      }
    }
  }
  xml.end();
  if (sheet.pendingRows > 0) yield sheet.take();
  progress.finish();
}

/** Bytes as stored; parts that are never read (pictures, other sheets) are made up for at the end. */
class Progress {
  private read = 0;

  constructor(readonly total: number) {}

  get bytes(): number {
    return Math.min(this.total, Math.round(this.read));
  }

  add(storedBytes: number): void {
    this.read += storedBytes;
  }

  finish(): void {
    this.add(this.total - this.read);
  }
}
