import { stringify } from 'csv-stringify/sync';
import { inSnapshot } from '../../db/cursor.js';
import type { Session } from '../../db/session.js';
import { UsageError } from '../../errors.js';
import { skuFault, type SkuCheck } from '../../product/sku.js';
import {
  maxSheetRows,
  workbookFile,
  workbookNumber,
  type WorkbookCell,
} from '../../output/workbook.js';
import { filterParts, filterValues, type ProductFilter } from '../where.js';
import { listFields } from '../field.js';
import { productBatches } from '../list.js';
import type { Product } from '../schema.js';
import {
  exportColumns,
  maxAttributeColumns,
  type ExportColumn,
  type ExportCell,
} from './columns.js';
import { guarded } from '../../product/bare-cells.js';

export type ExportFormat = 'csv' | 'xlsx' | 'ndjson';

export interface ExportRequest {
  format: ExportFormat;
  filter: ProductFilter;
  /** What is done to every text that a spreadsheet might run. */
  protect: (text: string) => string;
  signal: AbortSignal;
}

/** What went into the file, complete once it is written. */
export interface ExportCount {
  products: number;
  /** SKUs that a load takes only with --allow-mangled. */
  mangledSkus: number;
  /** Texts that are longer than Excel takes. */
  longCells: number;
}

interface Listed {
  products: string;
  has_nameless: boolean;
  keys: string[];
}

/**
 * Writes products in the order of their SKUs, in the memory of one batch. All of them are as they
 * were at one moment; loading the file changes nothing.
 * @param count filled on the way
 * @throws UsageError for more products than a sheet has rows
 */
export function exportProducts(
  session: Session,
  request: ExportRequest,
  count: ExportCount,
): AsyncGenerator<string | Uint8Array> {
  return inSnapshot(session, async function* () {
    const sort = { by: 'sku' as const, descending: false };
    const listing = { filter: request.filter, sort, limit: null };
    const check = request.format === 'csv' ? 'all' : 'numbers';
    const batches = counted(productBatches(session, listing, request.signal), check, count);
    if (request.format === 'ndjson') yield* ndjsonFile(batches);
    else yield* sheetFile(request, await describe(session, request), batches, count);
  });
}

function sheetFile(
  { format, protect }: ExportRequest,
  columns: ExportColumn[],
  batches: AsyncIterable<Product[]>,
  count: ExportCount,
): AsyncGenerator<string | Uint8Array> {
  if (format === 'csv') return csvFile(columns, batches, protect);
  const onLongCell = () => void count.longCells++;
  return xlsxFile(columns, batches, { protect, onLongCell });
}

async function describe(
  session: Session,
  { format, filter }: ExportRequest,
): Promise<ExportColumn[]> {
  const values = [...filterValues(filter), maxAttributeColumns + 1];
  const listed = await session.one<Listed>('catalog/describe_listed', values, filterParts(filter));
  if (format === 'xlsx' && Number(listed.products) >= maxSheetRows) {
    throw new UsageError(
      `${listed.products} products are more than a sheet has rows (${maxSheetRows}): take --format csv, or choose fewer.`,
      'too_many_rows',
    );
  }
  return exportColumns(listed.keys, await listFields(session), listed.has_nameless);
}

async function* counted(
  batches: AsyncIterable<Product[]>,
  check: SkuCheck,
  count: ExportCount,
): AsyncGenerator<Product[]> {
  for await (const products of batches) {
    count.products += products.length;
    count.mangledSkus += products.filter(({ sku }) => skuFault(sku, sku, check) !== null).length;
    yield products;
  }
}

/** Texts that a reader could take for two lines, or trim, are quoted. */
const quotedMatch = /[\r\n\u2028\u2029]|^\s|\s$/;

/** @param protect what is done to every text that a spreadsheet might run */
async function* csvFile(
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
  if (typeof cell === 'boolean') return String(cell);
  return 'price' in cell ? csvPrice(cell.price) : cell.written;
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

/** A product a line, as `product add -` and `product update -` take it. */
async function* ndjsonFile(batches: AsyncIterable<Product[]>): AsyncGenerator<string> {
  for await (const products of batches) {
    yield products.map((product) => `${JSON.stringify(ownFields(product))}\n`).join('');
  }
}

/** Ids, times and compressed images are the catalogue's own. */
function ownFields(product: Product): Partial<Product> {
  const { sku, name, description, price, active, owner, images, attributes } = product;
  return { sku, name, description, price, active, owner, images, attributes };
}

/** Excel cuts longer texts when it opens the file; a load does not. */
const maxCellCharacters = 32_767;

const formats = { text: '@', price: '0.00##', number: 'General', boolean: 'General' };

interface XlsxOptions {
  /** What is done to every text that a spreadsheet might run. */
  protect: (text: string) => string;
  /** Called for each text that is too long for Excel. */
  onLongCell: () => void;
}

/**
 * A workbook with one sheet. SKUs and all other texts are text cells, so they keep their zeros;
 * prices are numbers as far as those are exact.
 */
function xlsxFile(
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

/** What has more digits than a workbook keeps is a text. */
function numberCell(cell: Exclude<ExportCell, string | boolean | null>): WorkbookCell {
  if ('price' in cell) return workbookNumber(cell.price);
  const number = workbookNumber(cell.number);
  return typeof number === 'number' ? number : cell.written;
}

function xlsxCell(cell: ExportCell, { protect, onLongCell }: XlsxOptions): WorkbookCell {
  if (cell === null || typeof cell === 'boolean') return cell;
  if (typeof cell !== 'string') return numberCell(cell);
  if (cell.length > maxCellCharacters) onLongCell();
  return protect(cell);
}
