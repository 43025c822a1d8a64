import { chmodSync, chownSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError } from '../../errors.js';
import { makeFolder } from '../../environment.js';
import type { EmbeddedFolders } from './folders.js';

/**
 * Makes the home and the socket's folder, with the modes that the server's user needs.
 *
 * @throws DatabaseError where a folder can't be made, is somebody else's, or can't be reached
 */
export function prepareHome(folders: EmbeddedFolders): void {
  try {
    const first = makeFolder(folders.home);
    if (first && folders.user) openToServerUser(first, folders.home);
    prepareSocketFolder(folders);
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    throw homeError(folders, (error as Error).message, error);
  }
}

/** @param reason what went wrong, in the words of the system */
export function homeError(folders: EmbeddedFolders, reason: string, cause?: unknown) {
  const space = /ENOSPC|EDQUOT|No space|quota/.test(reason) ? 'Free space there, or name' : 'Name';
  return new DatabaseError(
    `The embedded database can't use ${folders.home}: ${reason}. ${space} ` +
      'another folder with PRODIMPORT_HOME, or a server with DATABASE_URL.',
    'embedded_home',
    { cause },
  );
}

/** What root made just now is for the server's user to pass through, whatever the umask was. */
function openToServerUser(first: string, home: string): void {
  for (let folder = home; folder.length >= first.length; folder = dirname(folder)) {
    chmodSync(folder, 0o755);
  }
}

function prepareSocketFolder(folders: EmbeddedFolders): void {
  const uid = folders.user?.uid ?? process.getuid?.() ?? 0;
  makeFolder(folders.socket, 0o700);
  // Root's own, from now or from a command that was killed here: handed over, as often as need be.
  const made = lstatSync(folders.socket);
  if (folders.user && made.isDirectory() && made.uid === 0) {
    chownSync(folders.socket, folders.user.uid, folders.user.gid);
  }
  const found = lstatSync(folders.socket);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return;
  throw new DatabaseError(
    `The socket's folder ${folders.socket} has to be a folder that only user ${uid} may enter. ` +
      'Remove it, or name another home with PRODIMPORT_HOME.',
    'embedded_home',
  );
}
