import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError } from '../../errors.js';
import { statOrNull } from './reach.js';

/** PostgreSQL refuses to run as root: these are the numbers it is spawned with instead. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user that root spawns the server as: the owner of data that is there already, or of their
 * home (root may have come by `sudo`), else `postgres`, else `nobody`.
 */
export function serverUserFor(dataFolder: string): ServerUser {
  for (const folder of [dataFolder, dirname(dataFolder)]) {
    const owner = statOrNull(folder);
    if (owner && owner.uid !== 0) {
      return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
    }
  }
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  const found = accountOf(accounts, 'postgres') ?? accountOf(accounts, 'nobody');
  if (found) return found;
  throw new DatabaseError(
    'PostgreSQL refuses to run as root, and /etc/passwd has neither "postgres" nor "nobody" to ' +
      'run it as. Run prodimport as another user, or name a server with DATABASE_URL.',
    'embedded_user',
  );
}

function accountOf(accounts: string[], name: string): ServerUser | null {
  const fields = accounts.find((line) => line.startsWith(`${name}:`))?.split(':');
  if (!fields) return null;
  return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
}
