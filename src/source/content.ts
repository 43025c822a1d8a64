import { pipeline, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { UsageError } from '../errors.js';
import { gunzip, isGzip } from './gunzip.js';
import type { StoredBytes } from './stored.js';

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
  const unpacker = isGzip(head) ? gunzip : isZstd(head) ? unzstd(content.stored.place) : null;
  if (unpacker === null) return content;
  let reason: string | null = null;
  const unpacked = unpacker(packed, (why) => {
    reason = why;
  });
  return { ...content, bytes: new Replay(unpacked), compressed: true, cut: () => reason };
}

function isZstd(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE() === 0xfd2fb528;
}

/** In Node since 22.15; not known to the types of 20. */
const { createZstdDecompress } = zlib as unknown as { createZstdDecompress?: () => Transform };

/** @throws UsageError where this Node can't unpack it */
function unzstd(place: string): typeof gunzip {
  if (createZstdDecompress === undefined) {
    throw new UsageError(
      `${place}: this is a zstd file, which Node ${process.versions.node} can't unpack (22.15 and later can). Unpack it first: zstd -dc FILE | prodimport load -`,
      'format_foreign',
    );
  }
  return async function* (chunks, onDamage) {
    try {
      yield* pipeline(chunks, createZstdDecompress(), () => {}) as AsyncIterable<Buffer>;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      onDamage(`the zstd data are corrupt or stop before their end (${(error as Error).message})`);
    }
  };
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
