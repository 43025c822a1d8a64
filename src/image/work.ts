import { Pause } from '../environment.js';
import { attempt, type Workshop } from './attempt.js';
import { ImageFault } from './fault.js';
import type { Claimed, ImageQueue } from './queue.js';
import { waitAfter } from './schedule.js';
import type { Totals } from './schema.js';

/**
 * The attempts that are under way: each claimed image is fetched and marked, its lease renewed
 * meanwhile. What fails the run (the store, the database) stops them all.
 */
export class Work {
  private readonly underWay = new Map<Claimed, Promise<void>>();
  private readonly interrupted: Claimed[] = [];
  private readonly stopping = new AbortController();
  private readonly ended = new AbortController();
  private readonly leases: Promise<void>;
  private failure: { error: unknown } | null = null;

  /** @param leaseMs how long an image stays ours after the last sign of life */
  constructor(
    readonly count: Count,
    private readonly queue: ImageQueue,
    private readonly shop: Workshop,
    private readonly leaseMs: number,
  ) {
    this.leases = this.keepLeases().catch((error: unknown) => this.fail(error));
  }

  get size(): number {
    return this.underWay.size;
  }

  /** Claims up to so many images and begins with them. */
  async begin(room: number): Promise<number> {
    const claimed = await this.queue.claim(room, this.leaseMs);
    for (const image of claimed) {
      const settled = this.tryOnce(image)
        .catch((error: unknown) => this.fail(error))
        .finally(() => this.underWay.delete(image));
      this.underWay.set(image, settled);
    }
    return claimed.length;
  }

  /** Waits until an attempt ends or the time is over. @throws what failed the run */
  async change(ms: number, signal: AbortSignal): Promise<void> {
    const pause = new Pause(ms, signal, this.stopping.signal);
    await Promise.race([...this.underWay.values(), pause.over]);
    pause.stop();
    this.throwFailure();
  }

  /** Stops at once; what was under way goes back to the queue. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.shop.pool.close();
    await Promise.all(this.underWay.values());
    this.ended.abort();
    await this.leases;
    if (this.interrupted.length === 0) return;
    // Where the database is gone, the lease gives them back.
    await this.queue.release(this.interrupted).catch(() => undefined);
  }

  /** @throws the first thing that failed the run, if anything did */
  throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }

  /** Stops everything over an error that is no fault of an image. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.stopping.abort();
  }

  private async tryOnce(image: Claimed): Promise<void> {
    const startedAt = performance.now();
    try {
      const stored = await attempt(this.shop, image, this.stopping.signal);
      const isOurs = stored
        ? await this.queue.markDone(image, stored)
        : await this.queue.markUnchanged(image);
      if (isOurs) this.count.done(image.id, stored?.bytesIn ?? 0, stored?.bytesOut ?? 0);
    } catch (error) {
      const isFault = error instanceof ImageFault;
      if (isFault && !this.stopping.signal.aborted) {
        return this.markFailed(image, error, Math.round(performance.now() - startedAt));
      }
      this.interrupted.push(image);
      if (!isFault) throw error;
    }
  }

  private async markFailed(image: Claimed, fault: ImageFault, durationMs: number): Promise<void> {
    const waitMs = fault.mayPass ? waitAfter(image.round, fault.retryAfterMs) : null;
    const isOurs = await this.queue.markFailed(image, waitMs, fault);
    if (!isOurs) return;
    if (waitMs === null) this.count.gaveUp(image.id);
    else this.count.failed(image.id);
    const { id, url, round } = image;
    const { message: error, status } = fault;
    this.shop.onFault({ image: id, url, attempt: round, status, error, waitMs, durationMs });
  }

  private async keepLeases(): Promise<void> {
    while (!this.ended.signal.aborted) {
      await new Pause(this.leaseMs / 3, this.ended.signal).over;
      const held = [...this.underWay.keys()];
      if (held.length > 0) await this.queue.renew(held, this.leaseMs);
      await this.shop.workspace.touch();
    }
  }
}

/** Counts images, not attempts: one that fails twice and then succeeds was processed. */
export class Count {
  private readonly waiting = new Set<string>();
  private processed = 0;
  private dead = 0;
  private bytesIn = 0;
  private bytesOut = 0;

  done(id: string, bytesIn: number, bytesOut: number): void {
    this.waiting.delete(id);
    this.processed += 1;
    this.bytesIn += bytesIn;
    this.bytesOut += bytesOut;
  }

  failed(id: string): void {
    this.waiting.add(id);
  }

  gaveUp(id: string): void {
    this.waiting.delete(id);
    this.dead += 1;
  }

  /** Images that need no further attempt. */
  get settled(): number {
    return this.processed + this.dead;
  }

  totals(): Totals {
    const { processed, dead, bytesIn, bytesOut } = this;
    return { processed, failed: this.waiting.size, dead, bytesIn, bytesOut };
  }
}
