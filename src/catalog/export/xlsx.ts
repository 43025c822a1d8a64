import { PassThrough } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import type { CellValue, stream } from 'exceljs';
import { hasSheetDigits } from '../../product/decimal.js';
import type { Product } from '../schema.js';
import type { ExportCell, ExportColumn } from './columns.js';
import { workbookText } from '../../source/workbook-text.js';

/** Excel shows no more rows than this on a sheet, the header among them, and no more columns. */
export const maxSheetRows = 1_048_576;

/** Excel cuts longer texts when it opens the file; a load does not. */
const maxCellCharacters = 32_767;

const formats = { text: '@', price: '0.00##', boolean: 'General' };

interface XlsxOptions {
  /** What is done to every text that a spreadsheet might run. */
  protect: (text: string) => string;
  /** Told of each text that is too long for Excel. */
  onLongCell: () => void;
}

/**
 * A workbook with one sheet, written row by row. SKUs and all other texts are text cells, so they
 * keep their zeros and nothing is run; prices are numbers as far as those are exact.
 */
export async function* xlsxFile(
  columns: readonly ExportColumn[],
  batches: AsyncIterable<Product[]>,
  options: XlsxOptions,
): AsyncGenerator<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const file = new PassThrough();
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream: file, useStyles: true });
  workbook.creator = 'prodimport';
  const written = writeSheet(workbook, columns, batches, options, file);
  written.catch((error: Error) => file.destroy(error));
  yield* file as AsyncIterable<Uint8Array>;
  await written;
}

async function writeSheet(
  workbook: stream.xlsx.WorkbookWriter,
  columns: readonly ExportColumn[],
  batches: AsyncIterable<Product[]>,
  options: XlsxOptions,
  file: PassThrough,
): Promise<void> {
  const sheet = workbook.addWorksheet('products', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ kind }) => ({ width: 18, style: { numFmt: formats[kind] } }));
  const header = sheet.addRow(columns.map((column) => xlsxCell(column.header, options)));
  header.font = { bold: true };
  header.commit();
  for await (const products of batches) {
    for (const product of products) {
      sheet.addRow(columns.map(({ cell }) => xlsxCell(cell(product), options))).commit();
    }
    await drained(file);
  }
  sheet.commit();
  await workbook.commit();
}

/** The writer takes rows faster than a slow reader takes the file: waits for the reader. */
async function drained(file: PassThrough): Promise<void> {
  await breath();
  while (file.writableNeedDrain && !file.destroyed) await breath();
}

function xlsxCell(cell: ExportCell, { protect, onLongCell }: XlsxOptions): CellValue {
  if (cell === null || typeof cell === 'boolean') return cell;
  if (typeof cell !== 'string') return priceCell(cell.price);
  if (cell.length > maxCellCharacters) onLongCell();
  return cell === '' ? null : workbookText(protect(cell));
}

/** A double is exact for 15 digits; a price of more stays a text. */
function priceCell(price: string): CellValue {
  return hasSheetDigits(price) ? Number(price) : price;
}
