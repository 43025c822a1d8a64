import { setTimeout as wait } from 'node:timers/promises';
import type { EmbeddedFolders } from './folders.js';
import { runningPostmaster } from './postmaster.js';
import { isNotReady } from './probe.js';
import {
  type EmbeddedServer,
  type StartOptions,
  describe,
  notStarted,
  startEmbedded,
  startTimeoutMs,
} from './start.js';

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
