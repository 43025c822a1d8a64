import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, parse } from 'node:path';
import { existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { DatabaseError } from '../../errors.js';

/**
 * Only what PostgreSQL needs: `PG*` of the command would steer it, and passwords in `DATABASE_URL`
 * have no business in a server that outlives the command.
 */
function serverEnv(): NodeJS.ProcessEnv {
  const { PATH, TZ } = process.env;
  return { PATH, LC_ALL: 'C', ...(TZ ? { TZ } : {}), ...windowsEnv() };
}

/** Without these no program of Windows can open a socket, run another one or find a folder. */
function windowsEnv(): NodeJS.ProcessEnv {
  if (process.platform !== 'win32') return {};
  const { SystemRoot, SystemDrive, ComSpec, TEMP, TMP, USERPROFILE } = process.env;
  return { SystemRoot, SystemDrive, ComSpec, TEMP, TMP, USERPROFILE };
}

const asUser = (user: ServerUser | null) => (user ? { uid: user.uid, gid: user.gid } : {});

/**
 * Runs a program of PostgreSQL to its end.
 *
 * @throws Error with the last lines it printed, when it fails or can't be run · DatabaseError where
 *   the system is one that it was not made for
 */
export async function runToEnd(
  program: string,
  options: string[],
  cwd: string,
  user: ServerUser | null,
  input = '',
): Promise<void> {
  const child = spawn(program, options, {
    cwd,
    env: serverEnv(),
    windowsHide: true,
    ...asUser(user),
  });
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // A program that dies before it reads is known by its exit code, not by EPIPE.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = once(child, 'close').catch((error: unknown) => {
    throw notForThisSystem(program, error) ?? error;
  });
  const [code, signal] = (await ended) as [number | null, string | null];
  if (code === 0) return;
  const said = `${basename(program)} ended with ${signal ?? code}: ${reasonIn(printed)}`;
  throw code === dllMissing || /GLIBC|relocating|shared librar|not loaded/i.test(printed)
    ? unfit(said)
    : new Error(said);
}

/** What Windows ends a program with that asks for a library which is not there. */
const dllMissing = 0xc0000135;

/**
 * What is wrong with a program that can't be started although it is there; null for anything else.
 * What is not there is then the loader that it names.
 */
export function notForThisSystem(program: string, error: unknown): DatabaseError | null {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && existsSync(program)) {
    return unfit('it needs glibc, and this one is Alpine, or another one with musl');
  }
  return code === 'ENOEXEC' || /error -86\b/.test(message) ? unfit(message) : null;
}

function unfit(why: string): DatabaseError {
  const way = waysOut[process.platform] ?? waysOut.linux;
  return new DatabaseError(
    `The embedded PostgreSQL can't run on this system: ${why}. ` +
      `Name a server with DATABASE_URL, or ${way}.`,
    'embedded_missing',
  );
}

const waysOut: Partial<Record<string, string>> = {
  linux: 'take a system with a newer glibc, such as the image node:24-slim',
  darwin: "take a newer macOS, and Node.js for this machine's processor",
  win32: "install Microsoft's Visual C++ Redistributable (x64)",
};

/** Spawns a process that outlives this one, in a session of its own: Ctrl-C does not reach it. */
export function spawnDetached(
  program: string,
  options: string[],
  cwd: string,
  user: ServerUser | null,
  logFd: number,
): ChildProcess {
  const child = spawn(program, options, {
    cwd,
    env: serverEnv(),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', logFd, logFd],
    ...asUser(user),
  });
  child.unref();
  return child;
}

/** The first line that gives a reason, else the last line: what follows a reason is its aftermath. */
function reasonIn(printed: string): string {
  const lines = printed.trim().split(/\r?\n/);
  const reason = lines.find((line) => /(FATAL|ERROR|PANIC|error): /.test(line)) ?? lines.at(-1);
  return (reason ?? '').replace(/^.*?(?=(FATAL|ERROR|PANIC|error): )/, '');
}

/** PostgreSQL refuses to run as root: these are the numbers it is spawned with instead. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user that root spawns the server as: the owner of data that is there already, or of their
 * home (root may have come by `sudo`), else `postgres` (`_postgres` on macOS), else `nobody`.
 */
export function serverUserFor(
  dataFolder: string,
  accountsOf = () => readFileSync('/etc/passwd', 'utf8'),
): ServerUser {
  for (const folder of [dataFolder, dirname(dataFolder)]) {
    const owner = statOrNull(folder);
    if (owner && owner.uid !== 0) {
      return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
    }
  }
  const accounts = accountsOf().split('\n');
  const names = ['postgres', '_postgres', 'nobody'];
  const found = names.map((name) => accountOf(accounts, name)).find((account) => account !== null);
  if (found) return found;
  throw new DatabaseError(
    'PostgreSQL refuses to run as root, and /etc/passwd has neither "postgres" nor "nobody" to ' +
      'run it as. Run prodimport as another user, or name a server with DATABASE_URL.',
    'embedded_user',
  );
}

/** On macOS nobody has the number -2, which no folder can be given to. */
function accountOf(accounts: string[], name: string): ServerUser | null {
  const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
  return Number(uid) > 0 ? { name, uid: Number(uid), gid: Number(gid) } : null;
}

/** Where a program of PostgreSQL is spawned, and the data folder that it is given. */
interface DataPath {
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
    return { cwd: parse(folder).root, path: folder };
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
function statOrNull(path: string): Stats | null {
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
