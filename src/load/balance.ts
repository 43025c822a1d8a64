import { FailedError } from '../errors.js';
import type { Outcome } from './record.js';

/**
 * Holds the counts against the law that every row that was read went exactly one way. Numbers come
 * from the database, so this would find a row that got lost on the way.
 * @throws FailedError `counts_unbalanced`; the transaction is then rolled back
 */
export function checkBalance({ rows, products }: Outcome): void {
  const { inserted, updated, unchanged, skipped, deleted } = products!;
  const ways = { ...rows, inserted, updated, unchanged, skipped, deleted, read: 0 };
  const sum = Object.values(ways).reduce((total, count) => total + count, 0);
  if (sum === rows.read && Object.values(ways).every((count) => count >= 0)) return;
  throw new FailedError(
    `The counts do not add up to the ${rows.read} rows read: ${JSON.stringify(ways)}. This is a fault of prodimport; products are unchanged.`,
    'counts_unbalanced',
  );
}
