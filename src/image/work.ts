import { Attempts, Pause } from '../queue/attempts.js';
import { waitAfter } from '../queue/queue.js';
import { attempt, type Tools } from './attempt.js';
import { ImageFault } from './fault.js';
import { schedule, type Claimed, type ImageQueue } from './queue.js';
import type { Totals } from './list.js';

/**
 * Fetches each image that it claims and marks it, and renews its lease meanwhile. An error of the
 * store or the database stops all attempts.
 */
export class Work extends Attempts<Claimed> {
  private readonly ended = new AbortController();
  private readonly leases: Promise<void>;

  /**
   * @param leaseMs how long an image stays ours after the last sign of life
   * @param interrupted what is to be given back, of earlier runs of a service as well
   */
  constructor(
    concurrency: number,
    readonly count: Count,
    private readonly queue: ImageQueue,
    private readonly tools: Tools,
    private readonly leaseMs: number,
    private readonly interrupted: Set<Claimed>,
  ) {
    super(concurrency);
    this.leases = this.keepLeases().catch((error: unknown) => this.fail(error));
  }

  /** Claims up to so many images and begins with them. @returns how many */
  async begin(room: number): Promise<number> {
    const claimed = await this.queue.claim(room, this.leaseMs);
    for (const image of claimed) this.add(image, () => this.tryOnce(image));
    return claimed.length;
  }

  /** Stops at once. Images that were under way go back to the queue. */
  override async end(): Promise<void> {
    this.stop();
    await this.tools.pool.close();
    await super.end();
    this.ended.abort();
    await this.leases;
    // Where the database is gone, the next run of the service gives them back, or the lease does.
    await this.giveBack().catch(() => undefined);
  }

  /** Returns what was interrupted to the queue: an outage must not use up an image's attempts. */
  async giveBack(): Promise<void> {
    if (this.interrupted.size === 0) return;
    await this.queue.release([...this.interrupted]);
    this.interrupted.clear();
  }

  private async tryOnce(image: Claimed): Promise<void> {
    const startedAt = performance.now();
    try {
      const stored = await attempt(this.tools, image, this.queue, this.stopSignal);
      const isOurs = stored
        ? await this.queue.markDone(image, stored)
        : await this.queue.markUnchanged(image);
      if (isOurs) this.count.done(image.id, stored?.bytesIn ?? 0, stored?.bytesOut ?? 0);
    } catch (error) {
      const isFault = error instanceof ImageFault;
      if (isFault && !this.stopSignal.aborted) {
        return this.markFailed(image, error, Math.round(performance.now() - startedAt));
      }
      this.interrupted.add(image);
      if (!isFault) throw error;
    }
  }

  private async markFailed(image: Claimed, fault: ImageFault, durationMs: number): Promise<void> {
    const waitMs = fault.mayPass ? waitAfter(schedule, image.round, fault.retryAfterMs) : null;
    const isOurs = await this.queue.markFailed(image, waitMs, fault);
    if (!isOurs) return;
    if (waitMs === null) this.count.gaveUp(image.id);
    else this.count.failed(image.id);
    const { id, url, round } = image;
    const { message: error, status } = fault;
    this.tools.onFault({ image: id, url, attempt: round, status, error, waitMs, durationMs });
  }

  private async keepLeases(): Promise<void> {
    while (!this.ended.signal.aborted) {
      await new Pause(this.leaseMs / 3, this.ended.signal).over;
      const held = this.items;
      if (held.length > 0) await this.queue.renew(held, this.leaseMs);
      await this.tools.workspace.touch();
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
  get ended(): number {
    return this.processed + this.dead;
  }

  totals(): Totals {
    const { processed, dead, bytesIn, bytesOut } = this;
    return { processed, failed: this.waiting.size, dead, bytesIn, bytesOut };
  }
}
