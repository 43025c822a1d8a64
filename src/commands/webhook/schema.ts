import { z } from 'zod';
import { events } from '../../webhook/event.js';
import { endpointSchema } from '../../webhook/schema.js';

const count = z.int().nonnegative();
const event = z.enum(events);

export const addedSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(event),
  secret: z.string().describe('Shown this once'),
});

export const updatedSchema = endpointSchema.extend({
  secret: z.string().optional().describe('The new one after --rotate-secret, shown this once'),
});

export const removedSchema = z.object({
  removed: z.string(),
  pending: count.describe('Deliveries that will not be made'),
});

export const testedSchema = z.object({
  endpointId: z.string(),
  url: z.string(),
  id: z.string().describe('As the receiver saw it in webhook-id'),
  delivered: z.boolean(),
  status: z.int().nullable().describe('Of HTTP; null where there was no answer'),
  durationMs: z.number().nonnegative(),
  error: z.string().nullable(),
});

export const firedSchema = z.object({
  event,
  deliveries: z.array(z.string()).describe('The ids of the deliveries that were published'),
  delivered: count.describe('How many of them have arrived already'),
});

/** How many deliveries ended which way in a run. */
const tallySchema = z.object({
  delivered: count,
  failed: count.describe('Attempts that failed, of deliveries that will be tried again'),
  dead: count.describe('Deliveries that became dead'),
});

export const deliveredSchema = tallySchema.extend({
  pending: count.describe('Deliveries still to be made'),
  nextAttemptAt: z.iso.datetime().nullable().describe('When the next of them is due'),
});

export const retriedSchema = z.object({
  retried: count.describe('How many deliveries are due again'),
  delivered: count.describe('How many of them have arrived already'),
});

export const verifiedSchema = z.object({
  verified: z.literal(true),
  ageSeconds: z.number().describe('How long ago it was signed'),
});

export type Added = z.infer<typeof addedSchema>;
export type Updated = z.infer<typeof updatedSchema>;
export type Removed = z.infer<typeof removedSchema>;
export type Tested = z.infer<typeof testedSchema>;
export type Fired = z.infer<typeof firedSchema>;
export type Tally = z.infer<typeof tallySchema>;
export type Delivered = z.infer<typeof deliveredSchema>;
export type Retried = z.infer<typeof retriedSchema>;
export type Verified = z.infer<typeof verifiedSchema>;
