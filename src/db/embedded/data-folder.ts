import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive, whenReleased } from '../../environment.js';
import { DatabaseError } from '../../errors.js';
import { type Binaries, binariesMajorVersion } from './binaries.js';
import { type EmbeddedFolders, homeError } from './folders.js';
import { dataPath, runToEnd, type ServerUser } from './spawn.js';

/** How long the command that makes the folder is waited for, before this one makes its own. */
const othersMs = 60_000;

/** Name of the role and of the database of the embedded server. */
export const embeddedName = 'prodimport';

export const createDatabaseText = `create database ${embeddedName}`;

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
  onFirst: () => void,
): Promise<void> {
  removeUnfinished(folders);
  const unfinished = `${folders.data}.${process.pid}`;
  try {
    if (!(await begin(unfinished, folders))) return;
    onFirst();
    closeOnWindows(unfinished);
    if (folders.user) chownSync(unfinished, folders.user.uid, folders.user.gid);
    await initialise(unfinished, folders, binaries, sync);
    claim(unfinished, folders.data);
  } catch (error) {
    removeQuietly(unfinished);
    if (error instanceof DatabaseError) throw error;
    throw homeError(folders, (error as Error).message, error);
  }
}

/**
 * Makes the folder that is to become the data folder. Of those who begin at one moment one goes on:
 * who sees another then gives way. One that does not get on (it was stopped) is not waited for
 * without end.
 * @returns false where somebody else has made the data folder meanwhile
 */
async function begin(unfinished: string, folders: EmbeddedFolders): Promise<boolean> {
  const until = Date.now() + othersMs;
  for (;;) {
    while (isMadeElsewhere(folders) && Date.now() < until) await wait(50);
    if (dataVersion(folders) !== null) return false;
    mkdirSync(unfinished, { mode: 0o700 });
    const isMine = dataVersion(folders) === null && !isMadeElsewhere(folders);
    if (isMine || Date.now() >= until) return true;
    rmdirSync(unfinished);
    await wait(Math.random() * 100);
  }
}

/**
 * Modes say nothing on Windows: a folder inherits who may read it, and outside of a user's own folder
 * that is everybody. What is made in it later inherits from it.
 */
function closeOnWindows(folder: string): void {
  if (process.platform !== 'win32' || isOwnOnWindows(folder, process.env)) return;
  const system = win32.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');
  const run = (program: string, words: string[]) =>
    execFileSync(win32.join(system, program), words, { encoding: 'utf8', windowsHide: true });
  const [user] = /S-1-[\d-]+/.exec(run('whoami.exe', ['/user', '/fo', 'csv', '/nh'])) ?? [];
  run('icacls.exe', [folder, '/inheritance:r', '/grant:r', `*${user}:(OI)(CI)F`]);
}

/** Whether a folder lies where only its user, and who administers the machine, may read. */
export function isOwnOnWindows(folder: string, { USERPROFILE }: NodeJS.ProcessEnv): boolean {
  if (!USERPROFILE) return false;
  const way = win32.relative(USERPROFILE, folder);
  return way !== '' && !way.startsWith('..') && !win32.isAbsolute(way);
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
  const options = ['-D', path, '-U', embeddedName, '--encoding=UTF8'];
  options.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
  if (!sync) options.push('--no-sync');
  if (folders.prefersTcp) {
    // The database is made by whoever connects first: an administrator of Windows may run initdb and
    // pg_ctl, which give up their rights, but not postgres.
    await withPassword(folder, folders.user, (file) =>
      runToEnd(binaries.initdb, [...options, ...scram, `--pwfile=${file}`], cwd, folders.user),
    );
    return;
  }
  // Trust is enough: the only way in is a socket in a folder that no other user may enter.
  await runToEnd(binaries.initdb, [...options, '--auth=trust'], cwd, folders.user);
  // In single-user mode, so that no server is up before the folder has its name.
  const single = ['--single', '-D', path, ...(sync ? [] : ['-F']), 'postgres'];
  await runToEnd(binaries.postgres, single, cwd, folders.user, `${createDatabaseText}\n`);
}

/** A port is open to every user of the machine, whatever folder the data is in. */
const scram = ['--auth=scram-sha-256'];

/**
 * Thinks of a password, lends it in a file that only the server's user can read, and keeps it in the
 * new data folder, which is as closed.
 */
async function withPassword(
  folder: string,
  user: ServerUser | null,
  use: (file: string) => Promise<void>,
): Promise<void> {
  const password = randomBytes(32).toString('base64url');
  // Not beside the data: the server's user may have no way there.
  const lent = mkdtempSync(join(tmpdir(), 'prodimport-'));
  const write = (file: string, text: string) => {
    writeFileSync(file, text, { mode: 0o600 });
    if (user) chownSync(file, user.uid, user.gid);
  };
  try {
    if (user) chownSync(lent, user.uid, user.gid);
    write(join(lent, 'password'), password);
    await use(join(lent, 'password'));
  } finally {
    rmSync(lent, { recursive: true, force: true });
  }
  write(join(folder, passwordName), `${tcpHost}:*:*:${embeddedName}:${password}\n`);
}

/** Where a server that is reached by TCP listens. */
export const tcpHost = '127.0.0.1';

const passwordName = 'prodimport.pgpass';

/** The password of the server, as psql takes it with `?passfile=`. */
export function passwordFile(folders: EmbeddedFolders): string {
  return join(folders.data, passwordName);
}

/**
 * The password of a server that is reached by TCP; null where it is reached by its socket. The data
 * folder says which: it was made for one of the two.
 */
export function passwordOf(folders: EmbeddedFolders): string | null {
  const file = passwordFile(folders);
  if (!existsSync(file)) return null;
  try {
    return readFileSync(file, 'utf8').trimEnd().split(':').at(-1)!;
  } catch (error) {
    throw homeError(folders, (error as Error).message, error);
  }
}

/** Rename replaces nothing but an empty folder, on Windows not even that: the first of several wins. */
function claim(unfinished: string, data: string): void {
  const isThere = () => existsSync(join(data, 'PG_VERSION'));
  try {
    whenReleased(() => isThere() || renameSync(unfinished, data));
  } catch (error) {
    if (!isThere()) throw error;
  }
  removeQuietly(unfinished);
}

/** Whether another command is making the folder: twenty at once would take minutes. */
function isMadeElsewhere(folders: EmbeddedFolders): boolean {
  if (dataVersion(folders) !== null) return false;
  return unfinishedIn(folders).some(({ pid }) => pid !== process.pid && isAlive(pid));
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
