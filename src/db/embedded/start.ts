import { closeSync, openSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseError } from '../../errors.js';
import { type Binaries, findBinaries } from './binaries.js';
import { checkDataVersion, embeddedName, ensureDataFolder } from './data-folder.js';
import type { EmbeddedFolders } from './folders.js';
import { homeError, prepareHome } from './home.js';
import { logTail } from './log.js';
import { buryDeadPostmaster, type Postmaster, runningPostmaster } from './postmaster.js';
import { takesConnections } from './probe.js';
import { spawnDetached } from './spawn.js';

/** A server that takes connections. */
export interface EmbeddedServer {
  /** folder of its Unix socket, to be given to a client as its host */
  host: string;
  port: number;
  user: string;
  database: string;
  pid: number;
  /** true when this call started it, false when it ran already or another command was faster */
  started: boolean;
}

export interface StartOptions {
  /** called once in the life of a data folder, with its path, by the command that made it */
  onFirstStart?: (where: string) => void;
  /** for servers that are thrown away: faster, and a power cut loses the data */
  unsafeWithoutFsync?: boolean;
}

/** How long a start may take: recovery after a crash in the middle of a load needs seconds. */
export const startTimeoutMs = 30_000;

const pollMs = 20;

/**
 * The server on these folders: the one that runs, or a new one. Safe to call from several processes
 * at once; PostgreSQL's own lock file settles which of their servers stays.
 *
 * @throws DatabaseError when it can't be started (folder, version, space), or not within 30 s
 */
export async function startEmbedded(
  folders: EmbeddedFolders,
  options: StartOptions = {},
): Promise<EmbeddedServer> {
  const running = runningPostmaster(folders);
  if (running && (await takesConnections(running))) return describe(running, false);
  prepareHome(folders);
  const binaries = findBinaries(folders);
  checkDataVersion(folders);
  const isFirst = await ensureDataFolder(folders, binaries, !options.unsafeWithoutFsync);
  if (isFirst) options.onFirstStart?.(folders.data);
  return await startAndWait(folders, binaries, options);
}

async function startAndWait(
  folders: EmbeddedFolders,
  binaries: Binaries,
  options: StartOptions,
): Promise<EmbeddedServer> {
  const own = new Set<number | undefined>();
  const deadline = Date.now() + startTimeoutMs;
  let spawned: ReturnType<typeof spawnServer> | null = null;
  while (Date.now() < deadline) {
    const running = runningPostmaster(folders);
    if (running && (await takesConnections(running)))
      return describe(running, own.has(running.pid));
    if (!running && (!spawned || spawned.exitCode !== null || spawned.signalCode !== null)) {
      // One that lost against another command, or found backends of a dead server, is followed up.
      if (spawned) await wait(pollMs * 5);
      spawned = spawnServer(folders, binaries, options);
      own.add(spawned.pid);
    }
    await wait(pollMs);
  }
  throw notStarted(folders);
}

function spawnServer(folders: EmbeddedFolders, binaries: Binaries, options: StartOptions) {
  buryDeadPostmaster(folders);
  const log = openLog(folders);
  try {
    const settings = serverSettings(folders, options).flatMap((setting) => ['-c', setting]);
    const child = spawnDetached(
      binaries.postgres,
      ['-D', folders.data, '-p', String(folders.port), ...settings],
      folders.user,
      log,
    );
    child.on('error', () => undefined);
    return child;
  } finally {
    closeSync(log);
  }
}

function serverSettings(folders: EmbeddedFolders, options: StartOptions): string[] {
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${folders.socket}`,
    'unix_socket_permissions=0700',
    // A first load of 500,000 rows writes some 500 MB of WAL: with 1 GB it is checkpointed twice.
    'max_wal_size=2GB',
    // Nobody replicates from it; tables filled in the transaction that made them skip the WAL.
    'wal_level=minimal',
    'max_wal_senders=0',
    // Statements of a load carry a catalogue's rows, which have no business in a log.
    'log_min_error_statement=panic',
    'log_checkpoints=off',
  ];
  if (options.unsafeWithoutFsync) settings.push('fsync=off', 'full_page_writes=off');
  return settings;
}

const logBytesMax = 1_000_000;

function openLog(folders: EmbeddedFolders): number {
  try {
    const size = statSync(folders.logFile, { throwIfNoEntry: false })?.size ?? 0;
    return openSync(folders.logFile, size > logBytesMax ? 'w' : 'a', 0o600);
  } catch (error) {
    throw homeError(folders, (error as Error).message, error);
  }
}

function notStarted(folders: EmbeddedFolders): DatabaseError {
  return new DatabaseError(
    `The embedded PostgreSQL in ${folders.home} did not take connections within ` +
      `${startTimeoutMs / 1000} s. ${folders.logFile} ends with:\n${logTail(folders)}`,
    'embedded_start',
  );
}

function describe(running: Postmaster, started: boolean): EmbeddedServer {
  return { ...running, user: embeddedName, database: embeddedName, started };
}
