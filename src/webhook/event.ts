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
