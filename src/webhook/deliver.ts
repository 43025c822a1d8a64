import type { Database } from '../db/database.js';
import type { Session } from '../db/session.js';
import { Net } from '../net/net.js';
import { Attempts, throughOutages } from '../queue/attempts.js';
import { Queue, type Claim, waitAfter } from '../queue/queue.js';
import { attempt, attemptMs, type Attempt, schedule, type Addressee } from './attempt.js';

/** What became of one attempt. */
export interface Result {
  delivery: Claimed;
  attempt: Attempt;
  status: Mark;
}

export interface DeliverOptions {
  /** Attempts at once to one endpoint. */
  concurrency: number;
  /** For one attempt, from the name to the last byte. */
  timeoutMs: number;
  /** Lets every endpoint be at a private address, for this run. */
  allowPrivate: boolean;
  /** Only these deliveries, and none to an endpoint whose last attempt failed; null for all. */
  ids: string[] | null;
  /** Goes on when nothing is due, and looks again so often; null: ends then. */
  pollMs: number | null;
  /** Begins no attempt any more; those under way come to their end. */
  signal: AbortSignal;
  onResult: (result: Result) => void;
}

/** Attempts at once in all: a limit for sockets, far above what a catalogue's endpoints need. */
const maxAtOnce = 200;
/** So long after its time limit an attempt counts as lost, and another worker may take it over. */
const graceMs = 5000;
/** How often to delete what arrived long ago: a service may run for months. */
const forgetEveryMs = 3_600_000;

/**
 * Delivers what is due until nothing is, or (`pollMs`) until the signal. Each endpoint has attempts
 * of its own, and one that does not answer is left alone for a while, so that it delays nobody.
 * Several such runs, on several machines, share the work.
 * @throws what the database throws, once the attempts under way have ended
 */
export async function deliver(session: Session, net: Net, options: DeliverOptions): Promise<void> {
  const { signal, pollMs, ids } = options;
  const queue = new DeliveryQueue(session);
  const attempts = new Attempts<Claimed>(maxAtOnce);
  let forgetAt = ids === null ? performance.now() : Infinity;
  try {
    while (!signal.aborted) {
      if (performance.now() >= forgetAt) {
        await queue.forgetDelivered();
        forgetAt = performance.now() + forgetEveryMs;
      }
      for (const delivery of await claim(queue, attempts, options)) {
        attempts.add(delivery, () => tryOnce(queue, net, delivery, options));
      }
      if (attempts.size === 0 && !attempts.hasChanged && pollMs === null) break;
      await attempts.change(pollMs, signal);
    }
  } finally {
    await attempts.end();
  }
  attempts.throwFailure();
}

async function claim(
  queue: DeliveryQueue,
  { room, items }: Attempts<Claimed>,
  { concurrency, ids, timeoutMs }: DeliverOptions,
): Promise<Claimed[]> {
  if (room === 0) return [];
  const underWay = new Map<string, number>();
  for (const { endpoint_id: id } of items) underWay.set(id, (underWay.get(id) ?? 0) + 1);
  return queue.claim({ underWay, concurrency, room, leaseMs: timeoutMs + graceMs, ids });
}

async function tryOnce(
  queue: DeliveryQueue,
  net: Net,
  delivery: Claimed,
  options: DeliverOptions,
): Promise<void> {
  const made = await attempt(net, delivery, delivery, options);
  const status = await queue.markEnd(delivery, made);
  options.onResult({ delivery, attempt: made, status });
}

export interface RunOptions extends Pick<
  DeliverOptions,
  'concurrency' | 'allowPrivate' | 'signal' | 'onResult'
> {
  watch: boolean;
  /** Called when the database is away while watching. */
  warn: (message: string) => void;
}

/** How often a service looks for work. It asks, as a pooler between would lose notifications. */
const watchMs = 1000;

/** `webhook deliver`: once, or (`watch`) until the signal, whatever the database does meanwhile. */
export async function runDeliver(
  openDatabase: () => Promise<Database>,
  { watch, warn, ...options }: RunOptions,
): Promise<void> {
  const pollMs = watch ? watchMs : null;
  const net = new Net();
  const work = async (connected: () => void) => {
    const session = await (await openDatabase()).session();
    connected();
    try {
      await deliver(session, net, { ...options, timeoutMs: attemptMs, ids: null, pollMs });
    } finally {
      await session.end();
    }
  };
  try {
    await (watch ? throughOutages(options.signal, warn, work) : work(() => undefined));
  } finally {
    await net.close();
  }
}

/** What has arrived is kept for so long, for questions; what is dead, until it is retried. */
const keptDays = 30;

/** A delivery to try. */
export interface Claimed extends Claim, Addressee {
  endpoint_id: string;
  event: string;
  body: string;
}

/** What an attempt made of a delivery. `superseded`: too late, somebody else has taken it over. */
type Mark = 'delivered' | 'pending' | 'dead' | 'superseded';

export interface ClaimRequest {
  /** Attempts under way, by endpoint. */
  underWay: Map<string, number>;
  /** Attempts at once to one endpoint. */
  concurrency: number;
  /** How many to claim at most. */
  room: number;
  /** After this long without a mark somebody else may try. */
  leaseMs: number;
  /** Only these, and none to an endpoint whose last attempt failed; null for all. */
  ids: string[] | null;
}

/** The table of deliveries. */
class DeliveryQueue extends Queue {
  claim({ underWay, concurrency, room, leaseMs, ids }: ClaimRequest): Promise<Claimed[]> {
    const values = [[...underWay.keys()], [...underWay.values()], concurrency, room, leaseMs, ids];
    return this.query<Claimed>('webhook/claim', values);
  }

  /** Writes down how an attempt ended, and what that says of its endpoint. */
  async markEnd(delivery: Claimed, made: Attempt): Promise<Mark> {
    const { isDelivered, isGone, retryAfterMs, status, error, durationMs } = made;
    const isLast = isDelivered || isGone;
    const waitMs = isLast ? null : waitAfter(schedule, delivery.round, retryAfterMs);
    const mark = isDelivered ? 'delivered' : waitMs === null ? 'dead' : 'pending';
    const values = [mark, waitMs, status, error, durationMs];
    const note = () => this.note(delivery.endpoint_id, made);
    return (await this.mark('webhook/mark', delivery, values, note)) ? mark : 'superseded';
  }

  /** Deletes what arrived long ago. */
  async forgetDelivered(): Promise<void> {
    await this.query('webhook/forget_delivered', [keptDays]);
  }

  private async note(endpointId: string, made: Attempt): Promise<void> {
    const { isDelivered, isSilence, isGone, retryAfterMs } = made;
    if (isDelivered) await this.session.query('webhook/note_success', [endpointId]);
    else {
      const values = [endpointId, isSilence, isGone ? null : retryAfterMs, isGone];
      await this.session.query('webhook/note_failure', values);
    }
  }
}
