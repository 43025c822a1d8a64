import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError } from '../../errors.js';
import type { EmbeddedFolders } from './folders.js';
import type { ServerUser } from './server-user.js';

/**
 * Makes the home and the socket's folder, with the modes that the server's user needs.
 *
 * @throws DatabaseError where a folder can't be made, is somebody else's, or can't be reached
 */
export function prepareHome(folders: EmbeddedFolders): void {
  try {
    mkdirSync(folders.home, { recursive: true });
    if (folders.user) openToServerUser(folders.home, folders.user);
    prepareSocketFolder(folders);
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    throw homeError(folders, (error as Error).message, error);
  }
}

/** @param reason what went wrong, in the words of the system */
export function homeError(folders: EmbeddedFolders, reason: string, cause?: unknown) {
  return new DatabaseError(
    `The embedded database can't use ${folders.home}: ${reason}. ` +
      'Name another folder with PRODIMPORT_HOME, or a server with DATABASE_URL.',
    'embedded_home',
    { cause },
  );
}

/**
 * Root's folders are often closed to everyone else (`mktemp -d`, a umask of 077). The home itself
 * is ours, so the server's group may pass through it; folders above it are not ours to open.
 */
function openToServerUser(home: string, user: ServerUser): void {
  if (!canPass(home, user)) {
    chownSync(home, -1 as number, user.gid);
    chmodSync(home, (statSync(home).mode & 0o777) | 0o010);
  }
  for (let folder = dirname(home); ; folder = dirname(folder)) {
    if (!canPass(folder, user)) throw unreachable(home, folder, user);
    if (folder === dirname(folder)) return;
  }
}

function canPass(folder: string, user: ServerUser): boolean {
  const { uid, gid, mode } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function unreachable(home: string, folder: string, user: ServerUser): DatabaseError {
  return new DatabaseError(
    `PostgreSQL refuses to run as root, so it would run as "${user.name}", who can't get to ` +
      `${home}: ${folder} is closed to others. Set PRODIMPORT_HOME to a folder outside of it ` +
      '(or unset it: /var/lib/prodimport), or name a server with DATABASE_URL.',
    'embedded_home',
  );
}

function prepareSocketFolder(folders: EmbeddedFolders): void {
  const uid = folders.user?.uid ?? process.getuid?.() ?? 0;
  const isNew = mkdirSync(folders.socket, { recursive: true, mode: 0o700 }) !== undefined;
  if (isNew && folders.user) chownSync(folders.socket, folders.user.uid, folders.user.gid);
  const found = lstatSync(folders.socket);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return;
  // A process that was killed between mkdir and chown leaves an empty folder of root's.
  if (folders.user && found.isDirectory() && found.uid === 0) {
    rmSync(folders.socket, { recursive: true });
    prepareSocketFolder(folders);
    return;
  }
  throw new DatabaseError(
    `The socket's folder ${folders.socket} has to be a folder that only user ${uid} may enter. ` +
      'Remove it, or name another home with PRODIMPORT_HOME.',
    'embedded_home',
  );
}
