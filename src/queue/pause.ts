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
