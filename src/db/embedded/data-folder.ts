import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../../environment.js';
import { DatabaseError } from '../../errors.js';
import { type Binaries, binariesMajorVersion } from './binaries.js';
import { type EmbeddedFolders, homeError } from './folders.js';
import { dataPath, runToEnd } from './spawn.js';

/** How long the command that makes the folder is waited for, before this one makes its own. */
const othersMs = 60_000;

/** Name of the role and of the database that a new data folder holds. */
export const embeddedName = 'prodimport';

/**
 * Makes the data folder where there is none. It is made whole under a name of this process, then
 * renamed: commands that start at the same time, or die while at it, leave one whole folder.
 *
 * @returns true when this call made the folder that counts
 * @throws DatabaseError where it can't be made (no space, no right)
 */
export async function ensureDataFolder(
  folders: EmbeddedFolders,
  binaries: Binaries,
  sync: boolean,
): Promise<boolean> {
  removeUnfinished(folders);
  await othersAtIt(folders);
  if (dataVersion(folders) !== null) return false;
  const unfinished = `${folders.data}.${process.pid}`;
  try {
    mkdirSync(unfinished, { mode: 0o700 });
    if (folders.user) chownSync(unfinished, folders.user.uid, folders.user.gid);
    await initialise(unfinished, folders, binaries, sync);
    return claim(unfinished, folders.data);
  } catch (error) {
    removeQuietly(unfinished);
    throw homeError(folders, (error as Error).message, error);
  }
}

/**
 * @throws DatabaseError when the data was written by another major version, which these binaries
 *   can't read
 */
export function checkDataVersion(folders: EmbeddedFolders): void {
  const found = dataVersion(folders);
  const own = binariesMajorVersion();
  if (found === null || found === own) return;
  throw new DatabaseError(
    `${folders.data} was written by PostgreSQL ${found}; this prodimport comes with PostgreSQL ` +
      `${own}, which can't read it. Take the data out with the prodimport that wrote it ` +
      '(`prodimport db start`, then pg_dump), or move the folder away to begin anew, or name ' +
      'another folder with PRODIMPORT_HOME.',
    'embedded_version',
  );
}

/** The major version that wrote the data; null where there is none. */
export function dataVersion(folders: EmbeddedFolders): number | null {
  try {
    return Number(readFileSync(join(folders.data, 'PG_VERSION'), 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw homeError(folders, message, error);
  }
}

async function initialise(
  folder: string,
  folders: EmbeddedFolders,
  binaries: Binaries,
  sync: boolean,
): Promise<void> {
  const { cwd, path } = dataPath(folder, folders.user);
  // Trust is enough: the only way in is a socket in a folder that no other user may enter.
  const options = ['-D', path, '-U', embeddedName, '--auth=trust', '--encoding=UTF8'];
  options.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
  if (!sync) options.push('--no-sync');
  await runToEnd(binaries.initdb, options, cwd, folders.user);
  // In single-user mode, so that no server is up before the folder has its name.
  const single = ['--single', '-D', path, ...(sync ? [] : ['-F']), 'postgres'];
  const statement = `create database ${embeddedName}\n`;
  await runToEnd(binaries.postgres, single, cwd, folders.user, statement);
}

/** Rename replaces nothing but an empty folder: the first of several wins. */
function claim(unfinished: string, data: string): boolean {
  try {
    renameSync(unfinished, data);
    return true;
  } catch (error) {
    if (!existsSync(join(data, 'PG_VERSION'))) throw error;
    removeQuietly(unfinished);
    return false;
  }
}

/**
 * Waits while another command makes the folder: twenty at once would take minutes. One that does not
 * get on (it was stopped) is not waited for without end.
 */
async function othersAtIt(folders: EmbeddedFolders): Promise<void> {
  const until = Date.now() + othersMs;
  const isMadeElsewhere = () =>
    dataVersion(folders) === null &&
    unfinishedIn(folders).some(({ pid }) => pid !== process.pid && isAlive(pid));
  while (isMadeElsewhere() && Date.now() < until) await wait(50);
}

/** What killed commands left. Best effort: an initdb that outlived its command may still write. */
function removeUnfinished(folders: EmbeddedFolders): void {
  for (const { path, pid } of unfinishedIn(folders)) {
    if (pid === process.pid || !isAlive(pid)) removeQuietly(path);
  }
}

/** Data folders that are being made, or were, each with the process whose it is. */
function unfinishedIn({ home }: EmbeddedFolders): { path: string; pid: number }[] {
  return readdirSync(home)
    .map((name) => ({ path: join(home, name), pid: Number(/^pgdata\.(\d+)$/.exec(name)?.[1]) }))
    .filter(({ pid }) => pid > 0);
}

function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The next start tries again.
  }
}
