import type { Writable } from 'node:stream';
import { FailedError } from '../errors.js';

/** Where a result goes. A reader who leaves early (`| head`) is no error: the rest is dropped. */
export interface Output {
  /** Resolves when the stream has taken the chunk. Rejects when it can't, a full disk say. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Writes until the chunks or the reader come to an end. */
  writeAll(chunks: AsyncIterable<string | Uint8Array>): Promise<void>;
}

/** Wraps standard output. All is flushed once the promises of its writes have resolved. */
export function createOutput(stream: Writable): Output {
  let closed = false;
  let broken: Error | null = null;
  tolerateClosedPipe(stream, () => (closed = true));
  stream.on('error', (error) => (broken ??= error));

  const write = (chunk: string | Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      if (closed) return resolve();
      if (broken) return reject(unwritable(broken));
      stream.write(chunk, (error) => {
        if (error && !isClosedPipe(error)) return reject(unwritable(error));
        if (error) closed = true;
        resolve();
      });
    });

  const writeAll = async (chunks: AsyncIterable<string | Uint8Array>) => {
    for await (const chunk of chunks) {
      await write(chunk);
      if (closed) return;
    }
  };

  return { write, writeAll };
}

/**
 * Keeps a stream whose reader has left from killing the process with an unhandled error. Errors of
 * another kind reach the callback of the write that failed. For standard error, too.
 */
export function tolerateClosedPipe(stream: Writable, onClosed: () => void = () => {}): void {
  stream.on('error', (error) => {
    if (isClosedPipe(error)) onClosed();
  });
}

/** The error for a result that nobody can be given. */
function unwritable(error: NodeJS.ErrnoException): FailedError {
  const reason = error.code === 'ENOSPC' ? 'the disk is full' : error.message;
  return new FailedError(
    `Standard output can't be written: ${reason}. Make room, or send it elsewhere.`,
    'output',
    { cause: error },
  );
}

function isClosedPipe(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ECONNRESET';
}

/** The same items, until the signal comes. @throws the signal's reason */
export async function* untilSignal<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  for await (const item of items) {
    signal.throwIfAborted();
    yield item;
  }
}
