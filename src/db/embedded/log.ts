import { fchownSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { EmbeddedFolders } from './folders.js';
import { homeError } from './home.js';

/** Above it a start begins the log anew: it is for the last few troubles, not an archive. */
const bytesMax = 1_000_000;

/**
 * Opens the log for a server that is to be started.
 *
 * @returns its descriptor, to be closed by the caller, and its size before the server writes
 * @throws DatabaseError where it can't be written
 */
export function openLog(folders: EmbeddedFolders): { fd: number; sizeBytes: number } {
  try {
    const size = statSync(folders.logFile, { throwIfNoEntry: false })?.size ?? 0;
    const fd = openSync(folders.logFile, size > bytesMax ? 'w' : 'a', 0o600);
    if (folders.user) fchownSync(fd, folders.user.uid, folders.user.gid);
    return { fd, sizeBytes: fstatSync(fd).size };
  } catch (error) {
    throw homeError(folders, (error as Error).message, error);
  }
}

/** What was logged since the log had this size. */
export function logFrom(folders: EmbeddedFolders, sizeBytes: number): string {
  return read(folders).subarray(sizeBytes).toString();
}

/** The last lines of the log, for a message. */
export function logTail(folders: EmbeddedFolders, lines = 8): string {
  return read(folders).toString().trimEnd().split('\n').slice(-lines).join('\n') || '(nothing)';
}

function read(folders: EmbeddedFolders): Buffer {
  try {
    return readFileSync(folders.logFile);
  } catch {
    return Buffer.alloc(0);
  }
}
