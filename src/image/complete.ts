import { suppressed } from '../db/failure.js';
import { shareProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';

/**
 * Products changed in one transaction: a load that wants to merge waits for it, some two seconds.
 * Each looks at the whole catalogue, so that many small ones would take longer in all.
 */
const batchProducts = 20_000;

/** How long to wait for a load that merges. */
const waitMs = 600_000;

type Revised = { id: string; attempts: number };
type Completed = { products: number; unwritten: string | null; named_again: string[] };

interface Completing {
  store: string;
  /** Whether products that name images of another store get those of this one, once it has all. */
  takesOver: boolean;
  /** Ends it, also while it waits for a load; the next run goes on. */
  signal?: AbortSignal;
}

/**
 * Gives products whose images are all in the store or dead their compressed images, batch by batch.
 * Derived from what is stored, so that a worker that was killed leaves nothing undone.
 * @returns how many products changed
 * @throws RefusedError where a load holds the catalogue for longer than ten minutes
 */
export async function completeProducts(session: Session, completing: Completing): Promise<number> {
  const { store, signal } = completing;
  const revised = await session.query<Revised>('image/list_revised', [store]);
  const ids = revised.map(({ id }) => id);
  let products = 0;
  for (;;) {
    if (signal?.aborted) return products;
    try {
      const changed = await completeBatch(session, ids, completing);
      products += changed;
      if (changed < batchProducts) break;
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }
  if (ids.length > 0) {
    await session.query('image/end_revision', [ids, revised.map(({ attempts }) => attempts)]);
  }
  return products;
}

async function completeBatch(
  session: Session,
  revised: string[],
  { store, takesOver, signal }: Completing,
): Promise<number> {
  const values = [store, revised, batchProducts, takesOver];
  return session.transaction(async () => {
    await shareProducts(session, waitMs);
    const completed = await session.one<Completed>('image/complete', values);
    const { products, unwritten, named_again: named } = completed;
    if (unwritten !== null) throw suppressed(`the images of SKU ${unwritten}`);
    if (named.length > 0) await session.query('image/note_named', [store, named]);
    return products;
  }, signal);
}
