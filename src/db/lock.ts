import { RefusedError } from '../errors.js';
import { isSqlState, lockNotAvailable } from './failure.js';
import type { Session } from './session.js';

/**
 * Waits until the catalogue is ours to change.
 * @throws RefusedError after `waitMs`, or at once where that is 0
 */
export async function lockProducts(transaction: Session, waitMs: number): Promise<void> {
  if (waitMs > 0) return waitFor(transaction, 'db/lock_products', waitMs);
  const { locked } = await transaction.one<{ locked: boolean }>('db/try_lock_products');
  if (!locked) throw held('');
}

/**
 * Lets no load, purge or undo begin while single products are changed, and waits for one that is
 * under way; other changes of single products go on side by side.
 * @throws RefusedError after `waitMs`, or at once where that is 0
 */
export async function shareProducts(transaction: Session, waitMs: number): Promise<void> {
  await waitFor(transaction, 'db/share_products', waitMs);
}

/**
 * Lets nobody change the fields of one's own, and waits for whoever does.
 * @throws RefusedError after `waitMs`
 */
export async function shareFields(transaction: Session, waitMs: number): Promise<void> {
  await waitFor(transaction, 'db/share_fields', waitMs);
}

/**
 * Waits until the fields of one's own are ours to change. To be called before `lockProducts`, as a
 * load holds them first.
 * @throws RefusedError after `waitMs`
 */
export async function lockFields(transaction: Session, waitMs: number): Promise<void> {
  await waitFor(transaction, 'db/lock_fields', waitMs);
}

/**
 * What a failure inside `shareProducts` means: its bound holds for products that somebody else is
 * changing, too.
 */
export function changeFailure(error: unknown): unknown {
  if (!isSqlState(error, lockNotAvailable)) return error;
  return new RefusedError(
    'Somebody else is changing the same product. Nothing was changed: try again, or wait longer with --wait.',
    'locked',
    { cause: error },
  );
}

async function waitFor(transaction: Session, lock: string, waitMs: number): Promise<void> {
  // To PostgreSQL 0 means no limit at all.
  await transaction.query('db/limit_wait', [`${Math.max(waitMs, 1)}ms`]);
  try {
    await transaction.query(lock);
  } catch (error) {
    if (!isSqlState(error, lockNotAvailable)) throw error;
    throw held(waitMs > 0 ? `, for ${waitMs / 1000} s now` : '');
  }
}

function held(waited: string): RefusedError {
  return new RefusedError(
    `Another load, purge or undo holds the catalogue${waited}. Try again, or wait longer with --wait.`,
    'locked',
  );
}
