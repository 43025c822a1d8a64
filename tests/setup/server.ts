import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type EmbeddedFolders, embeddedFolders } from '../../src/db/embedded/folders.js';
import { runningPostmaster } from '../../src/db/embedded/postmaster.js';
import { type EmbeddedServer, startEmbedded } from '../../src/db/embedded/start.js';

export interface TestServer {
  /** of its database `prodimport`, as `prodimport`, who may create others */
  url: string;
  /** ends it, whoever is connected, and removes its folder */
  stop: () => Promise<void>;
}

/** Starts a server in a temporary home. It does not sync its files: nothing in it is to last. */
export async function startTestServer(): Promise<TestServer> {
  const folders = await temporaryFolders();
  const server = await startEmbedded(folders, { unsafeWithoutFsync: true });
  return { url: urlOf(server), stop: () => removeServer(folders) };
}

/** @param database another one than that of the server */
export function urlOf(server: EmbeddedServer, database = server.database): string {
  const { user, host, port, password } = server;
  if (password !== null) return `postgresql://${user}:${password}@${host}:${port}/${database}`;
  return `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}

/** Folders of an embedded server in a new temporary home, open as a home usually is. */
export async function temporaryFolders(): Promise<EmbeddedFolders> {
  const home = await mkdtemp(join(tmpdir(), 'prodimport-test-'));
  await chmod(home, 0o755);
  return embeddedFolders({ ...process.env, PRODIMPORT_HOME: home });
}

/** Ends a server at once, as only a test may, and removes its home and its socket's folder. */
export async function removeServer(folders: EmbeddedFolders): Promise<void> {
  const running = runningPostmaster(folders);
  if (running) process.kill(running.pid, 'SIGQUIT');
  while (runningPostmaster(folders)) await wait(10);
  await rm(folders.home, { recursive: true, force: true, maxRetries: 3 });
  await rm(folders.socket, { recursive: true, force: true });
}
