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
