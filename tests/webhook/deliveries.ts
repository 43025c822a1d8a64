import type { Session } from '../../src/db/session.js';
import { Net } from '../../src/net/net.js';
import { deliver, type DeliverOptions, type Result } from '../../src/webhook/deliver.js';
import { listDeliveries } from '../../src/webhook/delivery.js';
import type { Delivery, Event } from '../../src/webhook/schema.js';
import { addEndpoint } from '../../src/webhook/endpoint.js';
import { publishChanges } from '../../src/webhook/publish.js';

/** Adds an endpoint that may be at a loopback address; gives its id and secret. */
export function addLocal(
  session: Session,
  url: string,
  events: Event[] = ['product.updated'],
): Promise<{ id: string; secret: string }> {
  return addEndpoint(session, { url, events, allowPrivate: true });
}

/** Publishes so many changes, each of another product; gives the ids of the deliveries. */
export function publishUpdates(session: Session, count = 1): Promise<string[]> {
  const changes = Array.from({ length: count }, (_, i) => ({
    event: 'product.updated' as const,
    old: { sku: `S-${i}`, name: 'before' },
    new: { sku: `S-${i}`, name: 'after' },
  }));
  return session.transaction(() => publishChanges(session, changes));
}

/** Delivers once, like `webhook deliver`; gives the results. */
export async function deliverAll(
  session: Session,
  options: Partial<DeliverOptions> = {},
): Promise<Result[]> {
  const results: Result[] = [];
  const net = new Net();
  try {
    await deliver(session, net, {
      concurrency: 4,
      timeoutMs: 120_000,
      allowPrivate: false,
      ids: null,
      pollMs: null,
      signal: new AbortController().signal,
      onResult: (result) => results.push(result),
      ...options,
    });
  } finally {
    await net.close();
  }
  return results;
}

export function deliveries(session: Session, status: Delivery['status'] | null = null) {
  return listDeliveries(session, { status, endpointId: null, limit: 10_000 });
}

/** Lets time pass for the queue: every wait, lease and hold is over. */
export async function passTime(session: Session): Promise<void> {
  const { schema, client } = session;
  await client.query(`update ${schema}.deliveries set next_attempt_at = now()
    where status = 'pending'`);
  await client.query(`update ${schema}.endpoints set held_until = null`);
}
