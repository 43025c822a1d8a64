import { readFileSync } from 'node:fs';
import type { EmbeddedFolders } from './folders.js';

/** The last lines of the server's log, for a message. */
export function logTail(folders: EmbeddedFolders, lines = 8): string {
  try {
    return readFileSync(folders.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
