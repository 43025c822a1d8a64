import { changeFailure, shareProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';
import type { Product } from './schema.js';

/** What a change by hand did to one product: `old` is null for a new one, `new` for one gone. */
export interface ProductChange {
  event: 'product.created' | 'product.updated' | 'product.deleted';
  old: Product | null;
  new: Product | null;
}

export interface ChangeOptions {
  /** How long to wait for a load, purge or undo that holds the catalogue. */
  waitMs: number;
  /** Rolls back, until COMMIT is on its way. */
  signal?: AbortSignal;
  /** What else belongs into the transaction; not called where nothing has changed. */
  afterChange?: (transaction: Session, changes: readonly ProductChange[]) => Promise<void>;
}

/** What `work` did, and what to answer. */
interface Changed<Result> {
  result: Result;
  changes: ProductChange[];
}

/**
 * Runs a change of single products as one transaction, all or nothing.
 * @throws RefusedError where the catalogue, or one of the products, is held for longer than `waitMs`
 */
export async function changeProducts<Result>(
  session: Session,
  { waitMs, signal, afterChange }: ChangeOptions,
  work: () => Promise<Changed<Result>>,
): Promise<Result> {
  return session.transaction(async () => {
    await shareProducts(session, waitMs);
    const { result, changes } = await work().catch((error: unknown) => {
      throw changeFailure(error);
    });
    if (changes.length > 0) await afterChange?.(session, changes);
    return result;
  }, signal);
}
