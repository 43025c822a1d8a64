import { stringify } from 'csv-stringify/sync';
import { guarded } from '../../product/bare-cells.js';
import type { Product } from '../schema.js';
import type { ExportCell, ExportColumn } from './columns.js';

/** Texts that a reader could take for two lines, or trim, are quoted. */
const quotedMatch = /[\r\n\u2028\u2029]|^\s|\s$/;

/** @param protect what is done to every text that a spreadsheet might run */
export async function* csvFile(
  columns: readonly ExportColumn[],
  batches: AsyncIterable<Product[]>,
  protect: (text: string) => string,
): AsyncGenerator<string> {
  const write = (rows: string[][]) => stringify(rows, { quoted_match: quotedMatch });
  yield write([columns.map(({ header }) => protect(header))]);
  for await (const products of batches) {
    yield write(
      products.map((product) => columns.map(({ cell }) => csvCell(cell(product), protect))),
    );
  }
}

function csvCell(cell: ExportCell, protect: (text: string) => string): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return textCell(cell, protect);
  return typeof cell === 'boolean' ? String(cell) : csvPrice(cell.price);
}

/** What a load would take for a spreadsheet's guard is guarded itself, so that it comes back. */
function textCell(text: string, protect: (text: string) => string): string {
  const safe = protect(text);
  return safe === text ? guarded(text) : safe;
}

/** With three decimals a price could be one in thousands; a fourth leaves no doubt. */
function csvPrice(price: string): string {
  return /\.\d{3}$/.test(price) ? `${price}0` : price;
}
