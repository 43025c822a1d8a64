import { gunzip, isGzip } from './gunzip.js';
import { Replay } from './replay.js';
import type { StoredBytes } from './stored.js';

/** The stored bytes, unpacked where they were compressed. */
export interface Content {
  stored: StoredBytes;
  bytes: Replay;
  compressed: boolean;
  /** Why unpacking stopped early, or null. */
  cut(): string | null;
  /** Reads what nobody wanted, so that all stored bytes are counted and hashed. */
  finish(): Promise<void>;
}

/** Finds gzip by its first bytes. */
export async function unpack(stored: StoredBytes): Promise<Content> {
  const packed = new Replay(stored.chunks());
  const compressed = isGzip(await packed.peek(3));
  let reason: string | null = null;
  const unpacked = gunzip(packed, (why) => {
    reason = why;
  });
  return {
    stored,
    bytes: compressed ? new Replay(unpacked) : packed,
    compressed,
    cut: () => reason,
    finish: () => readToEnd(packed),
  };
}

async function readToEnd(chunks: AsyncIterable<Buffer>): Promise<void> {
  const rest = chunks[Symbol.asyncIterator]();
  while (!(await rest.next()).done);
}
