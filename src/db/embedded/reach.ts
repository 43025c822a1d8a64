import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServerUser } from './server-user.js';

/** Where a program of PostgreSQL is spawned, and what it is told is its data folder. */
export interface DataPath {
  cwd: string;
  path: string;
}

/**
 * A way to a data folder that the server's user owns. Below a folder that is closed to that user
 * (/root, what `mktemp -d` gives root) no path leads there; but a process may begin there, and
 * Linux lets it name the place it is in without going through the folders above.
 */
export function dataPath(folder: string, user: ServerUser | null): DataPath {
  if (!user || process.platform !== 'linux' || canReach(folder, user)) {
    return { cwd: '/', path: folder };
  }
  return { cwd: folder, path: '/proc/self/cwd' };
}

/** Whether the modes of the folder and all above let that user in. What is missing is made so. */
export function canReach(folder: string, user: ServerUser): boolean {
  const found = statOrNull(folder);
  if (found && !canPass(found, user)) return false;
  return folder === dirname(folder) || canReach(dirname(folder), user);
}

/** Null for what isn't there, a path that leads through a file among it. */
export function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function canPass({ uid, gid, mode }: Stats, user: ServerUser): boolean {
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
