import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. Node's own way spins for ever, deaf to signals, where a system
 * says that there is no such folder but will not make one either (below /proc, say).
 * @returns the first that was made; null where all were there
 * @throws what the file system throws
 */
export function makeFolder(path: string, mode?: number): string | null {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return null;
  const above = dirname(path);
  const first = above === path ? null : makeFolder(above);
  try {
    mkdirSync(path, { mode });
    return first ?? path;
  } catch (error) {
    // Another command may have made it meanwhile.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return first;
    throw error;
  }
}
