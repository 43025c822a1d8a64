import { FailedError } from '../errors.js';
import { netFailure } from '../net/failure.js';

/** Nobody there · a file that isn't given · a file that doesn't come whole. */
export type SourceFailure = 'source_unreachable' | 'source_refused' | 'source_cut';

const waysOut: Record<SourceFailure, string> = {
  source_unreachable: 'Check the address, and whether the host is up.',
  source_refused: 'Check the address.',
  source_cut: 'Load it again.',
};

/** The error of a source on another machine. `said` is a phrase that fits after its name. */
export function sourceError(
  code: SourceFailure,
  shown: string,
  said: string,
  { way = waysOut[code], cause }: { way?: string; cause?: unknown } = {},
): FailedError {
  const sentence = said.startsWith(':') ? said : ` ${said}`;
  return new FailedError(`${shown}${sentence}. ${way} Products are unchanged.`, code, { cause });
}

/** What a socket or a resolver threw before the file came. */
export function unreachable(shown: string, error: unknown): FailedError {
  return sourceError('source_unreachable', shown, netFailure(error).message, { cause: error });
}

/** An optional package that is not installed. */
export function lacking(name: string, scheme: string, cause: unknown): FailedError {
  return new FailedError(
    `${scheme}:// needs the package ${name}, which is not installed. Install prodimport again without --omit=optional.`,
    'package_missing',
    { cause },
  );
}

/** What is known of a stream from elsewhere. */
interface Expected {
  shown: string;
  /** In bytes; null where the host does not say it. */
  size: number | null;
  silenceMs: number;
  signal?: AbortSignal | undefined;
  /** Ends what is read before its time. */
  end: () => void;
}

/**
 * Hands on what a host sends, and makes sure that it is all of it.
 * @throws FailedError `source_cut` for another number of bytes, for a connection that breaks, and for
 *   one on which nothing comes · the signal's own reason
 */
export async function* untilWhole(
  chunks: AsyncIterable<Buffer>,
  { shown, size, silenceMs, signal, end }: Expected,
): AsyncGenerator<Buffer> {
  const cut = (said: string, cause?: unknown) => sourceError('source_cut', shown, said, { cause });
  const iterator = chunks[Symbol.asyncIterator]();
  const watch = new Watch(silenceMs, signal);
  let bytes = 0;
  try {
    for (;;) {
      const next = await watch.over(iterator.next()).catch((error: unknown) => {
        signal?.throwIfAborted();
        if (error === silence) throw cut(`has sent nothing for ${silenceMs / 1000} s`);
        throw cut('broke off before the end of the file', error);
      });
      if (next.done) break;
      bytes += next.value.length;
      yield next.value;
    }
  } finally {
    end();
  }
  if (size !== null && bytes !== size) {
    throw cut(
      `sent ${bytes} bytes of a file that had ${size}: it was cut off, or changed meanwhile`,
    );
  }
}

const silence = new Error('nothing came');

/** Waits for one thing after the other, but for each only so long. */
class Watch {
  constructor(
    private readonly silenceMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  over<T>(coming: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(silence), this.silenceMs);
      const giveUp = () => reject(this.signal!.reason as Error);
      this.signal?.addEventListener('abort', giveUp, { once: true });
      if (this.signal?.aborted) giveUp();
      coming.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        this.signal?.removeEventListener('abort', giveUp);
      });
    });
  }
}
