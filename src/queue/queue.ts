import pLimit from 'p-limit';
import type { Session } from '../db/session.js';

/** Something to try that is ours: nobody else takes it until the lease is over. */
export interface Claim {
  id: string;
  /** The number of this attempt, over all schedules. */
  attempts: number;
  /** The number of this attempt in its schedule, from 1. */
  round: number;
}

/**
 * A table as a queue. A claim is an attempt: a worker that dies loses the lease, and one that comes
 * back late finds that `attempts` has gone on without it.
 */
export class Queue {
  /** Attempts end at the same time, but a connection runs one statement after the other. */
  protected readonly inTurn = pLimit(1);

  /** @param session for nothing else meanwhile */
  constructor(protected readonly session: Session) {}

  protected query<Row extends object>(name: string, values: unknown[]): Promise<Row[]> {
    return this.inTurn(() => this.session.query<Row>(name, values));
  }

  /**
   * Writes down how an attempt ended, and then does what follows from it.
   * @returns false where somebody else has taken it over; nothing is written then
   */
  protected mark(
    name: string,
    { id, attempts }: Claim,
    values: unknown[],
    andThen?: () => Promise<void>,
  ): Promise<boolean> {
    return this.inTurn(async () => {
      const marked = await this.session.query(name, [id, attempts, ...values]);
      if (marked.length > 0) await andThen?.();
      return marked.length > 0;
    });
  }
}

/** When something that failed is tried again. The first attempt is made at once. */
export interface Schedule {
  /** The waits between attempts; after the last one it is given up. */
  delaysMs: readonly number[];
  /** The part of a wait that it may be longer or shorter: what failed together comes back apart. */
  jitter: number;
  /** Whether a host that asks for a time (Retry-After) may ask for less than the schedule's wait. */
  mayAskForLess: boolean;
  /** What a host may ask for at most. */
  longestAskedMs: number;
}

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;

/**
 * How long to wait after the n-th attempt of a schedule has failed; null after the last one.
 * @param askedMs what the host asked for (Retry-After): no attempt before that
 * @param random from 0 to 1
 */
export function waitAfter(
  { delaysMs, jitter, mayAskForLess }: Schedule,
  attempt: number,
  askedMs: number | null,
  random = Math.random(),
): number | null {
  const delayMs = delaysMs[attempt - 1];
  if (delayMs === undefined) return null;
  const waitMs = Math.round(delayMs * (1 + jitter * (2 * random - 1)));
  if (askedMs === null) return waitMs;
  return Math.max(askedMs, mayAskForLess ? secondMs : waitMs);
}
