import { createGunzip } from 'node:zlib';

const sliceBytes = 16 * 1024;

export function isGzip(head: Buffer): boolean {
  return head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/**
 * Unpacks gzip. Where the data stop or are corrupt, everything up to there is given and `onDamage`
 * hears why. (Piping would throw away what zlib has unpacked but nobody has taken yet.)
 */
export async function* gunzip(
  chunks: AsyncIterable<Buffer>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Buffer> {
  const unpacker = new Unpacker();
  try {
    for await (const slice of slices(chunks)) {
      yield* unpacker.write(slice);
      if (unpacker.failure) break;
    }
    if (!unpacker.failure) yield* unpacker.end();
    if (unpacker.failure) onDamage(describe(unpacker.failure));
  } finally {
    unpacker.destroy();
  }
}

/** What comes out of the slice with an error in it is lost: small slices lose little. */
async function* slices(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += sliceBytes) yield chunk.subarray(at, at + sliceBytes);
  }
}

function describe(failure: NodeJS.ErrnoException): string {
  return failure.code === 'Z_BUF_ERROR'
    ? 'the gzip data stop before their end'
    : `the gzip data are corrupt (${failure.message})`;
}

type Done = (error?: Error | null) => void;

class Unpacker {
  #zlib = createGunzip({ chunkSize: 256 * 1024 });
  #wake: () => void = () => {};
  failure: NodeJS.ErrnoException | null = null;

  constructor() {
    const wake = () => this.#wake();
    this.#zlib.on('readable', wake);
    this.#zlib.on('end', wake);
    this.#zlib.on('error', (error) => {
      this.failure = error;
      wake();
    });
  }

  write(chunk: Buffer): AsyncGenerator<Buffer> {
    return this.#drain((done) => this.#zlib.write(chunk, done));
  }

  end(): AsyncGenerator<Buffer> {
    // Not a callback of `end`: that comes before the missing rest is noticed.
    return this.#drain((done) => this.#zlib.once('end', () => done()).end());
  }

  destroy(): void {
    this.#zlib.destroy();
  }

  /** Gives what comes out until the input of `start` has been worked through. */
  async *#drain(start: (done: Done) => void): AsyncGenerator<Buffer> {
    let finished = false;
    start((error) => {
      finished = true;
      this.failure ??= error ?? null;
      this.#wake();
    });
    for (;;) {
      const data = this.#zlib.read() as Buffer | null;
      if (data !== null) yield data;
      else if (finished || this.failure) return;
      else await this.#change(() => finished);
    }
  }

  #change(finished: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (finished() || this.failure || this.#zlib.readableLength > 0) resolve();
    });
  }
}
