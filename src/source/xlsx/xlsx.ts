import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import type { SourceRow, Taker } from '../source.js';
import { chooseSheet, findMainPart, otherSheets, sheetNotes, readWorkbook } from './workbook.js';
import { Container } from './container.js';
import { asFault, damaged, batchCharacters, batchRows } from './fault.js';
import { readSteps } from './part.js';
import { PlainSheet } from './plain-sheet.js';
import { SharedStrings } from './shared-strings.js';
import { SheetReader, type SheetSurroundings } from './sheet.js';
import { readStyles } from './number-format.js';

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
   * @param taker who may take rows of a sheet, by the time that they are reached
   * @throws UsageError where the file turns out to be damaged: nothing of it may be imported
   */
  rows(taker?: () => Taker | null): AsyncIterable<Iterable<SourceRow>>;
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
    rows: (taker) => readRows(container, around, progress, taker),
    bytesRead: () => progress.bytes,
    close: async () => {
      strings.close();
      container.close();
    },
  };
}

/**
 * The rows in batches, as many as come of a piece of the part where there is a taker: it may take
 * those that are not asked for yet.
 */
async function* readRows(
  container: Container,
  around: SheetSurroundings,
  progress: Progress,
  taker: () => Taker | null = () => null,
): AsyncGenerator<Iterable<SourceRow>> {
  const sheet = new SheetReader(around);
  const plain = new PlainSheet(sheet, around, taker);
  for await (const steps of readSteps(container, around.part, sheet, plain)) {
    for (let isRead = false; !isRead;) {
      if (taker() !== null) yield batch();
      else {
        isRead = steps.next().done === true;
        if (sheet.pendingRows >= batchRows || plain.isFull) yield sheet.take();
      }

      function* batch(): Generator<SourceRow> {
        let characters = 0;
        do {
          yield* sheet.take();
          isRead = steps.next().done === true;
          characters += sheet.pendingCharacters;
        } while (!isRead && characters < batchCharacters);
        yield* sheet.take();
      }
    }
  }
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
