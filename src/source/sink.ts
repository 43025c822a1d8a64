import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { stream } from 'exceljs';
import iconv from 'iconv-lite';
import type { Cell } from './row.js';
import { workbookText } from './workbook-text.js';

/** How a file of rows is to be written: as another one was read. */
export interface Dialect {
  delimiter: string;
  /** As iconv-lite names it. */
  encoding: string;
}

/** Writes rows as delimited text. UTF-16 gets its mark, as readers can't do without. */
export async function writeText(
  path: string,
  rows: AsyncIterable<Cell[]>,
  { delimiter, encoding }: Dialect,
): Promise<void> {
  const texts = Readable.from(mapRows(rows, (cells) => cells.map(cellText)));
  // The encoder takes texts, not bytes.
  const csv = stringify({ delimiter }).setEncoding('utf8');
  const encode = iconv.encodeStream(encoding, { addBOM: /^utf-?(16|32)/i.test(encoding) });
  await pipeline(texts, csv, encode, createWriteStream(path));
}

/** Writes rows as a workbook of one sheet. Texts stay texts, whatever they look like. */
export async function writeWorkbook(path: string, rows: AsyncIterable<Cell[]>): Promise<void> {
  const { default: excel } = await import('exceljs');
  const file = createWriteStream(path);
  const failed = new Promise<never>((_, reject) => file.once('error', reject));
  const writer = new excel.stream.xlsx.WorkbookWriter({ stream: file, useStyles: true });
  // The writer itself would not notice that the file can't be written.
  await Promise.race([fillWorkbook(writer, rows), failed]);
}

async function fillWorkbook(
  writer: stream.xlsx.WorkbookWriter,
  rows: AsyncIterable<Cell[]>,
): Promise<void> {
  const sheet = writer.addWorksheet('rejects', { views: [{ state: 'frozen', ySplit: 1 }] });
  for await (const cells of rows) {
    const row = sheet.addRow(cells.map(cellValue));
    cells.forEach((cell, i) => {
      if (typeof cell === 'string' && cell !== '') row.getCell(i + 1).numFmt = '@';
      else if (typeof cell === 'object' && cell.kind === 'number' && cell.format) {
        row.getCell(i + 1).numFmt = cell.format;
      }
    });
    row.commit();
  }
  sheet.commit();
  await writer.commit();
}

async function* mapRows<T>(rows: AsyncIterable<Cell[]>, map: (cells: Cell[]) => T) {
  for await (const cells of rows) yield map(cells);
}

/** A cell as text, so that it reads back as what it was. */
function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  switch (cell.kind) {
    case 'number':
      return cell.text;
    case 'boolean':
      return cell.value ? 'true' : 'false';
    case 'date':
      return cell.iso;
    case 'error':
      return cell.text;
  }
}

/** A number that a double holds exactly stays one; any other is kept as text. */
function cellValue(cell: Cell): string | number | boolean | null {
  if (cell === '') return null;
  if (typeof cell === 'string') return workbookText(cell);
  if (cell.kind === 'boolean') return cell.value;
  if (cell.kind === 'number' && cell.text.replace(/\D/g, '').length <= 15) return Number(cell.text);
  return cellText(cell);
}
