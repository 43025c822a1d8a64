import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import iconv from 'iconv-lite';
import type { Cell } from './row.js';
import { workbookFile, workbookNumber, type WorkbookCell } from './write-workbook.js';

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

/**
 * Writes rows as a workbook. Texts stay texts, whatever they look like.
 * @param hasHeader whether the first row is one
 */
export async function writeWorkbook(
  path: string,
  rows: AsyncIterable<Cell[]>,
  hasHeader = true,
): Promise<void> {
  const cells = mapRows(rows, (row) => row.map(workbookCell));
  const file = workbookFile([{ name: 'rejects', columns: [], rows: cells, hasHeader }]);
  await pipeline(Readable.from(file), createWriteStream(path));
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

function workbookCell(cell: Cell): WorkbookCell {
  if (cell === '') return null;
  if (typeof cell === 'string') return { value: cell, format: '@' };
  if (cell.kind === 'boolean') return cell.value;
  if (cell.kind !== 'number') return cellText(cell);
  const value = workbookNumber(cell.text);
  return cell.format ? { value, format: cell.format } : value;
}
