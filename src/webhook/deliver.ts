import type { Session } from '../db/session.js';
import type { Net } from '../net.js';
import { attempt, type Addressee, type Attempt } from './attempt.js';
import { Pause } from './pause.js';
import { waitAfter } from './schedule.js';

/** A delivery that is ours to try: nobody else takes it until the lease is over. */
export interface Claimed extends Addressee {
  id: string;
  endpoint_id: string;
  event: string;
  body: string;
  /** The number of this attempt; marks off whoever comes too late. */
  attempts: number;
  /** The number of this attempt in its schedule, from 1. */
  round: number;
}

/** What became of an attempt. `superseded`: too late, somebody else has taken it over. */
export interface Result {
  delivery: Claimed;
  attempt: Attempt;
  status: 'delivered' | 'pending' | 'dead' | 'superseded';
}

export interface DeliverOptions {
  /** Attempts at once to one endpoint. */
  concurrency: number;
  /** For one attempt, from the name to the last byte. */
  timeoutMs: number;
  /** Lets every endpoint be at a private address, for this run. */
  allowPrivate: boolean;
  /** Only these deliveries, and none to an endpoint whose last attempt failed. */
  ids: string[] | null;
  /** Goes on when nothing is due: how often to look. */
  pollMs: number | null;
  /** Begins no attempt any more; those under way come to their end. */
  signal: AbortSignal;
  onResult: (result: Result) => void;
}

/** Attempts at once in all: a limit for sockets, far above what a catalogue's endpoints need. */
const maxAtOnce = 200;
/** How long after its time limit an attempt is given up for lost, and free to be taken over. */
const graceMs = 5000;

/**
 * Delivers what is due until nothing is, or (`pollMs`) until the signal. Every endpoint has a lane
 * of its own, and one that does not answer is left alone for a while, so that it delays nobody.
 * Several such runs, on several machines, share the work.
 * @throws what the database throws, once the attempts under way have ended
 */
export async function deliver(session: Session, net: Net, options: DeliverOptions): Promise<void> {
  const lanes = new Lanes();
  try {
    while (!options.signal.aborted) {
      const claimed = await claim(session, lanes, options);
      for (const delivery of claimed) lanes.add(delivery, tryOnce(session, net, delivery, options));
      if (lanes.size === 0 && options.pollMs === null) return;
      await lanes.change(options.pollMs, options.signal);
    }
  } finally {
    await lanes.end();
  }
  lanes.throwFailure();
}

/** The attempts under way, by endpoint. */
class Lanes {
  private readonly underWay = new Map<Promise<void>, string>();
  private failure: { error: unknown } | null = null;

  get size(): number {
    return this.underWay.size;
  }

  add({ endpoint_id }: Claimed, work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.underWay.delete(settled));
    this.underWay.set(settled, endpoint_id);
  }

  /** How many attempts each endpoint has under way. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const id of this.underWay.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  /** Waits until an attempt ends, or (`pollMs`) for so long. */
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

async function claim(session: Session, lanes: Lanes, options: DeliverOptions) {
  const room = maxAtOnce - lanes.size;
  if (room === 0) return [];
  const counts = lanes.counts();
  return session.query<Claimed>('webhook/claim', [
    [...counts.keys()],
    [...counts.values()],
    options.concurrency,
    room,
    options.timeoutMs + graceMs,
    options.ids,
  ]);
}

async function tryOnce(
  session: Session,
  net: Net,
  delivery: Claimed,
  options: DeliverOptions,
): Promise<void> {
  const made = await attempt(net, delivery, delivery, options);
  const status = await mark(session, delivery, made);
  options.onResult({ delivery, attempt: made, status });
}

async function mark(session: Session, delivery: Claimed, made: Attempt): Promise<Result['status']> {
  const { isDelivered, isGone, retryAfterMs } = made;
  const waitMs = isDelivered || isGone ? null : waitAfter(delivery.round, retryAfterMs);
  const status = isDelivered ? 'delivered' : waitMs === null ? 'dead' : 'pending';
  const marked = await session.query('webhook/mark', [
    delivery.id,
    delivery.attempts,
    status,
    waitMs,
    made.status,
    made.error,
    made.durationMs,
  ]);
  if (marked.length === 0) return 'superseded';
  const { endpoint_id } = delivery;
  if (isDelivered) await session.query('webhook/note_success', [endpoint_id]);
  else
    await session.query('webhook/note_failure', [
      endpoint_id,
      made.isSilence,
      isGone ? null : retryAfterMs,
      isGone,
    ]);
  return status;
}
