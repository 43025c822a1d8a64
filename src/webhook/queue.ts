import pLimit from 'p-limit';
import type { Session } from '../db/session.js';
import type { Addressee, Attempt } from './attempt.js';
import { waitAfter } from './schedule.js';

/** What has arrived is kept for so long, for questions; what is dead, until it is retried. */
const keptDays = 30;

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

/** What an attempt made of a delivery. `superseded`: too late, somebody else has taken it over. */
export type Mark = 'delivered' | 'pending' | 'dead' | 'superseded';

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

/**
 * The table of deliveries as a queue. A claim is an attempt: whoever dies with one loses the lease,
 * and whoever comes back late finds that `attempts` has gone on without him.
 */
export class Queue {
  /** Attempts end at the same time, but a connection runs one statement after the other. */
  private readonly inTurn = pLimit(1);

  constructor(private readonly session: Session) {}

  claim({ underWay, concurrency, room, leaseMs, ids }: ClaimRequest): Promise<Claimed[]> {
    const values = [[...underWay.keys()], [...underWay.values()], concurrency, room, leaseMs, ids];
    return this.inTurn(() => this.session.query<Claimed>('webhook/claim', values));
  }

  /** Writes down how an attempt ended, and what that says of its endpoint. */
  mark(delivery: Claimed, made: Attempt): Promise<Mark> {
    const { isDelivered, isGone, retryAfterMs, status, error, durationMs } = made;
    const waitMs = isDelivered || isGone ? null : waitAfter(delivery.round, retryAfterMs);
    const mark = isDelivered ? 'delivered' : waitMs === null ? 'dead' : 'pending';
    const { id, attempts, endpoint_id } = delivery;
    const values = [id, attempts, mark, waitMs, status, error, durationMs];
    return this.inTurn(async () => {
      const marked = await this.session.query('webhook/mark', values);
      if (marked.length === 0) return 'superseded';
      await this.note(endpoint_id, made);
      return mark;
    });
  }

  /** Deletes what arrived long ago. */
  async forgetDelivered(): Promise<void> {
    await this.inTurn(() => this.session.query('webhook/forget_delivered', [keptDays]));
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
