import type { z as Z } from 'zod';

/** What happens to products by hand, one at a time; a load is silent about them. */
export const productEvents = ['product.created', 'product.updated', 'product.deleted'] as const;

/** How a load ends; a load sends exactly one of them. */
export const importEvents = ['import.completed', 'import.refused', 'import.failed'] as const;

export const events = [...productEvents, ...importEvents] as const;

export type ProductEvent = (typeof productEvents)[number];
export type ImportEvent = (typeof importEvents)[number];
export type Event = (typeof events)[number];

/** A product before and after: `old` is null for a new one, `new` for a deleted one. */
export interface Change {
  event: ProductEvent;
  old: object | null;
  new: object | null;
}

/** Something to tell endpoints about. */
export interface Message {
  event: Event;
  data: object;
}

/** What is sent, in the shape that Standard Webhooks recommends: `type`, `timestamp`, `data`. */
export function bodyOf(
  type: string,
  data: object,
  at: Date,
  json: (value: unknown) => string = JSON.stringify,
): string {
  return json({ type, timestamp: at.toISOString(), data });
}

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
