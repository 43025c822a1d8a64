import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { canReach } from './reach.js';
import { type ServerUser, serverUserFor } from './server-user.js';

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
  /** number of the port, which names the socket's file: there is no TCP */
  port: number;
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
 * @param env `PRODIMPORT_HOME`, `XDG_DATA_HOME`, `XDG_CACHE_HOME` and `HOME` count
 * @throws DatabaseError as root on a machine that has neither `postgres` nor `nobody`
 */
export function embeddedFolders(env: NodeJS.ProcessEnv): EmbeddedFolders {
  const isRoot = process.getuid?.() === 0;
  const home = homeFolder(env, isRoot);
  const data = join(home, 'pgdata');
  const user = isRoot ? serverUserFor(data) : null;
  return {
    home,
    data,
    logFile: join(home, 'server.log'),
    socket: socketFolder(home, user),
    port,
    keepMarker: join(home, 'keep'),
    binaries: isRoot ? '/var/cache/prodimport' : xdgFolder(env, 'XDG_CACHE_HOME', '.cache'),
    user,
  };
}

function homeFolder(env: NodeJS.ProcessEnv, isRoot: boolean): string {
  if (env.PRODIMPORT_HOME) return resolve(env.PRODIMPORT_HOME);
  return isRoot ? '/var/lib/prodimport' : xdgFolder(env, 'XDG_DATA_HOME', '.local/share');
}

/** The XDG base directory specification has relative paths ignored. */
function xdgFolder(env: NodeJS.ProcessEnv, variable: string, fallback: string): string {
  const named = env[variable];
  const base = named && isAbsolute(named) ? named : join(env.HOME || homedir(), fallback);
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
