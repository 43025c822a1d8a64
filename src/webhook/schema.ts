import type { z as Z } from 'zod';
import { events } from './event.js';

const count = (z: typeof Z) => z.int().nonnegative();

/** An endpoint as lists show it: without its secret. */
export const endpointSchema = (z: typeof Z) =>
  z.object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(events)),
    enabled: z.boolean(),
    disabledReason: z.string().nullable().describe('null where it was disabled by hand, or is not'),
    allowPrivate: z.boolean(),
    failingSince: z.string().nullable().describe('Since when every attempt has failed'),
    oldSecretUntil: z.string().nullable().describe('Until when the secret before signs as well'),
    pending: count(z),
    dead: count(z),
    createdAt: z.iso.datetime(),
  });

export type Endpoint = Z.infer<ReturnType<typeof endpointSchema>>;

/** How a delivery may stand. */
export const deliveryStatuses = ['pending', 'delivered', 'dead'] as const;

/** One event on its way to one endpoint. */
export const deliverySchema = (z: typeof Z) =>
  z.object({
    id: z.string().describe('The same as webhook-id, on every attempt'),
    endpointId: z.string(),
    event: z.string(),
    status: z.enum(deliveryStatuses),
    attempts: count(z),
    lastStatus: z.int().nullable().describe('Of HTTP; null without an attempt, or an answer'),
    nextAttemptAt: z.iso.datetime().nullable().describe('null for what arrived or is dead'),
    lastError: z.string().nullable(),
    lastAttemptAt: z.iso.datetime().nullable(),
    lastDurationMs: count(z).nullable(),
    createdAt: z.iso.datetime(),
  });

export type Delivery = Z.infer<ReturnType<typeof deliverySchema>>;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
