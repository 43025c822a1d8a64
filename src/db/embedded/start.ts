import { closeSync, fchownSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseError } from '../../errors.js';
import { type Binaries, findBinaries } from './binaries.js';
import { checkDataVersion, embeddedName, ensureDataFolder } from './data-folder.js';
import { type EmbeddedFolders, homeError, prepareHome } from './folders.js';
import {
  buryDeadPostmaster,
  type Postmaster,
  runningPostmaster,
  takesConnections,
  isNotReady,
} from './postmaster.js';
import { startCommand, startTimeoutMs, type StartOptions } from './server-command.js';
import { notForThisSystem, spawnDetached } from './spawn.js';

/** A server that takes connections. */
export interface EmbeddedServer {
  /** folder of its Unix socket, to be given to a client as its host; or the address of TCP */
  host: string;
  port: number;
  /** null where a socket is the way in */
  password: string | null;
  user: string;
  database: string;
  pid: number;
  /** true when this call started it, false when it ran already or another command was faster */
  started: boolean;
}

const pollMs = 20;

/** A server that ends at once for a reason of its own does so again, so a few times are enough. */
const failuresMax = 3;

/** Starts under way in this process, by data folder: two connections may ask at the same time. */
const underWay = new Map<string, Promise<EmbeddedServer>>();

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
  const others = underWay.get(folders.data);
  if (others) return await others;
  const own = findOrStart(folders, options).finally(() => underWay.delete(folders.data));
  underWay.set(folders.data, own);
  return await own;
}

async function findOrStart(
  folders: EmbeddedFolders,
  options: StartOptions,
): Promise<EmbeddedServer> {
  const running = runningPostmaster(folders);
  if (running && (await takesConnections(running))) return describe(running, false);
  prepareHome(folders);
  const binaries = findBinaries(folders);
  checkDataVersion(folders);
  const onFirst = () => options.onFirstStart?.(folders.data);
  await ensureDataFolder(folders, binaries, !options.unsafeWithoutFsync, onFirst);
  return await startAndWait(folders, binaries, options);
}

async function startAndWait(
  folders: EmbeddedFolders,
  binaries: Binaries,
  options: StartOptions,
): Promise<EmbeddedServer> {
  const deadline = Date.now() + startTimeoutMs;
  let attempt: Attempt | null = null;
  let failures = 0;
  while (Date.now() < deadline && failures < failuresMax) {
    const running = runningPostmaster(folders);
    if (running && (await takesConnections(running))) {
      return describe(running, attempt !== null && (await attempt.owns(running.pid)));
    }
    if (!running && (!attempt || attempt.hasEnded())) {
      const unfit = attempt?.unfit();
      if (unfit) throw unfit;
      if (attempt && !attempt.lostToAnother()) failures += 1;
      if (attempt) await wait(pollMs * 5);
      attempt = await attemptStart(folders, binaries, options);
    }
    await wait(pollMs);
  }
  throw notStarted(folders);
}

/** One server process, which may turn out not to be the one that stays. */
interface Attempt {
  owns: (pid: number) => Promise<boolean>;
  hasEnded: () => boolean;
  /** why this system can't run it at all; null where it can */
  unfit: () => DatabaseError | null;
  /** it gave way to a live server, or to what is left of a dead one: another try may succeed */
  lostToAnother: () => boolean;
}

async function attemptStart(
  folders: EmbeddedFolders,
  binaries: Binaries,
  options: StartOptions,
): Promise<Attempt> {
  const { cwd, program, words, isServer } = await startCommand(folders, binaries, options);
  buryDeadPostmaster(folders);
  const log = openLog(folders);
  let failure: Error | null = null;
  try {
    const child = spawnDetached(program, words, cwd, folders.user, log.fd);
    child.on('error', (error) => (failure = error));
    const hasEnded = () => failure !== null || child.exitCode !== null || child.signalCode !== null;
    return {
      unfit: () => failure && notForThisSystem(program, failure),
      owns: async (pid) => {
        if (isServer) return child.pid === pid;
        while (!hasEnded()) await wait(pollMs);
        return child.exitCode === 0;
      },
      hasEnded,
      lostToAnother: () =>
        /lock file .* already exists|shared memory block/.test(logFrom(folders, log.sizeBytes)),
    };
  } finally {
    closeSync(log.fd);
  }
}

/** @returns the error to throw when the time is up, which says what is known of the server */
function notStarted(folders: EmbeddedFolders): DatabaseError {
  const running = runningPostmaster(folders);
  const what = running
    ? `runs as process ${running.pid} but takes no connections: it recovers from a crash, or ` +
      'stops as soon as its last clients leave. Wait and try again'
    : "can't be started. Look at the log, free space, or name a server with DATABASE_URL";
  return new DatabaseError(
    `The embedded PostgreSQL in ${folders.home} ${what}. ` +
      `${folders.logFile} ends with:\n${logTail(folders)}`,
    'embedded_start',
  );
}

export function describe(running: Postmaster, started: boolean): EmbeddedServer {
  return { ...running, user: embeddedName, database: embeddedName, started };
}

/**
 * Connects to the embedded server, starting it where it is not up. A server that is starting,
 * stopping or has just ended is waited for, and started again.
 *
 * @param connect opens a connection, and rejects with the client's own error when it can't
 * @throws DatabaseError when there is no connection within 30 s of its start, with the end of the server's log;
 *   else whatever `connect` rejects with
 */
export async function connectWithStart<T>(
  folders: EmbeddedFolders,
  connect: (server: EmbeddedServer) => Promise<T>,
  options: StartOptions = {},
): Promise<T> {
  let server = serverThatRuns(folders) ?? (await startEmbedded(folders, options));
  // Counted from here: to make the data folder takes as long as it takes on a busy machine.
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      return await connect(server);
    } catch (error) {
      if (!isNotReady(error)) throw error;
    }
    if (Date.now() > deadline) throw notStarted(folders);
    await wait(20);
    server = await startEmbedded(folders, options);
  }
}

/** Without a trial connection: the caller's own is one. */
function serverThatRuns(folders: EmbeddedFolders): EmbeddedServer | null {
  const running = runningPostmaster(folders);
  return running && describe(running, false);
}

/** Above it a start begins the log anew: it is for the last few troubles, not an archive. */
const bytesMax = 1_000_000;

/**
 * Opens the log for a server that is to be started.
 *
 * @returns its descriptor, to be closed by the caller, and its size before the server writes
 * @throws DatabaseError where it can't be written
 */
function openLog(folders: EmbeddedFolders): { fd: number; sizeBytes: number } {
  try {
    const size = statSync(folders.logFile, { throwIfNoEntry: false })?.size ?? 0;
    const fd = openSync(folders.logFile, size > bytesMax ? 'w' : 'a', 0o600);
    if (folders.user) fchownSync(fd, folders.user.uid, folders.user.gid);
    return { fd, sizeBytes: fstatSync(fd).size };
  } catch (error) {
    throw homeError(folders, (error as Error).message, error);
  }
}

/** What was logged since the log had this size. */
function logFrom(folders: EmbeddedFolders, sizeBytes: number): string {
  return read(folders).subarray(sizeBytes).toString();
}

/** The last lines of the log, for a message. */
function logTail(folders: EmbeddedFolders, lines = 8): string {
  return read(folders).toString().trimEnd().split(/\r?\n/).slice(-lines).join('\n') || '(nothing)';
}

function read(folders: EmbeddedFolders): Buffer {
  try {
    return readFileSync(folders.logFile);
  } catch {
    return Buffer.alloc(0);
  }
}
