import { shareProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';

/**
 * Products changed in one transaction: a load that wants to merge waits for it, some two seconds.
 * Each looks at the whole catalogue, so that many small ones would take longer in all.
 */
const batchProducts = 20_000;

/** How long to wait for a load that merges. */
const waitMs = 600_000;

interface Revised {
  id: string;
  attempts: number;
}

/**
 * Gives products whose images are all fetched or dead their compressed images, batch by batch.
 * Derived from what is stored, so that a worker that was killed leaves nothing undone.
 * @param signal ends it, also while it waits for a load; the next run goes on
 * @returns how many products changed
 * @throws RefusedError where a load holds the catalogue for longer than ten minutes
 */
export async function settleProducts(session: Session, signal?: AbortSignal): Promise<number> {
  const revised = await session.query<Revised>('image/list_revised');
  const ids = revised.map(({ id }) => id);
  let products = 0;
  for (;;) {
    if (signal?.aborted) return products;
    try {
      const changed = await settleBatch(session, ids, signal);
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

async function settleBatch(
  session: Session,
  revised: string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  return session.transaction(async () => {
    await shareProducts(session, waitMs);
    return (await session.query('image/settle', [revised, batchProducts])).length;
  }, signal);
}
