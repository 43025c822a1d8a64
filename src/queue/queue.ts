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
