import { existsSync, rmSync, writeFileSync, readdirSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { DatabaseError } from '../../errors.js';
import { type EmbeddedFolders, homeError, prepareHome } from './folders.js';
import { type Postmaster, runningPostmaster } from './postmaster.js';
import { defaultSchema, sqlText } from '../sql.js';
import { findBinaries } from './binaries.js';
import { dataVersion } from './data-folder.js';
import { stopByPgCtl } from './server-command.js';

/** What became of a server that was asked to stop: its last clients may still be at work. */
export type StopOutcome = 'not_running' | 'stopped' | 'waiting_for_clients';

/**
 * The last command out asks the server to stop, and doesn't wait for it. The stop is a smart one: a
 * client that has just connected is served to its end, and who comes later starts the server anew.
 */
export async function releaseEmbedded(folders: EmbeddedFolders): Promise<void> {
  if (isKept(folders)) return;
  const running = runningPostmaster(folders);
  if (running) await askToStop(folders, running);
}

/** From now on the server stays up when the last command leaves. */
export function keepEmbedded(folders: EmbeddedFolders): void {
  prepareHome(folders);
  try {
    writeFileSync(folders.keepMarker, '');
  } catch (error) {
    throw homeError(folders, (error as Error).message, error);
  }
}

export function isKept(folders: EmbeddedFolders): boolean {
  return existsSync(folders.keepMarker);
}

/**
 * Ends what `keepEmbedded` began: a smart stop, waited for.
 *
 * @throws DatabaseError when the server is another user's
 */
export async function stopEmbedded(
  folders: EmbeddedFolders,
  timeoutMs = 10_000,
): Promise<StopOutcome> {
  rmSync(folders.keepMarker, { force: true });
  const running = runningPostmaster(folders);
  if (!running) return 'not_running';
  await askToStop(folders, running);
  const deadline = Date.now() + timeoutMs;
  while (runningPostmaster(folders)?.pid === running.pid) {
    if (Date.now() > deadline) return 'waiting_for_clients';
    await wait(20);
  }
  return 'stopped';
}

/**
 * A smart stop: no new clients, and an end when the last one has left. It is what SIGTERM means to
 * PostgreSQL; where there are no signals, pg_ctl says the same.
 */
async function askToStop(folders: EmbeddedFolders, running: Postmaster): Promise<void> {
  try {
    if (running.password === null) process.kill(running.pid, 'SIGTERM');
    else await stopByPgCtl(folders, findBinaries(folders));
  } catch (error) {
    if (runningPostmaster(folders)?.pid !== running.pid) return;
    throw new DatabaseError(
      `The embedded PostgreSQL (process ${running.pid}) can't be stopped: it was started by ` +
        'another user, who can stop it with `prodimport db stop`.',
      'embedded_stop',
      { cause: error },
    );
  }
}

/** As much of a database client as it takes. */
interface Queryable {
  query(text: string, values: unknown[]): Promise<{ rows: { held: boolean }[] }>;
}

/** Any number that nothing else locks in the embedded server's database. */
const presenceKey = 7_063_210;

/**
 * Every command holds a shared lock while it is at work, on one connection that lives as long as it
 * does. So the last one out knows that it is: counting connections instead would let two commands
 * that leave together each take the other for one that stays.
 *
 * To be called in the `connect` of `connectWithStart`, after which it is retried on a new server
 * when the old one is about to stop.
 *
 * @throws Error with the SQLSTATE 57P03 when the last one out has the server already
 */
export async function enterEmbedded(client: Queryable): Promise<void> {
  if (await held(client, 'db/enter_embedded')) return;
  throw Object.assign(new Error('the embedded server is about to stop'), { code: '57P03' });
}

/**
 * Gives the shared lock back.
 *
 * @returns true for the last one out, who then holds off newcomers until its connection ends, and
 *   has to call `releaseEmbedded(folders)` before that
 */
export async function leaveEmbedded(client: Queryable): Promise<boolean> {
  await held(client, 'db/leave_embedded');
  return await held(client, 'db/hold_embedded');
}

async function held(client: Queryable, statement: string): Promise<boolean> {
  const text = sqlText(statement, defaultSchema);
  const { rows } = await client.query(text, [presenceKey]);
  return rows[0]?.held === true;
}

/** How the embedded server stands. */
interface EmbeddedStatus {
  /** process number of the server; null when it does not run */
  pid: number | null;
  dataFolder: string;
  logFile: string;
  /** folder of the Unix socket, a client's "host"; or address and port of TCP */
  socket: string;
  /** true when it stays up until `db stop` */
  kept: boolean;
  /** of the data folder; null before the first start */
  sizeBytes: number | null;
}

/** Looks without touching: starts and makes nothing. */
export function embeddedStatus(folders: EmbeddedFolders): EmbeddedStatus {
  const running = runningPostmaster(folders);
  const version = dataVersion(folders);
  return {
    pid: running?.pid ?? null,
    dataFolder: folders.data,
    logFile: folders.logFile,
    socket: running ? wayTo(running) : folders.socket,
    kept: isKept(folders),
    sizeBytes: version === null ? null : folderBytes(folders.data),
  };
}

const wayTo = ({ host, port, password }: Postmaster) =>
  password === null ? host : `${host}:${port}`;

/** Files may go while they are counted: a live server removes and makes them all the time. */
function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
