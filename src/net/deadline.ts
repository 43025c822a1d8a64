import { NetError } from './failure.js';

export interface Deadline {
  /** Aborted when the time is up, or when the outer signal is. */
  signal: AbortSignal;
  /** Rejects at that moment, for what does not listen to signals; never resolves. */
  expired: Promise<never>;
  /** Why it was aborted; null while it was not. */
  failure(): NetError | null;
  stop(): void;
}

/** One limit for a whole request, whatever its steps are. Call `stop` in the end. */
export function deadline(timeoutMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let failure: NetError | null = null;
  const abort = (error: NetError) => {
    failure ??= error;
    controller.abort(failure);
  };
  const onTimeout = () =>
    abort(
      new NetError(
        `did not answer in full within ${Number((timeoutMs / 1000).toFixed(1))} s`,
        'timeout',
      ),
    );
  const onOuter = () => abort(new NetError('was given up', 'aborted'));
  const timer = setTimeout(onTimeout, timeoutMs);
  if (outer?.aborted) onOuter();
  else outer?.addEventListener('abort', onOuter, { once: true });
  const expired = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(failure!), { once: true });
  });
  expired.catch(() => undefined);
  return {
    signal: controller.signal,
    expired,
    failure: () => failure,
    stop: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onOuter);
    },
  };
}
