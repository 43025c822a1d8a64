import { createParser, type ParseOptions } from '../../src/product/parse.js';
import { type HeaderOptions, type ReadingPlan, planReading } from '../../src/product/plan.js';
import type { ParsedProduct } from '../../src/product/product.js';
import type { Reject } from '../../src/product/reject.js';
import type { Cell, SourceRow } from '../../src/source/source.js';

interface Reading {
  plan: ReadingPlan;
  products: ParsedProduct[];
  rejects: Reject[];
  /** The SKUs that rejected rows name, one for each rejected row. */
  rejectedSkus: (string | null)[];
  skipped: number[];
  warnings: string[];
}

export type Options = Partial<HeaderOptions & ParseOptions>;

/** A line of a text file for each list of cells, the first being row 1. */
export function lines(...table: Cell[][]): SourceRow[] {
  return table.map((cells, index) => ({ rowNumber: index + 1, line: index + 1, cells }));
}

/** The same as a sheet, which knows no lines. */
export function sheet(...table: Cell[][]): SourceRow[] {
  return lines(...table).map((row) => ({ ...row, line: null }));
}

export function planOf(rows: SourceRow[], options: Options = {}): ReadingPlan {
  return planReading(rows.slice(0, 50), {
    headerRow: 'auto',
    map: [],
    profile: 'auto',
    extra: 'keep',
    ...options,
  });
}

/** Everything that becomes of a file's rows. */
export function read(rows: SourceRow[], options: Options = {}): Reading {
  const plan = planOf(rows, options);
  const parser = createParser(plan, {
    action: 'upsert',
    decimal: 'auto',
    owner: null,
    allowMangled: false,
    isText: true,
    stripsGuards: true,
    roundsPrices: false,
    ...options,
  });
  const reading: Omit<Reading, 'warnings'> = {
    plan,
    products: [],
    rejects: [],
    rejectedSkus: [],
    skipped: [],
  };
  const sink = {
    product: (product: ParsedProduct) => void reading.products.push(product),
    reject: (rejects: Reject[], sku: string | null) => {
      reading.rejects.push(...rejects);
      reading.rejectedSkus.push(sku);
    },
    skipped: (rowNumber: number) => void reading.skipped.push(rowNumber),
  };
  for (const row of rows) {
    if (row.rowNumber >= plan.dataRowNumber) parser.push(row, sink);
  }
  parser.finish(sink);
  return { ...reading, warnings: parser.warnings() };
}

/** What is wrong, as `column: code`. */
export function complaints({ rejects }: Reading): string[] {
  return rejects.map(({ column, code }) => `${column}: ${code}`);
}
