import type { Session } from '../db/session.js';
import { NotFoundError, UsageError } from '../errors.js';
import { NetError, type Net } from '../net/net.js';
import type { Event, Endpoint } from './schema.js';
import { createSecret } from './sign.js';

export interface NewEndpoint {
  url: string;
  events: Event[];
  secret?: string;
  allowPrivate: boolean;
}

/** What `update` may change; what is left out stays. */
export interface EndpointChange {
  url?: string;
  events?: Event[];
  enabled?: boolean;
  allowPrivate?: boolean;
  /** A new secret; the one before signs as well for `oldSecretForSeconds`. */
  secret?: string;
  oldSecretForSeconds: number;
}

interface EndpointRow {
  id: string;
  url: string;
  events: Event[];
  enabled: boolean;
  disabled_reason: string | null;
  allow_private: boolean;
  failing_since: Date | null;
  old_secret_until: Date | null;
  created_at: Date;
  pending: number;
  dead: number;
}

/** How long adding may wait for a resolver. */
const lookupMs = 3000;

/**
 * Refuses a URL that requests may not go to. A name that can't be looked up now is let pass: it is
 * looked up again whenever something is sent.
 * @returns what should be said about it, or null
 * @throws UsageError with the way out
 */
export async function checkEndpointUrl(
  net: Net,
  url: string,
  allowPrivate: boolean,
): Promise<string | null> {
  try {
    await net.check(url, allowPrivate, lookupMs);
    return null;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    if (error.code === 'address_refused') {
      throw new UsageError(
        `${url} ${error.message}. --allow-private lets this endpoint be there.`,
        error.code,
      );
    }
    if (error.code === 'url_invalid') {
      throw new UsageError(`The endpoint's URL ${error.message}.`, error.code);
    }
    return `${url} cannot be looked up now; it will be tried when there is something to send.`;
  }
}

/** Adds an endpoint. The secret is given back this once. */
export async function addEndpoint(
  session: Session,
  { url, events, secret = createSecret(), allowPrivate }: NewEndpoint,
): Promise<{ id: string; secret: string }> {
  const values = [url, events, secret, allowPrivate];
  const { id } = await session.one<{ id: string }>('webhook/add', values);
  return { id, secret };
}

/** Every endpoint, the first one added first. */
export async function listEndpoints(session: Session): Promise<Endpoint[]> {
  return (await session.query<EndpointRow>('webhook/list', [null])).map(toEndpoint);
}

/** @throws NotFoundError · UsageError for what is no number */
export async function getEndpoint(session: Session, id: string): Promise<Endpoint> {
  const [row] = await session.query<EndpointRow>('webhook/list', [checkId(id)]);
  if (!row) throw unknown(id);
  return toEndpoint(row);
}

/** @throws NotFoundError */
export async function updateEndpoint(
  session: Session,
  id: string,
  change: EndpointChange,
): Promise<void> {
  const { url, events, enabled, allowPrivate, secret, oldSecretForSeconds } = change;
  const given = [url, events, enabled, allowPrivate, secret].map((value) => value ?? null);
  const values = [checkId(id), ...given, oldSecretForSeconds];
  const updated = await session.query('webhook/update', values);
  if (updated.length === 0) throw unknown(id);
}

/**
 * Removes an endpoint with its deliveries.
 * @param signal rolls back, until COMMIT is on its way
 * @returns how many deliveries were still pending
 * @throws NotFoundError
 */
export async function removeEndpoint(
  session: Session,
  id: string,
  signal?: AbortSignal,
): Promise<number> {
  return session.transaction(async () => {
    const values = [checkId(id)];
    const { pending } = await session.one<{ pending: number }>('webhook/remove_deliveries', values);
    if ((await session.query('webhook/remove', values)).length === 0) throw unknown(id);
    return pending;
  }, signal);
}

/** @throws UsageError for what can't be an endpoint's number */
export function checkId(id: string): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw new UsageError(`"${id}" is no endpoint: give its number, as \`webhook list\` shows it.`);
}

/** The error for an endpoint that does not exist. */
export function unknown(id: string): NotFoundError {
  return new NotFoundError(
    `There is no endpoint ${id}. \`prodimport webhook list\` lists them.`,
    'endpoint_not_found',
  );
}

function toEndpoint(row: EndpointRow): Endpoint {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    enabled: row.enabled,
    disabledReason: row.disabled_reason,
    allowPrivate: row.allow_private,
    failingSince: row.failing_since?.toISOString() ?? null,
    oldSecretUntil: row.old_secret_until?.toISOString() ?? null,
    pending: row.pending,
    dead: row.dead,
    createdAt: row.created_at.toISOString(),
  };
}
