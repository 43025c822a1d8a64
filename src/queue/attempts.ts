import pLimit, { type LimitFunction } from 'p-limit';
import { Pause } from './pause.js';

/** The attempts under way: so many at once, and no more. What one of them throws ends the run. */
export class Attempts<Item> {
  private readonly limit: LimitFunction;
  private readonly underWay = new Map<Item, Promise<void>>();
  private readonly stopping = new AbortController();
  private failure: { error: unknown } | null = null;

  /** @param atOnce how many at once */
  constructor(atOnce: number) {
    this.limit = pLimit(atOnce);
  }

  get size(): number {
    return this.underWay.size;
  }

  /** How many more can begin now. */
  get room(): number {
    return this.limit.concurrency - this.size;
  }

  get items(): Item[] {
    return [...this.underWay.keys()];
  }

  /** Ends attempts that listen to it: the run has failed, or was stopped. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  add(item: Item, attempt: () => Promise<void>): void {
    const ended = this.limit(attempt)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.underWay.delete(item));
    this.underWay.set(item, ended);
  }

  /**
   * Waits until an attempt ends, until the time is over (null: no limit), or for the signal.
   * @throws what failed the run
   */
  async change(ms: number | null, signal: AbortSignal): Promise<void> {
    this.throwFailure();
    const pause = ms === null ? null : new Pause(ms, signal, this.stopSignal);
    await Promise.race([...this.underWay.values(), ...(pause ? [pause.over] : [])]);
    pause?.stop();
    this.throwFailure();
  }

  /** Asks the attempts to stop. */
  stop(): void {
    this.stopping.abort();
  }

  /** Waits for the attempts under way. */
  async end(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Ends the run with an error. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.stop();
  }

  /** @throws the first error that failed the run */
  throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }
}
