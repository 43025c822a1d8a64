import type { z as Z } from 'zod';
import type { Session } from '../db/session.js';
import { NotFoundError, UsageError } from '../errors.js';

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

const count = (z: typeof Z) => z.int().nonnegative();

/** How many images are in which state, and what they took. */
const imageCountsSchema = (z: typeof Z) =>
  z.object({
    waiting: count(z),
    running: count(z),
    done: count(z),
    dead: count(z),
    bytesIn: count(z).describe('Fetched'),
    bytesOut: count(z).describe('Stored, once compressed'),
  });

/** All images together, and by host, the one with the most first. */
export const imageStatusSchema = (z: typeof Z) =>
  imageCountsSchema(z).extend({
    hosts: z.array(imageCountsSchema(z).extend({ host: z.string() })),
  });

/** An image that was given up. */
export const deadImageSchema = (z: typeof Z) =>
  z.object({
    id: z.string(),
    sku: z.string().nullable().describe('One of the products that show it; null: none any more'),
    products: count(z).describe('How many products show it'),
    url: z.string(),
    store: z.string().describe('Which has no compressed image of it: a folder, or an s3:// URL'),
    attempts: count(z),
    error: z.string(),
    status: z.literal('dead'),
    lastStatus: z.int().nullable().describe('Of HTTP; null where the host did not answer'),
  });

/** What a run did, and what is left. */
export const totalsSchema = (z: typeof Z) =>
  z.object({
    processed: count(z).describe('Images that are done'),
    failed: count(z).describe('Images that failed, and wait for another try'),
    dead: count(z).describe('Images that were given up in this run'),
    bytesIn: count(z),
    bytesOut: count(z),
  });

export type ImageCounts = Z.infer<ReturnType<typeof imageCountsSchema>>;
export type ImageStatus = Z.infer<ReturnType<typeof imageStatusSchema>>;
export type DeadImage = Z.infer<ReturnType<typeof deadImageSchema>>;
export type Totals = Z.infer<ReturnType<typeof totalsSchema>>;

/** What was deleted of a store, and what was left. */
export const prunedSchema = (z: typeof Z) =>
  z.object({
    store: z.string(),
    dryRun: z.boolean(),
    deleted: count(z).describe('Files; of a dry run those that would be'),
    bytes: count(z).describe('What they took'),
    waiting: count(z).describe('Files that nothing names either, but not for long enough'),
    unaccounted: count(z).describe('Files that this database has no record of, or shares'),
    unaccountedFiles: z
      .array(z.object({ key: z.string(), bytes: count(z), why: z.string() }))
      .describe('The first 1,000 of them'),
  });

export type Pruned = Z.infer<ReturnType<typeof prunedSchema>>;
