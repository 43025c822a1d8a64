import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { passwordOf, tcpHost } from './data-folder.js';
import { type EmbeddedFolders, prepareSocketFolder } from './folders.js';
import { dataPath, runToEnd } from './spawn.js';

export interface StartOptions {
  /** called with the path of the data folder before it is made, which takes seconds */
  onFirstStart?: (where: string) => void;
  /** for servers that are thrown away: faster, and a power cut loses the data */
  unsafeWithoutFsync?: boolean;
}

/** How long a start may take: recovery after a crash in the middle of a load needs seconds. */
export const startTimeoutMs = 30_000;

/**
 * How the server is started. One that is reached by TCP is, as on Windows, by pg_ctl: it gives up an
 * administrator's rights there, which the server does not start with.
 */
export async function startCommand(
  folders: EmbeddedFolders,
  binaries: Binaries,
  options: StartOptions,
) {
  const { cwd, path } = dataPath(folders.data, folders.user);
  const isServer = passwordOf(folders) === null;
  if (isServer) {
    prepareSocketFolder(folders);
    const ways = ['listen_addresses=', `unix_socket_directories=${folders.socket}`];
    const settings = [...ways, 'unix_socket_permissions=0700', ...serverSettings(options)];
    const words = ['-D', path, ...parameters(folders.port, settings)];
    return { cwd, program: binaries.postgres, words, isServer };
  }
  const ways = [`listen_addresses=${tcpHost}`, 'unix_socket_directories='];
  const given = parameters(await freePort(lastPort(folders)), [
    ...ways,
    ...serverSettings(options),
  ]).join(' ');
  const patience = String(startTimeoutMs / 1000);
  const words = ['start', '--silent', '-w', '-t', patience, '-D', path, '-o', given];
  return { cwd, program: binaries.pgCtl, words, isServer };
}

function parameters(port: number, settings: string[]): string[] {
  return ['-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
}

/** The port that it had last, so that an address stays good; 0 where there was none. */
function lastPort({ data }: EmbeddedFolders): number {
  const file = join(data, 'postmaster.opts');
  const words = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return Number(/"-p" "(\d+)"/.exec(words)?.[1] ?? 0);
}

/**
 * A port that nobody listens at now; where somebody comes first, the next attempt asks anew.
 * @param wanted rather than any other one
 */
async function freePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, tcpHost);
  const isWanted = await once(server, 'listening').catch(() => null);
  if (isWanted === null) return freePort(0);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function serverSettings(options: StartOptions): string[] {
  const settings = [
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

/** Asks for a smart stop, where there are no signals to ask by. */
export async function stopByPgCtl(folders: EmbeddedFolders, { pgCtl }: Binaries): Promise<void> {
  const { cwd, path } = dataPath(folders.data, folders.user);
  // Not waited for: the client who asks is one of those that the server waits for.
  await runToEnd(pgCtl, ['stop', '-D', path, '-m', 'smart', '-W'], cwd, folders.user);
}
