import { closeSync, constants, open, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

/**
 * Opens a FIFO, which waits until somebody writes to it. At the signal that wait ends, and so does
 * every one for what they write: the system itself cancels neither.
 */
export async function openFifo(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  const release = () => beWriter(path);
  signal?.addEventListener('abort', release, { once: true });
  // A descriptor, not a FileHandle, which would close it as well.
  const fd = await promisify(open)(path, 'r');
  signal?.removeEventListener('abort', release);
  const stream = new Socket({ fd, readable: true, writable: false });
  if (signal?.aborted) stream.destroy();
  signal?.addEventListener('abort', () => stream.destroy(), { once: true });
  return stream;
}

/** For a moment somebody is there who could write. */
function beWriter(path: string): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // Nobody waits for one any more.
  }
}
