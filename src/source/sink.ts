import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { CellErrorValue, stream } from 'exceljs';
import iconv from 'iconv-lite';
import type { Dialect } from './csv.js';
import type { Cell } from './row.js';
import { workbookText } from './workbook-text.js';

/** Writes rows as delimited text, as another one was read. UTF-16 gets its mark, as readers can't do without. */
export async function writeText(
  path: string,
  rows: AsyncIterable<string[]>,
  { delimiter, encoding }: Dialect,
): Promise<void> {
  // The encoder takes texts, not bytes.
  const csv = stringify({ delimiter }).setEncoding('utf8');
  const encode = iconv.encodeStream(encoding, { addBOM: /^utf-?(16|32)/i.test(encoding) });
  await pipeline(Readable.from(rows), csv, encode, createWriteStream(path));
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
      const format = formatOf(cell);
      if (format) row.getCell(i + 1).numFmt = format;
    });
    row.commit();
  }
  sheet.commit();
  await writer.commit();
}

/** `@` keeps text what it is, and what is typed in its place, too. */
function formatOf(cell: Cell): string | null {
  if (typeof cell === 'string') return cell === '' ? null : '@';
  if (cell.kind === 'number') return cell.format;
  return cell.kind === 'error' ? '@' : null;
}

/** Errors are errors again; a number has to be one that a double holds. */
function cellValue(cell: Cell): string | number | boolean | CellErrorValue | null {
  if (cell === '') return null;
  if (typeof cell === 'string') return workbookText(cell);
  switch (cell.kind) {
    case 'boolean':
      return cell.value;
    case 'number':
      return Number(cell.text);
    case 'date':
      return cell.iso;
    case 'error':
      return { error: cell.text as CellErrorValue['error'] };
  }
}
