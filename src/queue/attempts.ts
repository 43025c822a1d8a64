import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import pg from 'pg';
import { isDatabaseFailure } from '../db/failure.js';
import { DatabaseError, RefusedError } from '../errors.js';

/** The attempts under way: so many at once, and no more. What one of them throws ends the run. */
export class Attempts<Item> {
  private readonly limit: LimitFunction;
  private readonly underWay = new Map<Item, Promise<void>>();
  private readonly stopping = new AbortController();
  private failure: { error: unknown } | null = null;
  private ends = 0;
  /** How many had ended when somebody last waited. */
  private seen = 0;

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

  /** Whether an attempt ended that nobody waited for: while the next ones were claimed, above all. */
  get hasChanged(): boolean {
    return this.ends !== this.seen;
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
      .finally(() => {
        this.underWay.delete(item);
        this.ends++;
      });
    this.underWay.set(item, ended);
  }

  /**
   * Waits until an attempt has ended since this was last waited for, until the time is over (null: no
   * limit), or for the signal.
   * @throws what failed the run
   */
  async change(ms: number | null, signal: AbortSignal): Promise<void> {
    this.throwFailure();
    if (!this.hasChanged) {
      const pause = ms === null ? null : new Pause(ms, signal, this.stopSignal);
      await Promise.race([...this.underWay.values(), ...(pause ? [pause.over] : [])]);
      pause?.stop();
    }
    this.seen = this.ends;
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

const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/** Errors that waiting does not cure: data, statements, rights, the user's own rules. */
const lastingClasses = new Set(['21', '22', '23', '27', '42', '44', '0A', 'P0']);

/**
 * Runs a service's work until the signal. During an outage of the database it waits, says so once,
 * and begins the work again afterwards.
 * @param say called when the database is away
 * @param work calls its argument once it has connected: before that, an error is one of the start,
 *   and ends the service as it ends any command
 * @returns what the work gives; null where the signal came while there was no database
 * @throws what is no outage
 */
export async function throughOutages<T>(
  signal: AbortSignal,
  say: (message: string) => void,
  work: (connected: () => void) => Promise<T>,
): Promise<T | null> {
  let hasStarted = false;
  let isAway = false;
  let pauseMs = firstPauseMs;
  for (;;) {
    let connectedAt = Infinity;
    try {
      return await work(() => {
        hasStarted = true;
        connectedAt = performance.now();
      });
    } catch (error) {
      if (signal.aborted && isOutage(error)) return null;
      if (!hasStarted || !isOutage(error)) throw error;
      // A database that comes and goes is reported once, until it has stayed for a while.
      if (performance.now() - connectedAt > longestPauseMs) {
        isAway = false;
        pauseMs = firstPauseMs;
      }
      if (!isAway)
        say(`${(error as Error).message.replace(/\.?$/, '.')} Waiting until it is back.`);
      isAway = true;
    }
    await new Pause(pauseMs, signal).over;
    if (signal.aborted) return null;
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

function isOutage(error: unknown): boolean {
  // Somebody holds what is needed for longer than we wait for it.
  if (error instanceof RefusedError) return true;
  const { cause } = error as Error;
  const said = error instanceof DatabaseError && cause !== undefined ? cause : error;
  if (said instanceof pg.DatabaseError) return !lastingClasses.has((said.code ?? '').slice(0, 2));
  return said instanceof DatabaseError || isDatabaseFailure(said);
}
