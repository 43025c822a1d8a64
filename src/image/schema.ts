import { z } from 'zod';

const count = z.int().nonnegative();

/** How many images are in which state, and what they took. */
const imageCountsSchema = z.object({
  waiting: count,
  running: count,
  done: count,
  dead: count,
  bytesIn: count.describe('Fetched'),
  bytesOut: count.describe('Stored, once compressed'),
});

/** All images together, and by host, the one with the most first. */
export const imageStatusSchema = imageCountsSchema.extend({
  hosts: z.array(imageCountsSchema.extend({ host: z.string() })),
});

/** An image that was given up. */
export const deadImageSchema = z.object({
  id: z.string(),
  sku: z.string().nullable().describe('One of the products that show it; null: none any more'),
  products: count.describe('How many products show it'),
  url: z.string(),
  attempts: count,
  error: z.string(),
  status: z.literal('dead'),
  lastStatus: z.int().nullable().describe('Of HTTP; null where the host did not answer'),
});

/** What a run did, and what is left. */
export const totalsSchema = z.object({
  processed: count.describe('Images that are done'),
  failed: count.describe('Images that failed, and wait for another try'),
  dead: count.describe('Images that were given up in this run'),
  bytesIn: count,
  bytesOut: count,
});

export type ImageCounts = z.infer<typeof imageCountsSchema>;
export type ImageStatus = z.infer<typeof imageStatusSchema>;
export type DeadImage = z.infer<typeof deadImageSchema>;
export type Totals = z.infer<typeof totalsSchema>;
