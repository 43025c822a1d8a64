import type { Session } from '../db/session.js';
import type { Tools } from './attempt.js';
import { ImageQueue, type Claimed, type Outlook } from './queue.js';
import { type Count, Work } from './work.js';
import type { Totals } from './list.js';
import { RefusedError } from '../errors.js';
import { markUnnamed } from './prune.js';
import { completeProducts } from './complete.js';

export interface ProcessOptions {
  /** Images at once. */
  concurrency: number;
  /** Begins no more attempts than that; null for no limit. */
  limit: number | null;
  /** Goes on when nothing is left, and looks for what changed. */
  watch: boolean;
  /** Where it counts: of all runs of a service, whatever outages were between. */
  count: Count;
  /** Images whose attempts ended with the database, to be given back once there is one again. */
  interrupted: Set<Claimed>;
  /** How long an image stays a worker's own after its last sign of life. */
  leaseMs: number;
  signal: AbortSignal;
  onProgress: (so: { totals: Totals; ended: number; left: number }) => void;
  /** Called before the first attempt. */
  onPending: (pending: Pending) => void;
}

/** What waits otherwise than most. */
export interface Pending {
  /** Images that other stores have, and this one lacks. */
  lacking: number;
  /** Images that are files, where this run can't read any. */
  files: number;
}

/** Two connections: changing products is a transaction, and must not hold up the queue. */
export interface Sessions {
  queue: Session;
  products: Session;
}

/** How often to look for what has become due, for what others do, and for what changed. */
const pollMs = 500;
const tendMs = 5000;
/** Planning and settling look at all products: no more than a tenth of the time goes there. */
const restFactor = 10;
/** How often a service looks for what is named no more. */
const markMs = 3_600_000;
/** A run waits for the next try of an image, but not for one that is further away. */
const patienceMs = 120_000;

/**
 * Works off what waits until nothing does, or (`watch`) until the signal. Several such runs, on
 * several machines, share the work: a run also waits for what another one has claimed, and takes it
 * over when that one dies.
 * @throws what the database or the store throws; what was under way is back in the queue then
 */
export async function processImages(
  sessions: Sessions,
  tools: Tools,
  options: ProcessOptions,
): Promise<Totals> {
  return new Run(sessions, tools, options).work();
}

class Run {
  private readonly queue: ImageQueue;
  private readonly store: string;
  private readonly readsFiles: boolean;
  private readonly working: Work;
  private begun = 0;
  /** Images that were left when last looked, and how many this run had ended then. */
  private left = 0;
  private endedThen = 0;
  private tending: Promise<void> | null = null;
  private tendAt = 0;
  private markAt = 0;

  constructor(
    private readonly sessions: Sessions,
    tools: Tools,
    private readonly options: ProcessOptions,
  ) {
    const { concurrency, count, leaseMs, interrupted } = options;
    this.store = tools.store.label;
    this.readsFiles = tools.imageRoot !== null;
    this.queue = new ImageQueue(sessions.queue, this.store, this.readsFiles);
    this.working = new Work(concurrency, count, this.queue, tools, leaseMs, interrupted);
  }

  async work(): Promise<Totals> {
    const { signal } = this.options;
    const stop = () => void this.working.end().catch(() => undefined);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.beginWith();
      while (!signal.aborted && (await this.goOn())) this.report();
    } finally {
      signal.removeEventListener('abort', stop);
      await this.working.end();
    }
    this.working.throwFailure();
    // Interrupted, it must not wait for a load that holds the catalogue: what is left to be given
    // to products is there for the next run.
    if (signal.aborted) return this.working.count.totals();
    await this.tending;
    this.working.throwFailure();
    await this.complete(true);
    await this.mark();
    return this.working.count.totals();
  }

  /** What the store has already, products get before anything is fetched. */
  private async beginWith(): Promise<void> {
    const { products } = this.sessions;
    await this.working.giveBack();
    await planImages(products, this.store);
    const { lacking, files } = await products.one<Pending>('image/count_pending', [this.store]);
    this.options.onPending({ lacking, files: this.readsFiles ? 0 : files });
    await this.complete(true);
    this.see(await this.queue.outlook());
  }

  /** One turn. @returns false when there is nothing left for this run */
  private async goOn(): Promise<boolean> {
    this.tendSometimes();
    const { limit, signal } = this.options;
    const allowed = limit === null ? Infinity : limit - this.begun;
    const room = Math.min(this.working.room, allowed);
    const begun = room > 0 ? await this.working.begin(room) : 0;
    this.begun += begun;
    if (this.working.size === 0) return allowed > begun && this.waitForMore();
    await this.working.change(pollMs, signal);
    return true;
  }

  /** Nothing is due: waits for what will be, here or with another worker. */
  private async waitForMore(): Promise<boolean> {
    const { watch, signal } = this.options;
    const seen = await this.queue.outlook();
    this.see(seen);
    const { unfinished, running, dueInMs } = seen;
    const isOver = unfinished === 0 || (running === 0 && dueInMs! > patienceMs);
    if (isOver && !watch) return false;
    await this.working.change(isOver ? pollMs : Math.min(Math.max(dueInMs!, 20), pollMs), signal);
    return true;
  }

  /** Updates the products from time to time, while images are fetched. */
  private tendSometimes(): void {
    if (this.tending || performance.now() < this.tendAt) return;
    this.tending = this.tend(this.options.watch)
      .catch((error: unknown) => this.working.fail(error))
      .finally(() => (this.tending = null));
  }

  /** Gives products the images that are done; with `isPlanning`, first looks for new ones. */
  private async tend(isPlanning: boolean): Promise<void> {
    const startedAt = performance.now();
    if (isPlanning) await planImages(this.sessions.products, this.store);
    await this.complete(false);
    if (isPlanning && performance.now() > this.markAt) await this.mark();
    this.see(await this.queue.outlook());
    const now = performance.now();
    this.tendAt = now + Math.max(tendMs, restFactor * (now - startedAt));
  }

  /**
   * @param takesOver whether products that name images of another store get those of this one: as a
   *   run begins and ends, or two that watch would change the products for ever
   */
  private async complete(takesOver: boolean): Promise<void> {
    const { signal } = this.options;
    await completeProducts(this.sessions.products, { store: this.store, takesOver, signal });
  }

  /** What nothing names any more may be pruned a day after that was seen. */
  private async mark(): Promise<void> {
    this.markAt = performance.now() + markMs;
    try {
      await markUnnamed(this.sessions.products, this.store);
    } catch (error) {
      // A load holds the catalogue: it is not worth a wait.
      if (!(error instanceof RefusedError)) throw error;
    }
  }

  private see({ unfinished }: Outlook): void {
    this.left = unfinished;
    this.endedThen = this.working.count.ended;
  }

  private report(): void {
    const { count } = this.working;
    const { ended } = count;
    const left = Math.max(this.working.size, this.left - (ended - this.endedThen));
    this.options.onProgress({ totals: count.totals(), ended, left });
  }
}

/**
 * Gives every image that the store lacks a row in the queue, and forgets those that no product shows any
 * more. What waits is derived from the products, whoever changed them.
 * @returns how many were added
 */
export async function planImages(session: Session, store: string): Promise<number> {
  await session.query('image/forget');
  return (await session.query('image/plan', [store])).length;
}

/** Makes what the store has due again. */
export async function refreshImages(session: Session, store: string): Promise<void> {
  await session.query('image/refresh', [store]);
}
