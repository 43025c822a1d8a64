/** A wait that ends after its time, at the signal, or when it is stopped. */
export class Pause {
  readonly over: Promise<void>;
  stop: () => void = () => undefined;

  constructor(ms: number, signal: AbortSignal) {
    this.over = new Promise((resolve) => {
      const timer = setTimeout(() => this.stop(), ms);
      this.stop = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', this.stop);
        resolve();
      };
      if (signal.aborted) this.stop();
      else signal.addEventListener('abort', this.stop, { once: true });
    });
  }
}
