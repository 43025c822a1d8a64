import { crc32, createInflateRaw } from 'node:zlib';
import { Damage, Input } from './packed.js';

const magic = [0x1f, 0x8b, 8] as const;
const trailerBytes = 8;
/** Bits of a header's flags (RFC 1952). */
const flags = { checksum: 2, extra: 4, name: 8, comment: 16 };

export function isGzip(head: Buffer): boolean {
  return head.length >= magic.length && magic.every((byte, at) => head[at] === byte);
}

/**
 * Unpacks gzip, member by member. Where the data stop or are corrupt, what came before is given and
 * `onDamage` hears why. What follows the last member and is none (tapes and blocks are filled up
 * with zeros) belongs to nobody, and is left out as `gzip` does.
 *
 * The members are taken apart here. zlib's own gunzip takes members and zeros, but where anything
 * else follows the last one, or a checksum is wrong, it throws away what it has unpacked of the chunk
 * (of a small file: everything), and it takes a byte 0x1f that follows for a member cut off.
 */
export async function* gunzip(
  chunks: AsyncIterable<Buffer>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Buffer> {
  const input = new Input(chunks, 'gzip');
  try {
    do {
      await skipHeader(input);
      yield* member(input);
    } while (isGzip(await input.peek(magic.length)));
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    onDamage(error.message);
  }
}

function corrupt(reason: string): Damage {
  return new Damage(`the gzip data are corrupt (${reason})`);
}

async function skipHeader(input: Input): Promise<void> {
  const header = await input.take(10);
  const flag = header[3]!;
  if (flag & flags.extra) await input.take((await input.take(2)).readUInt16LE());
  if (flag & flags.name) await skipText(input);
  if (flag & flags.comment) await skipText(input);
  if (flag & flags.checksum) await input.take(2);
}

async function skipText(input: Input): Promise<void> {
  while ((await input.take(1))[0] !== 0);
}

/** The content of a member; its checksum and its size are checked once all of it was given. */
async function* member(input: Input): AsyncGenerator<Buffer> {
  let checksum = 0;
  let size = 0;
  for await (const data of inflate(input)) {
    checksum = crc32(data, checksum);
    size += data.length;
    yield data;
  }
  const trailer = await input.take(trailerBytes);
  if (trailer.readUInt32LE() !== checksum) throw corrupt('incorrect data check');
  if (trailer.readUInt32LE(4) !== size % 2 ** 32) throw corrupt('incorrect length check');
}

/** Unpacks to the end of one stream, and gives back what stands after it. */
async function* inflate(input: Input): AsyncGenerator<Buffer> {
  const inflater = new Inflater();
  try {
    for (;;) {
      const chunk = await input.next();
      const before = inflater.bytesTaken;
      yield* inflater.write(chunk);
      if (inflater.failure) throw corrupt(inflater.failure.message);
      const taken = inflater.bytesTaken - before;
      // It leaves alone what does not belong to it.
      if (taken < chunk.length) return input.giveBack(chunk.subarray(taken));
    }
  } finally {
    inflater.destroy();
  }
}

/** Raw deflate whose output is taken piece by piece, so that a bomb finds no memory to fill. */
class Inflater {
  readonly #zlib = createInflateRaw({ chunkSize: 256 * 1024 });
  #wake: () => void = () => {};
  #isOver = false;
  failure: Error | null = null;

  constructor() {
    this.#zlib.on('readable', () => this.#wake());
    this.#zlib.on('end', () => this.#end());
    this.#zlib.on('error', (error) => {
      this.failure = error;
      this.#end();
    });
  }

  /** How much of the input belonged to the stream so far. */
  get bytesTaken(): number {
    return this.#zlib.bytesWritten;
  }

  /** Gives what comes out until the chunk has been worked through, or the stream is over. */
  async *write(chunk: Buffer): AsyncGenerator<Buffer> {
    let isDone = false;
    this.#zlib.write(chunk, () => {
      isDone = true;
      this.#wake();
    });
    for (;;) {
      const data = this.#zlib.read() as Buffer | null;
      if (data !== null) yield data;
      else if (isDone || this.#isOver) return;
      else await this.#change(() => isDone);
    }
  }

  destroy(): void {
    this.#zlib.destroy();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #change(isDone: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (isDone() || this.#isOver || this.#zlib.readableLength > 0) resolve();
    });
  }
}
