import type { z as Z } from 'zod';

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
