import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseError } from '../../errors.js';
import type { EmbeddedFolders } from './folders.js';
import { homeError, prepareHome } from './home.js';
import { type Postmaster, runningPostmaster } from './postmaster.js';

/** What became of a server that was asked to stop: its last clients may still be at work. */
export type StopOutcome = 'not_running' | 'stopped' | 'waiting_for_clients';

/**
 * The last command out asks the server to stop, and doesn't wait for it. The stop is a smart one: a
 * client that has just connected is served to its end, and who comes later starts the server anew.
 */
export function releaseEmbedded(folders: EmbeddedFolders): void {
  if (isKept(folders)) return;
  const running = runningPostmaster(folders);
  if (running) askToStop(running);
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
  askToStop(running);
  const deadline = Date.now() + timeoutMs;
  while (runningPostmaster(folders)?.pid === running.pid) {
    if (Date.now() > deadline) return 'waiting_for_clients';
    await wait(20);
  }
  return 'stopped';
}

/** SIGTERM is PostgreSQL's smart stop: no new clients, and an end when the last one has left. */
function askToStop(running: Postmaster): void {
  try {
    process.kill(running.pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw new DatabaseError(
      `The embedded PostgreSQL (process ${running.pid}) can't be stopped: it was started by ` +
        'another user, who can stop it with `prodimport db stop`.',
      'embedded_stop',
      { cause: error },
    );
  }
}
