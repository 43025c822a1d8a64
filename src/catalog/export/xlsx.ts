import { workbookFile, workbookNumber, type WorkbookCell } from '../../source/write-workbook.js';
import type { Product } from '../schema.js';
import type { ExportCell, ExportColumn } from './columns.js';

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
 * A workbook with one sheet. SKUs and all other texts are text cells, so they keep their zeros;
 * prices are numbers as far as those are exact.
 */
export function xlsxFile(
  columns: readonly ExportColumn[],
  batches: AsyncIterable<Product[]>,
  options: XlsxOptions,
): AsyncGenerator<Uint8Array> {
  return workbookFile([
    {
      name: 'products',
      columns: columns.map(({ kind }) => ({ width: 18, format: formats[kind] })),
      rows: sheetRows(columns, batches, options),
      hasHeader: true,
    },
  ]);
}

async function* sheetRows(
  columns: readonly ExportColumn[],
  batches: AsyncIterable<Product[]>,
  options: XlsxOptions,
): AsyncGenerator<WorkbookCell[]> {
  yield columns.map(({ header }) => xlsxCell(header, options));
  for await (const products of batches) {
    for (const product of products)
      yield columns.map(({ cell }) => xlsxCell(cell(product), options));
  }
}

function xlsxCell(cell: ExportCell, { protect, onLongCell }: XlsxOptions): WorkbookCell {
  if (cell === null || typeof cell === 'boolean') return cell;
  if (typeof cell !== 'string') return workbookNumber(cell.price);
  if (cell.length > maxCellCharacters) onLongCell();
  return protect(cell);
}
