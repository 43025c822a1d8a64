import type { Session } from '../db/session.js';
import type { Net } from '../net/net.js';
import { attempt, type Attempt } from './attempt.js';
import { Queue, type Claimed, type Mark } from './queue.js';
import { Pause } from '../environment.js';

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
/** How long after its time limit an attempt is given up for lost, and free to be taken over. */
const graceMs = 5000;
/** How often to delete what arrived long ago: a service may run for months. */
const forgetEveryMs = 3_600_000;

/**
 * Delivers what is due until nothing is, or (`pollMs`) until the signal. Every endpoint has a lane
 * of its own, and one that does not answer is left alone for a while, so that it delays nobody.
 * Several such runs, on several machines, share the work.
 * @throws what the database throws, once the attempts under way have ended
 */
export async function deliver(session: Session, net: Net, options: DeliverOptions): Promise<void> {
  const { signal, pollMs, ids } = options;
  const queue = new Queue(session);
  const lanes = new Lanes();
  let forgetAt = ids === null ? performance.now() : Infinity;
  try {
    while (!signal.aborted) {
      if (performance.now() >= forgetAt) {
        await queue.forgetDelivered();
        forgetAt = performance.now() + forgetEveryMs;
      }
      for (const delivery of await claim(queue, lanes, options)) {
        lanes.add(delivery.endpoint_id, tryOnce(queue, net, delivery, options));
      }
      if (lanes.size === 0 && pollMs === null) return;
      await lanes.change(pollMs, signal);
    }
  } finally {
    await lanes.end();
  }
  lanes.throwFailure();
}

async function claim(queue: Queue, lanes: Lanes, options: DeliverOptions): Promise<Claimed[]> {
  const { concurrency, ids, timeoutMs } = options;
  const room = maxAtOnce - lanes.size;
  if (room === 0) return [];
  const leaseMs = timeoutMs + graceMs;
  return queue.claim({ underWay: lanes.counts(), concurrency, room, leaseMs, ids });
}

async function tryOnce(
  queue: Queue,
  net: Net,
  delivery: Claimed,
  options: DeliverOptions,
): Promise<void> {
  const made = await attempt(net, delivery, delivery, options);
  const status = await queue.mark(delivery, made);
  options.onResult({ delivery, attempt: made, status });
}

/** The attempts under way, by endpoint. */
class Lanes {
  private readonly underWay = new Map<Promise<void>, string>();
  private failure: { error: unknown } | null = null;

  get size(): number {
    return this.underWay.size;
  }

  add(endpointId: string, work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.underWay.delete(settled));
    this.underWay.set(settled, endpointId);
  }

  /** How many attempts each endpoint has under way. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const id of this.underWay.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  /**
   * Waits until an attempt ends, or (`pollMs`) for so long.
   * @throws what an attempt threw
   */
  async change(pollMs: number | null, signal: AbortSignal): Promise<void> {
    this.throwFailure();
    const pause = pollMs === null ? null : new Pause(pollMs, signal);
    await Promise.race([...this.underWay.keys(), ...(pause ? [pause.over] : [])]);
    pause?.stop();
    this.throwFailure();
  }

  async end(): Promise<void> {
    await Promise.all(this.underWay.keys());
  }

  /** @throws the first thing that an attempt threw, if any did */
  throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }
}
