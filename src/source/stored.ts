import { createHash } from 'node:crypto';
import {
  readdirSync,
  type BigIntStats,
  closeSync,
  constants,
  open as openDescriptor,
  openSync,
} from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { isSameFile } from '../environment.js';
import { closest, UsageError } from '../errors.js';
import type { SourceOptions } from './source.js';
import type { StreamCopy } from './temporary-file.js';

const chunkBytes = 256 * 1024;
/** A folder of more files is looked at no further for the one that was meant. */
const maxNeighbours = 5000;
/** Excel's have 165. */
const maxLockBytes = 1024;

/** The bytes of a file or of standard input, counted and hashed while they are read. */
export interface StoredBytes {
  /** The file's base name, or `-`. */
  readonly name: string;
  /** What messages call it: the path as given, or `standard input`. */
  readonly place: string;
  /** The path of a regular file, which can be opened a second time; null for everything else. */
  readonly path: string | null;
  /** Size in bytes of a file, here or elsewhere; null where nobody can know it before the end. */
  readonly size: number | null;
  /** The bytes in chunks of at most 1 MB. Read once. */
  chunks(): AsyncIterable<Buffer>;
  bytesRead(): number;
  /** SHA-256 (hex) of what was read; throws before the end was reached. */
  sha256(): string;
  /** Throws a UsageError if the file was changed or replaced since it was opened. */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/** Counts and hashes a stream of chunks on the way. */
class Meter {
  #hash = createHash('sha256');
  #digest: string | null = null;
  bytes = 0;

  async *through(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      this.#hash.update(chunk);
      yield chunk;
    }
    this.#digest = this.#hash.digest('hex');
  }

  sha256(): string {
    if (this.#digest === null) throw new Error('The hash is known when all rows have been read.');
    return this.#digest;
  }
}

interface StreamOptions {
  name?: string;
  place?: string;
  size?: number | null;
  /** Gets all that is read. */
  copy?: StreamCopy | undefined;
}

/** What comes once; `destroy` ends it before its time. */
export type ByteStream = AsyncIterable<Buffer | string> & { destroy?: () => unknown };

/** Standard input, or whatever else can be read only once. */
export function storedStream(
  stream: ByteStream,
  { name = '-', place = 'standard input', size = null, copy }: StreamOptions = {},
): StoredBytes {
  const meter = new Meter();
  async function* buffers(): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      const buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      copy?.add(buffer);
      yield buffer;
    }
  }
  return {
    name,
    place,
    path: null,
    size,
    chunks: () => meter.through(buffers()),
    bytesRead: () => meter.bytes,
    sha256: () => meter.sha256(),
    assertUnchanged: async () => {},
    // A pipe that nobody reads any more must not keep the process alive.
    close: async () => void (await stream.destroy?.()),
  };
}

/**
 * Opens a file, a FIFO or a device. Of a FIFO, `signal` ends the wait for whoever writes to it, and
 * `copy` gets what is read.
 * @throws UsageError naming the path, if it is missing, unreadable, a folder or a socket
 */
export async function openStored(
  path: string,
  { signal, copy }: Pick<SourceOptions, 'signal' | 'copy'> = {},
): Promise<StoredBytes> {
  if (await isFifo(path)) {
    const stream = await openFifo(path, signal).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    return storedStream(stream, { name: basename(path), place: path, copy });
  }
  const handle = await openForReading(path);
  const before = await handle.stat({ bigint: true });
  const size = Number(before.size);
  if (before.isDirectory()) {
    await handle.close();
    throw folder(path);
  }
  const locked = before.isFile() ? lockedBy(path, size) : null;
  if (locked !== null) {
    await handle.close();
    throw lockFile(path, locked);
  }
  const meter = new Meter();
  const regular = before.isFile();
  return {
    name: basename(path),
    place: path,
    path: regular ? path : null,
    size: regular ? size : null,
    chunks: () => meter.through(readAll(handle, path)),
    bytesRead: () => meter.bytes,
    sha256: () => meter.sha256(),
    assertUnchanged: async () => {
      if (regular) await assertSame(path, handle, before);
    },
    close: () => handle.close(),
  };
}

async function isFifo(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFIFO() ?? false;
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* readAll(handle: FileHandle, path: string): AsyncGenerator<Buffer> {
  for (;;) {
    // A fresh buffer each time: chunks are handed on, not copied.
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, null).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function assertSame(path: string, handle: FileHandle, before: BigIntStats): Promise<void> {
  const opened = await handle.stat({ bigint: true });
  const named = await stat(path, { bigint: true }).catch(() => null);
  const isUnchanged = opened.size === before.size && opened.mtimeNs === before.mtimeNs;
  if (isUnchanged && isSameFile(named, before)) return;
  throw new UsageError(
    `${path}: the file was changed or replaced while it was being read. ` +
      'Load it again when nobody writes to it any more.',
    'file_changed',
  );
}

/** A file beside it that may have been meant. */
function neighbours(path: string): string {
  try {
    const meant = closest(basename(path), readdirSync(dirname(path)).slice(0, maxNeighbours));
    return meant === null ? '' : ` Did you mean ${join(dirname(path), meant)}?`;
  } catch {
    return '';
  }
}

/** Excel keeps such a file beside a workbook that is open, and so do other offices. */
function lockFile(path: string, of: string): UsageError {
  return new UsageError(
    `${path}: this is not a table but a mark that "${of}" is open elsewhere. Name that file.`,
    'lock_file',
  );
}

/** The workbook that `~$prices.xlsx` or `.~lock.prices.ods#` is the mark of; null for other files. */
function lockedBy(path: string, size: number): string | null {
  const [, excel, office] = /^(?:~\$(.+)|\.~lock\.(.+)#)$/.exec(basename(path)) ?? [];
  return size > maxLockBytes ? null : (excel ?? office ?? null);
}

function folder(path: string): UsageError {
  return new UsageError(`${path}: this is a folder. Name one of the files in it.`, 'is_a_folder');
}

function unreadable(path: string, error: unknown): UsageError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const options = { cause: error };
  if (code === 'EISDIR') return folder(path);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const meant = basename(path).includes('*')
      ? ' Name one file: a * is looked up only in sftp and ftp addresses.'
      : neighbours(path);
    const message = `${path}: there is no such file.${meant} Check the path, or use - for standard input.`;
    return new UsageError(message, 'file_missing', options);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `${path}: no permission to read it. Ask for read access (chmod +r), or copy it.`;
    return new UsageError(message, 'file_unreadable', options);
  }
  if (code === 'EBUSY') {
    const message = `${path}: another program has it open and lets nobody read it. Close it there, or name a copy.`;
    return new UsageError(message, 'file_unreadable', options);
  }
  if (code === 'ENXIO' || code === 'EOPNOTSUPP') {
    const message = `${path}: this is a socket or a device without data. Name a file, or use -.`;
    return new UsageError(message, 'not_a_file', options);
  }
  const message = `${path}: it can't be read (${code}). Copy it to a local disk and try again.`;
  return new UsageError(message, 'file_unreadable', options);
}

/**
 * Opens a FIFO, which waits until somebody writes to it. At the signal that wait ends, and so does
 * every one for what they write: the system itself cancels neither.
 */
async function openFifo(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  const release = () => beWriter(path);
  signal?.addEventListener('abort', release, { once: true });
  // A descriptor, not a FileHandle, which would close it as well.
  const fd = await promisify(openDescriptor)(path, 'r');
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
