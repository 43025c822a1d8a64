import type { Session } from '../db/session.js';
import { NotFoundError, RefusedError } from '../errors.js';
import { checkId } from './endpoint.js';
import type { Delivery, DeliveryStatus } from './schema.js';

interface DeliveryRow {
  id: string;
  endpoint_id: string;
  event: string;
  status: DeliveryStatus;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  last_attempt_at: Date | null;
  last_duration_ms: number | null;
  next_attempt_at: Date | null;
  created_at: Date;
}

/** After this long an attempt is over, whoever made it. */
const attemptOverMs = 20_000;

export interface DeliveryFilter {
  status: DeliveryStatus | null;
  endpointId: string | null;
  limit: number;
}

/** The newest first. */
export async function listDeliveries(
  session: Session,
  { status, endpointId, limit }: DeliveryFilter,
): Promise<Delivery[]> {
  const endpoint = endpointId === null ? null : checkId(endpointId);
  const values = [status, endpoint, limit];
  return (await session.query<DeliveryRow>('webhook/list_deliveries', values)).map(toDelivery);
}

/** How much is left to deliver, and when the next attempt is due. */
export async function pendingDeliveries(
  session: Session,
): Promise<{ pending: number; nextAttemptAt: string | null }> {
  const row = await session.one<{ pending: number; next_attempt_at: Date | null }>(
    'webhook/count_pending',
  );
  return { pending: row.pending, nextAttemptAt: row.next_attempt_at?.toISOString() ?? null };
}

/**
 * Makes deliveries due at once, with the same id and a schedule from its beginning.
 * @param id one delivery, whatever became of it; null for all that are dead
 * @param signal rolls back, until COMMIT is on its way
 * @returns the ids of what is due now
 * @throws NotFoundError · RefusedError when an attempt may be under way, or the endpoint disabled
 */
export async function retryDeliveries(
  session: Session,
  id: string | null,
  signal?: AbortSignal,
): Promise<string[]> {
  return session.transaction(async () => {
    const values = [id, attemptOverMs];
    const rows = await session.query<{ id: string; endpoint_id: string }>('webhook/retry', values);
    if (id !== null && rows.length === 0) throw await whyNot(session, id);
    await session.query('webhook/release', [rows.map((row) => row.endpoint_id)]);
    return rows.map((row) => row.id);
  }, signal);
}

async function whyNot(session: Session, id: string): Promise<Error> {
  const [endpoint] = await session.query<{ id: string; enabled: boolean }>('webhook/endpoint_of', [
    id,
  ]);
  if (!endpoint) {
    return new NotFoundError(
      `There is no delivery ${id}. \`prodimport webhook deliveries\` lists them.`,
      'delivery_not_found',
    );
  }
  if (endpoint.enabled) {
    return new RefusedError(
      `An attempt at delivery ${id} may be under way. Try again in 20 s.`,
      'attempt_under_way',
    );
  }
  return new RefusedError(
    `Endpoint ${endpoint.id} is disabled. First: prodimport webhook update ${endpoint.id} --enable`,
    'endpoint_disabled',
  );
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    event: row.event,
    status: row.status,
    attempts: row.attempts,
    lastStatus: row.last_status,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    lastError: row.last_error,
    lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
    lastDurationMs: row.last_duration_ms,
    createdAt: row.created_at.toISOString(),
  };
}
