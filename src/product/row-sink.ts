import type { ParsedProduct } from './product.js';
import type { Reject } from './reject.js';

/** Where the rows end up. Each row that is not wholly blank reaches exactly one of the three. */
export interface RowSink {
  product(product: ParsedProduct): void;
  /** @param sku the SKU that the row names although it is rejected; null where it names none */
  reject(rejects: Reject[], sku: string | null): void;
  /** A row that is no product of its own: one more image of another's, the header once more. */
  skipped(rowNumber: number): void;
}
