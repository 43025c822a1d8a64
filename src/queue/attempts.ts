import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';

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

/**
 * A wait that ends after its time, at one of the signals, or when it is stopped. Not with
 * AbortSignal.any: Node 20 keeps a hundred bytes of each call as long as its signals live, so a
 * service that looks twice a second would grow by 17 MB a day.
 */
export class Pause {
  readonly over: Promise<void>;
  stop: () => void = () => undefined;

  constructor(ms: number, ...signals: AbortSignal[]) {
    this.over = new Promise((resolve) => {
      const timer = setTimeout(() => this.stop(), ms);
      this.stop = () => {
        clearTimeout(timer);
        for (const signal of signals) signal.removeEventListener('abort', this.stop);
        resolve();
      };
      if (signals.some(({ aborted }) => aborted)) return this.stop();
      for (const signal of signals) signal.addEventListener('abort', this.stop, { once: true });
    });
  }
}
