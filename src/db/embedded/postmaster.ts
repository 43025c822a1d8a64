import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { isAlive } from '../../environment.js';
import { type EmbeddedFolders, homeError } from './folders.js';
import { createDatabaseText, embeddedName, passwordOf, tcpHost } from './data-folder.js';

/** What a live server says of itself in its `postmaster.pid`. */
export interface Postmaster {
  pid: number;
  /** folder of its socket, or the address it listens at */
  host: string;
  port: number;
  /** null where a socket is the way in */
  password: string | null;
}

/** Above every system's highest process number, so surely dead, and PostgreSQL takes it for stale. */
const deadPid = 2_147_483_646;

/** The server that runs on the data folder, whether or not it takes connections yet; else null. */
export function runningPostmaster(folders: EmbeddedFolders): Postmaster | null {
  const lines = read(pidFile(folders), folders)?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !(pid > 0) || !isPostmasterOf(pid, folders.data, lines[1])) return null;
  const password = passwordOf(folders);
  const host = password === null ? lines[4] || folders.socket : tcpHost;
  return { pid, host, port: Number(lines[3]) || folders.port, password };
}

/**
 * PostgreSQL takes a lock file for live when any process of the same user has its number, which
 * after a reboot or in a container is soon the case, and would then never start again. So a number
 * that belongs to something else is overwritten. The rest of the file stays: by it PostgreSQL
 * finds out whether backends of the old server are still alive. On Windows it asks the process.
 */
export function buryDeadPostmaster(folders: EmbeddedFolders): void {
  if (process.platform === 'win32') return;
  for (const file of [pidFile(folders), socketLockFile(folders)]) {
    const content = read(file, folders);
    const [number, told] = content?.split('\n') ?? [];
    const pid = Number(number);
    if (!content || !isAlive(pid) || isPostmasterOf(pid, folders.data, told)) continue;
    if (read(file, folders) === content)
      writeFileSync(file, content.replace(/^\d+/, String(deadPid)));
  }
}

export function pidFile(folders: EmbeddedFolders): string {
  return join(folders.data, 'postmaster.pid');
}

function socketLockFile(folders: EmbeddedFolders): string {
  return join(folders.socket, `.s.PGSQL.${folders.port}.lock`);
}

/**
 * A server's working folder is its data folder: no other sign is as hard to mistake. Windows tells
 * nobody that; but there every process of PostgreSQL takes its signals from a pipe of its number.
 * @param told how the server itself spells its folder: on macOS many paths lead through links
 */
function isPostmasterOf(pid: number, dataFolder: string, told = dataFolder): boolean {
  if (!isAlive(pid)) return false;
  try {
    if (process.platform === 'win32') return takesSignals(pid);
    if (process.platform !== 'linux') return namesFolder(commandOf(pid), told);
    const cwd = statSync(`/proc/${pid}/cwd`);
    const data = statSync(dataFolder);
    return cwd.ino === data.ino && cwd.dev === data.dev;
  } catch {
    return false;
  }
}

const pipes = '\\\\.\\pipe\\';

function takesSignals(pid: number): boolean {
  try {
    return readdirSync(pipes).includes(`pgsignal_${pid}`);
  } catch {
    // Some versions of Node.js list no pipes, and wine has no list. To take a server for dead would
    // be worse than to wait for one that is.
    return true;
  }
}

export function commandOf(pid: number): string {
  return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}

/** Where no language is set, as in cron, `ps` has its own signs for letters beyond ASCII. */
export function namesFolder(command: string, folder: string): boolean {
  const parts = folder.split(/[^ -~]+/).map((part) => part.replace(/[^\w /]/g, '\\$&'));
  return new RegExp(parts.join('.+')).test(command);
}

function read(file: string, folders: EmbeddedFolders): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || isGoing(code)) return null;
    throw homeError(folders, message, error);
  }
}

/** What Windows says of a file that a server removes as it ends, while somebody looks at it. */
const isGoing = (code?: string) => process.platform === 'win32' && code === 'EPERM';

const noDatabase = '3D000';

/**
 * Errors that say "not there yet, or no longer": no socket, nobody listening, starting, stopping, a
 * server that has just been made.
 */
const notReadyCodes = new Set([
  ...['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'],
  noDatabase,
]);

/** True of an error while connecting that starting the server, or waiting, will cure. */
export function isNotReady(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return notReadyCodes.has(code);
  // What node-postgres says when the server ends between accepting and answering.
  return typeof message === 'string' && message.startsWith('Connection terminated');
}

/** True when the server takes a connection now. @throws whatever waiting will not cure */
export async function takesConnections(server: Postmaster): Promise<boolean> {
  try {
    await inDatabase(server, embeddedName, () => Promise.resolve());
    return true;
  } catch (error) {
    if (!isNotReady(error)) throw error;
    if (codeOf(error) === noDatabase) await createDatabase(server);
    return false;
  }
}

/** Whoever else makes it at the same time does as well. */
async function createDatabase(server: Postmaster): Promise<void> {
  try {
    await inDatabase(server, 'postgres', (client) => client.query(createDatabaseText));
  } catch (error) {
    const isAtIt = ['42P04', '23505', '55006'].includes(codeOf(error));
    if (!isAtIt && !isNotReady(error)) throw error;
  }
}

const codeOf = (error: unknown) => String((error as { code?: unknown }).code);

async function inDatabase(
  { host, port, password }: Postmaster,
  database: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({
    ...{ host, port, user: embeddedName, database },
    ...(password !== null && { password }),
    // Said outright, or PGSSLMODE of the environment would ask a Unix socket for TLS.
    ssl: false,
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
