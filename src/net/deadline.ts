import { NetError } from './failure.js';

export interface Limits {
  /** For everything, whatever its steps are; none unless given. */
  timeoutMs?: number;
  /** For each time in which something is waited for and nothing comes; none unless given. */
  silenceMs?: number;
  signal?: AbortSignal | undefined;
}

/** The end of one request, whichever comes first of its limits. Call `stop` when it is over. */
export class Deadline {
  /** Rejects when the request is ended, for what does not listen to signals; never resolves. */
  readonly expired: Promise<never>;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private ending: NetError | null = null;

  constructor(private readonly limits: Limits) {
    const { timeoutMs, signal: outer } = limits;
    this.expired = new Promise<never>((_, reject) => {
      this.signal.addEventListener('abort', () => reject(this.ending!), { once: true });
    });
    this.expired.catch(() => undefined);
    if (timeoutMs !== undefined)
      this.timer = setTimeout(() => this.fail(late(timeoutMs)), timeoutMs);
    if (outer?.aborted) this.giveUp();
    else outer?.addEventListener('abort', this.giveUp, { once: true });
  }

  /** Aborted when the request is ended. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Why it was ended; null while it was not. */
  get failure(): NetError | null {
    return this.ending;
  }

  /** Ends the request; the first reason counts. */
  fail(error: NetError): void {
    this.ending ??= error;
    this.controller.abort(this.ending);
  }

  /** Waits for something of the other side, no longer than its silence may last. */
  async awaiting<T>(coming: Promise<T>): Promise<T> {
    const { silenceMs } = this.limits;
    if (silenceMs === undefined) return coming;
    const timer = setTimeout(() => this.fail(silent(silenceMs)), silenceMs);
    try {
      return await coming;
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.limits.signal?.removeEventListener('abort', this.giveUp);
  }

  private readonly giveUp = () => this.fail(new NetError('was given up', 'aborted'));
}

function late(timeoutMs: number): NetError {
  return new NetError(`did not answer in full within ${secondsOf(timeoutMs)}`, 'timeout');
}

function silent(silenceMs: number): NetError {
  return new NetError(`has sent nothing for ${secondsOf(silenceMs)}`, 'timeout');
}

function secondsOf(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
