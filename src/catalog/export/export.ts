import { inSnapshot } from '../../db/cursor.js';
import type { Session } from '../../db/session.js';
import { UsageError } from '../../errors.js';
import { skuFault, type SkuCheck } from '../../product/sku.js';
import { maxSheetRows } from '../../source/write-workbook.js';
import { filterValues, type ProductFilter } from '../filter.js';
import { productBatches } from '../list.js';
import type { Product } from '../schema.js';
import { exportColumns, maxAttributeColumns, type ExportColumn } from './columns.js';
import { csvFile } from './csv.js';
import { ndjsonFile } from './ndjson.js';
import { xlsxFile } from './xlsx.js';

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
  const listed = await session.one<Listed>('catalog/describe_listed', values);
  if (format === 'xlsx' && Number(listed.products) >= maxSheetRows) {
    throw new UsageError(
      `${listed.products} products are more than a sheet has rows (${maxSheetRows}): take --format csv, or choose fewer.`,
      'too_many_rows',
    );
  }
  return exportColumns(listed.keys, listed.has_nameless);
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
