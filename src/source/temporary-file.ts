import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.js';

/** A file on disk that is gone when the process is, readable by its owner only. */
export interface TemporaryFile {
  fd: number;
  /** Opens it once more, within this process. */
  path: string;
  /** @throws UsageError where there is no room for it */
  write(bytes: Buffer, position: number): void;
  /** Safe to call more than once. */
  remove(): void;
}

/**
 * On Linux it has no name from the beginning, so that not even `kill -9` leaves it behind; elsewhere
 * its name goes with `remove`, or as the process ends.
 * @throws UsageError where it can't be made
 */
export function openTemporaryFile(): TemporaryFile {
  const name = join(tmpdir(), `prodimport-${randomUUID()}`);
  const fd = attempt(() => openSync(name, 'wx+', 0o600));
  const removeName = () => rmSync(name, { force: true });
  const unnamed = `/proc/self/fd/${fd}`;
  const isUnnamed = existsSync(unnamed);
  if (isUnnamed) removeName();
  else process.once('exit', removeName);
  let isOpen = true;
  return {
    fd,
    path: isUnnamed ? unnamed : name,
    write: (bytes, position) => attempt(() => writeAll(fd, bytes, position)),
    remove: () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
      if (isUnnamed) return;
      removeName();
      process.off('exit', removeName);
    },
  };
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(fd, bytes, at, bytes.length - at, position + at);
  }
}

/** @throws UsageError for whatever the file system throws */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : message;
    throw new UsageError(
      `A temporary file in ${tmpdir()} is needed, and can't be written: ${reason}. Make room there, or name another folder with TMPDIR.`,
      'temporary_file',
      { cause: error },
    );
  }
}

/** No spreadsheet that a program can open is nearly as large; what is, was made to fill disks. */
const spoolLimitBytes = 2 * 1024 ** 3;

/** A temporary copy on disk. */
export type Spool = Pick<TemporaryFile, 'path' | 'remove'>;

/**
 * Copies a stream to a temporary file: a workbook can't be read from its beginning to its end.
 * The copy goes with `remove`, or with the process.
 * @param size null where nobody knows it before the end
 * @throws UsageError above 2 GB, at once where the size is known, or without room for it
 */
export async function spool(
  chunks: AsyncIterable<Buffer>,
  place: string,
  size: number | null,
): Promise<Spool> {
  if (size !== null && size > spoolLimitBytes) throw tooLarge(place);
  const file = openTemporaryFile();
  try {
    let bytes = 0;
    for await (const chunk of chunks) {
      if (bytes + chunk.length > spoolLimitBytes) throw tooLarge(place);
      file.write(chunk, bytes);
      bytes += chunk.length;
    }
    return file;
  } catch (error) {
    file.remove();
    throw error;
  }
}

function tooLarge(place: string): UsageError {
  const wayOut = 'Unpack it and load the file itself, or export it as CSV.';
  return new UsageError(
    `${place}: what has to be kept in a temporary file is over 2 GB. ${wayOut}`,
    'file_too_large',
  );
}

/**
 * What was read of standard input or a FIFO, kept in a temporary file while it is read, as neither
 * can be read a second time. A file of its own needs none, and gets none.
 */
export class StreamCopy {
  private file: TemporaryFile | null = null;
  private bytes = 0;
  private isWanted = true;

  /** @param isNeeded whether a lack of room for it is an error; else it is given up */
  constructor(private readonly isNeeded: boolean) {}

  /** Where the copy can be opened; null where nothing was copied. */
  get path(): string | null {
    return this.file?.path ?? null;
  }

  /** @throws UsageError where a copy that is needed can't be written */
  add(chunk: Buffer): void {
    if (!this.isWanted) return;
    try {
      this.file ??= openTemporaryFile();
      this.file.write(chunk, this.bytes);
      this.bytes += chunk.length;
    } catch (error) {
      this.drop();
      if (this.isNeeded) throw error;
    }
  }

  /** Removes it, and copies no more. Safe to call more than once. */
  drop(): void {
    this.isWanted = false;
    this.file?.remove();
    this.file = null;
  }
}
