import { AsyncLocalStorage } from 'node:async_hooks';
import type { Deadline } from './deadline.js';
import { NetError } from './failure.js';

/** The request on whose behalf code runs, also in the handlers of its sockets and timers. */
const request = new AsyncLocalStorage<Deadline>();
let holders = 0;

/**
 * Runs a request so that what it throws where nobody can catch it (in a socket's handler, say) ends
 * this request and nothing else. Works between `hold` and its counterpart.
 */
export function contain<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
  return request.run(deadline, work);
}

/** @returns its counterpart; may be called twice */
export function hold(): () => void {
  if (holders === 0 && !process.hasUncaughtExceptionCaptureCallback()) {
    process.setUncaughtExceptionCaptureCallback(caught);
  }
  holders += 1;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    holders -= 1;
    if (holders === 0) process.setUncaughtExceptionCaptureCallback(null);
  };
}

function caught(error: unknown): void {
  const deadline = request.getStore();
  if (deadline) {
    const said = error instanceof Error ? error.message : String(error);
    return deadline.fail(new NetError(`failed: ${said}`, 'no_connection', { cause: error }));
  }
  // Nobody's: it ends the process as if nobody had listened.
  process.setUncaughtExceptionCaptureCallback(null);
  setImmediate(() => {
    throw error;
  });
}
