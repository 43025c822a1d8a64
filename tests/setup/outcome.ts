import { storedProducts } from './catalogue.js';
import type { TestDatabase } from './database.js';
import { loadText } from './load.js';

/** What came of a file, in few words. */
interface Outcome {
  exitCode: number;
  /** `SKU | name | price`, in the order of SKUs. */
  products: string[];
  /** `row code` for each reject of a row's, the first one of each row. */
  rejects: string[];
  notes: string[];
  /** Why nothing was loaded. */
  refusal: string | null;
}

/** Loads a file of this content, and tells what became of it. */
export async function outcomeOf(
  db: TestDatabase,
  content: string | Buffer,
  words = '',
): Promise<Outcome> {
  const { exitCode, report, error } = await loadText(db, content, words);
  const products = await storedProducts(db);
  const firsts = new Map<number, string>();
  for (const { rowNumber, code } of report?.failedRows ?? []) {
    if (!firsts.has(rowNumber)) firsts.set(rowNumber, `${rowNumber} ${code}`);
  }
  return {
    exitCode,
    products: products.map(({ sku, name, price }) => [sku, name, shown(price)].join(' | ')),
    rejects: [...firsts.values()],
    notes: report?.notes ?? [],
    refusal: error?.message ?? null,
  };
}

function shown(price: string | null): string {
  return price === null ? 'none' : Number(price).toFixed(2);
}
