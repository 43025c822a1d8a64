import { Pause } from '../environment.js';

/** The attempts under way, by endpoint. */
export class Lanes {
  private readonly underWay = new Map<Promise<void>, string>();
  private failure: { error: unknown } | null = null;

  get size(): number {
    return this.underWay.size;
  }

  add(endpointId: string, work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.underWay.delete(settled));
    this.underWay.set(settled, endpointId);
  }

  /** How many attempts each endpoint has under way. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const id of this.underWay.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  /**
   * Waits until an attempt ends, or (`pollMs`) for so long.
   * @throws what an attempt threw
   */
  async change(pollMs: number | null, signal: AbortSignal): Promise<void> {
    this.throwFailure();
    const pause = pollMs === null ? null : new Pause(pollMs, signal);
    await Promise.race([...this.underWay.keys(), ...(pause ? [pause.over] : [])]);
    pause?.stop();
    this.throwFailure();
  }

  async end(): Promise<void> {
    await Promise.all(this.underWay.keys());
  }

  /** @throws the first thing that an attempt threw, if any did */
  throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }
}
