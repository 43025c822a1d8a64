import { Queue, type Claim, waitAfter } from '../queue/queue.js';
import { schedule, type Addressee, type Attempt } from './attempt.js';

/** What has arrived is kept for so long, for questions; what is dead, until it is retried. */
const keptDays = 30;

/** A delivery to try. */
export interface Claimed extends Claim, Addressee {
  endpoint_id: string;
  event: string;
  body: string;
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

/** The table of deliveries. */
export class DeliveryQueue extends Queue {
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
