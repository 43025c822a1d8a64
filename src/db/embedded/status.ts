import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dataVersion } from './data-folder.js';
import type { EmbeddedFolders } from './folders.js';
import { runningPostmaster } from './postmaster.js';
import { isKept } from './stop.js';

/** How the embedded server stands. */
interface EmbeddedStatus {
  /** process number of the server; null when it does not run */
  pid: number | null;
  dataFolder: string;
  logFile: string;
  /** folder of the Unix socket, a client's "host" */
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
    socket: running?.host ?? folders.socket,
    kept: isKept(folders),
    sizeBytes: version === null ? null : folderBytes(folders.data),
  };
}

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
