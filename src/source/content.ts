import { gunzip, isGzip } from './gunzip.js';
import type { StoredBytes } from './stored.js';
import { isZstd, refuseZstd, unzstd } from './zstd.js';

/** The stored bytes, unpacked where they were compressed. */
export interface Content {
  stored: StoredBytes;
  bytes: Replay;
  /** Whether it was packed, by gzip, zstd or in an archive. */
  compressed: boolean;
  /** Which file of an archive it is; null for no such. */
  member: string | null;
  /** Why unpacking stopped early, or null. */
  cut(): string | null;
  /** Reads what nobody wanted, so that all stored bytes are counted and hashed. */
  finish(): Promise<void>;
}

/** Finds gzip and zstd by their first bytes. */
export async function unpack(stored: StoredBytes): Promise<Content> {
  const bytes = new Replay(stored.chunks());
  const finish = () => readToEnd(bytes);
  return unpackWithin({ stored, bytes, compressed: false, member: null, cut: () => null, finish });
}

/** The same for what was unpacked already: an archive may hold a packed file. */
export async function unpackWithin(content: Content): Promise<Content> {
  const packed = content.bytes;
  const head = await packed.peek(4);
  const unpacker = isGzip(head) ? gunzip : isZstd(head) ? unzstd : null;
  if (unpacker === null) return content;
  if (unpacker === unzstd) refuseZstd(content.stored.place);
  let reason: string | null = null;
  const unpacked = unpacker(packed, (why) => {
    reason = why;
  });
  return { ...content, bytes: new Replay(unpacked), compressed: true, cut: () => reason };
}

async function readToEnd(chunks: AsyncIterable<Buffer>): Promise<void> {
  const rest = chunks[Symbol.asyncIterator]();
  while (!(await rest.next()).done);
}

/** Chunks handed on again after a look are no longer than this, whatever was looked at. */
const chunkBytes = 256 * 1024;

/** A stream whose beginning can be looked at before it is read. Read once. */
export class Replay implements AsyncIterable<Buffer> {
  #chunks: AsyncIterator<Buffer>;
  #seen: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** True once a look has met the end of the stream. */
  get seenWhole(): boolean {
    return this.#ended;
  }

  /** The first `bytes` bytes or more; fewer only where the stream ends before. */
  async peek(bytes: number): Promise<Buffer> {
    const parts = [this.#seen];
    let length = this.#seen.length;
    while (length < bytes && !this.#ended) {
      const next = await this.#chunks.next();
      if (next.done) {
        this.#ended = true;
      } else {
        parts.push(next.value);
        length += next.value.length;
      }
    }
    if (parts.length > 1) this.#seen = Buffer.concat(parts, length);
    return this.#seen;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const seen = this.#seen;
    this.#seen = Buffer.alloc(0);
    for (let at = 0; at < seen.length; at += chunkBytes) yield seen.subarray(at, at + chunkBytes);
    while (!this.#ended) {
      const next = await this.#chunks.next();
      if (next.done) this.#ended = true;
      else yield next.value;
    }
  }

  /** Lets the stream below end early and free what it holds. */
  async stop(): Promise<void> {
    await this.#chunks.return?.();
  }
}
