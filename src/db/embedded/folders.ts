import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve, dirname } from 'node:path';
import { chmodSync, chownSync, lstatSync } from 'node:fs';
import { canReach, type ServerUser, serverUserFor } from './spawn.js';
import { DatabaseError } from '../../errors.js';
import { homeOf, makeFolder } from '../../environment.js';

/** Where the embedded server keeps its things. Nothing is created by asking. */
export interface EmbeddedFolders {
  /** holds everything but the binaries: `PRODIMPORT_HOME`, or its default */
  home: string;
  /** PostgreSQL's data folder */
  data: string;
  /** what initdb and the server print */
  logFile: string;
  /** folder of the Unix socket, 0700 of the user that runs the server */
  socket: string;
  /** number that names the socket's file */
  port: number;
  /** whether a new data folder is made for a server that is reached by TCP; see `passwordOf` */
  prefersTcp: boolean;
  /** while this file exists the last command out leaves the server up */
  keepMarker: string;
  /** where a copy of the binaries goes if those of node_modules can't be run in place */
  binaries: string;
  /** whom the server runs as; null for the user who runs the command */
  user: ServerUser | null;
}

const port = 5432;

/** `sun_path` holds 104 bytes on macOS and the BSDs, 108 on Linux, the closing NUL among them. */
const socketPathBytesMax = 103;

/**
 * @param env `PRODIMPORT_HOME`, `XDG_DATA_HOME`, `XDG_CACHE_HOME` and `HOME` count, `LOCALAPPDATA`
 *   on Windows, and `PRODIMPORT_EMBEDDED_TCP`
 * @throws DatabaseError as root on a machine that has neither `postgres` nor `nobody`
 */
export function embeddedFolders(env: NodeJS.ProcessEnv): EmbeddedFolders {
  const isRoot = process.getuid?.() === 0;
  const home = homeFolder(env, isRoot, process.platform);
  const data = join(home, 'pgdata');
  const user = isRoot ? serverUserFor(data) : null;
  return {
    home,
    data,
    logFile: join(home, 'server.log'),
    socket: socketFolder(home, user),
    port,
    prefersTcp: process.platform === 'win32' || env.PRODIMPORT_EMBEDDED_TCP === '1',
    keepMarker: join(home, 'keep'),
    binaries: isRoot ? '/var/cache/prodimport' : xdgFolder(env, 'XDG_CACHE_HOME', '.cache'),
    user,
  };
}

/**
 * On Windows not in the roaming folder (APPDATA): what is there is copied to a server of the company
 * whenever its user logs off, and a database is neither small nor whole while it is in use.
 */
export function homeFolder(env: NodeJS.ProcessEnv, isRoot: boolean, platform: string): string {
  if (env.PRODIMPORT_HOME) return resolve(env.PRODIMPORT_HOME);
  const local = env.LOCALAPPDATA || env.APPDATA;
  if (platform === 'win32' && local) return join(local, 'prodimport');
  return isRoot ? '/var/lib/prodimport' : xdgFolder(env, 'XDG_DATA_HOME', '.local/share');
}

/** The XDG base directory specification has relative paths ignored. */
function xdgFolder(env: NodeJS.ProcessEnv, variable: string, fallback: string): string {
  const named = env[variable];
  const base = named && isAbsolute(named) ? named : join(homeOf(env), fallback);
  return join(base, 'prodimport');
}

/** Beside the data, or where that is too long or out of reach in /tmp, under a name found again. */
function socketFolder(home: string, user: ServerUser | null): string {
  const beside = join(home, 'socket');
  const bytes = Buffer.byteLength(join(beside, `.s.PGSQL.${port}`));
  if (bytes <= socketPathBytesMax && (!user || canReach(home, user))) return beside;
  const uid = user?.uid ?? process.getuid?.() ?? 0;
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return `/tmp/prodimport-${uid}-${hash}`;
}

/**
 * Makes the home, with the modes that the server's user needs.
 *
 * @throws DatabaseError where it can't be made
 */
export function prepareHome(folders: EmbeddedFolders): void {
  useHome(folders, () => {
    const first = makeFolder(folders.home);
    if (first && folders.user) openToServerUser(first, folders.home);
  });
}

/** @throws DatabaseError for what the system says against it */
function useHome(folders: EmbeddedFolders, use: () => void): void {
  try {
    use();
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

/**
 * Makes the folder of the server's socket.
 *
 * @throws DatabaseError where it can't be made, is somebody else's, or is open to others
 */
export function prepareSocketFolder(folders: EmbeddedFolders): void {
  useHome(folders, () => {
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
  });
}

/** What the first start says: what is waited for, and where it stays. */
export function firstStart(where: string): string {
  return `First start: making an embedded PostgreSQL in ${where}. This takes some seconds, once.`;
}
