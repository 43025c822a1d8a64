import { ownColumns } from '../product/attribute-header.js';
import { cellText } from '../product/cell.js';
import { headersOf } from '../product/header-row.js';
import { withMangledSku } from '../product/to-mend.js';
import type { Cell, Row, SourceRow } from '../source/row.js';
import type { FailedRow } from './failed-rows.js';

/**
 * The file of rejected rows: the header above, and what is wrong behind each row. Nothing is added
 * where there is no header to name it by. Where the input is such a file itself, what was wrong with
 * it before is left out.
 * @param skuColumn from 0
 * @param toWorkbook whether it is written as a workbook
 */
export async function* rejectsFile(
  rows: AsyncIterable<FailedRow>,
  skuColumn: number,
  toWorkbook: boolean,
): AsyncGenerator<Cell[]> {
  let header: Header | null = null;
  for await (const read of rows) {
    const failed = marked(read, skuColumn, toWorkbook);
    if (failed.errors.length === 0 && 'cells' in failed.row) {
      header = readHeader(failed.row);
      yield [...ownCells(failed.row, header).map(cellText), ...ownColumns];
    } else {
      yield header === null ? cellsOf(failed.row) : withErrors(failed, header);
    }
  }
}

function marked({ row, errors }: FailedRow, skuColumn: number, toWorkbook: boolean): FailedRow {
  if (!('cells' in row)) return { row, errors };
  const cells = withMangledSku(row.cells, { skuColumn, toWorkbook }, errors);
  return { row: { ...row, cells }, errors };
}

/** How many columns the input has, and which of them are its own. */
interface Header {
  width: number;
  places: number[];
}

function readHeader(row: Row): Header {
  const headers = headersOf(row);
  const places = headers.flatMap((header, at) => (ownColumns.includes(header) ? [] : [at]));
  return { width: headers.length, places };
}

/**
 * A row padded to the header's width. One with too many cells keeps them, so that it is rejected again
 * until somebody has mended it.
 */
function withErrors({ row, errors }: FailedRow, header: Header): Cell[] {
  // What concerns the row as a whole comes first, as it decides whether the row is mended.
  const inOrder = [...errors].sort((a, b) => Number(a.column !== null) - Number(b.column !== null));
  const sentences = inOrder.map(({ code, column, error }) => {
    return `${[code, column].filter(Boolean).join(' ')}: ${error}`;
  });
  const isWide = errors.some(({ code, column }) => code === 'column_count' && column === null);
  const extra = isWide && 'cells' in row ? row.cells.slice(header.width) : [];
  return [...ownCells(row, header), ...extra, String(errors[0]!.rowNumber), sentences.join('; ')];
}

/** A row that could not be read stands in the first column as a whole. */
function ownCells(row: SourceRow, { places }: Header): Cell[] {
  if ('cells' in row) return places.map((at) => row.cells[at] ?? '');
  return places.map((_, i) => (i === 0 ? row.unreadable.value : ''));
}

function cellsOf(row: SourceRow): Cell[] {
  return 'cells' in row ? row.cells : [row.unreadable.value];
}
