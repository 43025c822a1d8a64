import type { Totals } from './schema.js';

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
