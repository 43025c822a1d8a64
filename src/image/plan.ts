import type { Session } from '../db/session.js';

/**
 * Gives every image that waits a row in the queue, and forgets those that no product shows any
 * more. What waits is derived from the products, whoever changed them.
 * @returns how many were added
 */
export async function planImages(session: Session): Promise<number> {
  await session.query('image/forget');
  return (await session.query('image/plan')).length;
}

/** Makes what is done due again. */
export async function refreshImages(session: Session): Promise<void> {
  await session.query('image/refresh');
}
