import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import type { CellValue, stream, Worksheet } from 'exceljs';

/** Excel shows no more rows than this on a sheet, the header among them. */
export const maxSheetRows = 1_048_576;

/** Rows between two looks at whether the reader comes along. */
const rowsPerBreath = 500;

/** Text is kept as text, never run as a formula. A format wins over that of the column. */
export type WorkbookCell = CellValue | { value: CellValue; format: string };

export interface WorkbookSheet {
  name: string;
  /** Characters, and Excel's number format (`@` for text); cells without a column have neither. */
  columns: { width: number; format?: string }[];
  /** The first one is the header, if there is one: bold, frozen, and on every further sheet. */
  rows: Iterable<WorkbookCell[]> | AsyncIterable<WorkbookCell[]>;
  hasHeader: boolean;
  /** Puts a filter on each column. */
  hasFilter?: boolean;
}

/**
 * A workbook, written row by row, no faster than it is read. Rows that a sheet can't hold any more
 * go on a further one: `rejects`, `rejects 2`, …
 * @param rowLimit of a sheet
 * @throws what reading the rows throws
 */
export async function* workbookFile(
  sheets: Iterable<WorkbookSheet>,
  rowLimit = maxSheetRows,
): AsyncGenerator<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const file = new PassThrough();
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream: file, useStyles: true });
  workbook.creator = 'prodimport';
  const written = new WorkbookPen(workbook, file, rowLimit).write(sheets);
  written.catch((error: Error) => file.destroy(error));
  let isWhole = false;
  try {
    yield* file as AsyncIterable<Uint8Array>;
    isWhole = true;
  } finally {
    // Where the reader has left, the rows are let go before anybody closes what they come from.
    await (isWhole ? written : written.catch(() => undefined));
  }
}

class WorkbookPen {
  /** Rejects once nobody reads the file any more. */
  private readonly left: Promise<never>;

  constructor(
    private readonly workbook: stream.xlsx.WorkbookWriter,
    file: PassThrough,
    private readonly rowLimit: number,
  ) {
    this.left = once(file, 'close').then(() => Promise.reject(new Error('The reader has left.')));
    this.left.catch(() => undefined);
  }

  async write(sheets: Iterable<WorkbookSheet>): Promise<void> {
    for (const sheet of sheets) await this.writeSheet(sheet);
    await Promise.race([this.workbook.commit(), this.left]);
  }

  private async writeSheet(sheet: WorkbookSheet): Promise<void> {
    let part = 1;
    let page = this.begin(sheet, part);
    let header: WorkbookCell[] | null = null;
    for await (const cells of sheet.rows) {
      if (page.rows === this.rowLimit) {
        page.end();
        part += 1;
        page = this.begin(sheet, part);
        if (header) page.add(header, true);
      }
      const isHeader = sheet.hasHeader && page.rows === 0;
      if (isHeader) header = cells;
      page.add(cells, isHeader);
      if (page.rows % rowsPerBreath === 0) await this.drained(page.sheet);
    }
    page.end();
  }

  private begin(sheet: WorkbookSheet, part: number): Page {
    const name = part === 1 ? sheet.name : `${sheet.name} ${part}`;
    const options = sheet.hasHeader ? { views: [{ state: 'frozen' as const, ySplit: 1 }] } : {};
    return new Page(this.workbook.addWorksheet(name, options), sheet);
  }

  /** What a sheet has taken, but not passed on, the library keeps in memory, however much it is. */
  private async drained(sheet: Worksheet): Promise<void> {
    await breath();
    for (const pipe of (sheet as unknown as Streaming).stream.pipes) {
      if (pipe._writableState.needDrain) await Promise.race([once(pipe, 'drain'), this.left]);
    }
  }
}

/** What the library does not declare of a sheet that it streams: where its bytes wait. */
interface Streaming {
  stream: { pipes: (NodeJS.WritableStream & { _writableState: { needDrain: boolean } })[] };
}

/** One sheet of the file. */
class Page {
  rows = 0;

  constructor(
    readonly sheet: Worksheet,
    private readonly from: WorkbookSheet,
  ) {
    sheet.columns = from.columns.map(({ width, format }) => {
      return { width, style: format ? { numFmt: format } : {} };
    });
  }

  add(cells: WorkbookCell[], isHeader: boolean): void {
    this.rows += 1;
    const row = this.sheet.addRow(
      cells.map((cell) => written(isFormatted(cell) ? cell.value : cell)),
    );
    cells.forEach((cell, at) => {
      if (isFormatted(cell)) row.getCell(at + 1).numFmt = cell.format;
    });
    if (isHeader) row.font = { bold: true };
    row.commit();
  }

  end(): void {
    const { columns, hasFilter } = this.from;
    if (hasFilter) {
      const to = { row: this.rows, column: columns.length };
      this.sheet.autoFilter = { from: { row: 1, column: 1 }, to };
    }
    this.sheet.commit();
  }
}

function isFormatted(cell: WorkbookCell): cell is { value: CellValue; format: string } {
  return typeof cell === 'object' && cell !== null && 'format' in cell;
}

function written(value: CellValue): CellValue {
  if (typeof value !== 'string') return value;
  return value === '' ? null : workbookText(value);
}

/** A number that a double holds exactly, which takes no more than 15 digits; else its text. */
export function workbookNumber(text: string): number | string {
  return text.replace(/\D/g, '').length <= 15 ? Number(text) : text;
}

/**
 * Text for a cell of a workbook. XML can't carry some characters, and makes others another: they are
 * written as `_x000D_` and the like, and the underscore of a text that only looks so as `_x005F_`
 * (ECMA-376, part 1, 22.9.2.19). The writing library does neither.
 */
function workbookText(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replace(unwritable, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `_x${code.padStart(4, '0')}_`;
  });
}

// eslint-disable-next-line no-control-regex
const unwritable = /[\0-\x08\x0b-\x1f\x7f\ufffe\uffff]/g;
