import { NotFoundError, UsageError } from '../errors.js';
import type { Session } from '../db/session.js';
import type { DeadImage, ImageCounts, ImageStatus } from './schema.js';

/**
 * What waits, runs, is done and dead, also what no worker has looked at yet.
 * @param store what the one is called that is asked about; null: all of them
 */
export async function imageStatus(session: Session, store: string | null): Promise<ImageStatus> {
  const rows = await session.query<StatusRow>('image/status', [store]);
  const hosts = rows.map(({ bytes_in, bytes_out, ...row }) => ({
    ...row,
    bytesIn: Number(bytes_in),
    bytesOut: Number(bytes_out),
  }));
  const sum = (key: keyof ImageCounts) => hosts.reduce((total, host) => total + host[key], 0);
  return {
    waiting: sum('waiting'),
    running: sum('running'),
    done: sum('done'),
    dead: sum('dead'),
    bytesIn: sum('bytesIn'),
    bytesOut: sum('bytesOut'),
    hosts,
  };
}

interface StatusRow extends Omit<ImageCounts, 'bytesIn' | 'bytesOut'> {
  host: string;
  bytes_in: string;
  bytes_out: string;
}

/** The images that were given up, the oldest first; one that two stores lack comes twice. */
export async function deadImages(session: Session, limit: number): Promise<DeadImage[]> {
  const rows = await session.query<DeadRow>('image/list_dead', [limit]);
  return rows.map(({ last_error, last_status, ...row }) => ({
    id: row.id,
    sku: row.sku,
    products: row.products,
    url: row.url,
    store: row.store,
    attempts: row.attempts,
    error: last_error ?? '',
    status: row.status,
    lastStatus: last_status,
  }));
}

/** How many were given up for a store, whenever that was. */
export async function countDead(session: Session, store: string): Promise<number> {
  const { dead } = await session.one<{ dead: number }>('image/count_dead', [store]);
  return dead;
}

interface DeadRow extends Omit<DeadImage, 'error' | 'lastStatus'> {
  last_error: string | null;
  last_status: number | null;
}

/**
 * Gives dead images another round of attempts.
 * @param id of one, or null for all
 * @returns how many
 * @throws NotFoundError where the one named is not among the dead · UsageError for no id at all
 */
export async function retryImages(session: Session, id: string | null): Promise<number> {
  if (id !== null && !/^\d{1,18}$/.test(id)) {
    throw new UsageError(`"${id}" is no image: \`prodimport image dead\` lists their ids.`);
  }
  const images = await session.query('image/retry', [id]);
  if (id !== null && images.length === 0) {
    throw new NotFoundError(
      `There is no dead image ${id}. \`prodimport image dead\` lists them.`,
      'image_not_found',
    );
  }
  return images.length;
}
