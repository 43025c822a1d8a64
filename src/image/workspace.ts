import { lstat, mkdtemp, readdir, rm, rmdir, utimes } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, makeFolder } from '../environment.js';
import { FailedError } from '../errors.js';

/** A folder that was not touched for so long has no worker any more. */
const oldMs = 24 * 3600 * 1000;

/** In the folder for temporary files, where others keep theirs, names say whose they are. */
const temporaryPrefix = 'prodimport-images.';

/** A folder of one worker's own, for files that are not whole yet. Nobody else may enter it. */
export class Workspace {
  private count = 0;

  private constructor(
    private readonly parent: string,
    private readonly prefix: string,
    readonly path: string,
  ) {}

  /**
   * Makes one below `parent`, a folder for nothing else, and removes those of workers that were
   * killed.
   * @throws what the file system throws
   */
  static async open(parent: string): Promise<Workspace> {
    makeFolder(parent);
    return Workspace.make(parent, '');
  }

  /** Makes one in the system's folder for temporary files. @throws what the file system throws */
  static async openTemporary(): Promise<Workspace> {
    return Workspace.make(tmpdir(), temporaryPrefix);
  }

  private static async make(parent: string, prefix: string): Promise<Workspace> {
    const path = await mkdtemp(join(parent, `${prefix}${owner()}.${process.pid}.`));
    const workspace = new Workspace(parent, prefix, path);
    await workspace.sweep();
    return workspace;
  }

  /** A path that nobody else uses. */
  file(): string {
    this.count += 1;
    return join(this.path, String(this.count));
  }

  /**
   * Says that somebody is at work here, though there may be nothing to do for days.
   * @throws FailedError where the folder is gone
   */
  async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.path, now, now).catch((error: Error) => {
      throw workspaceFailure(this, error);
    });
  }

  /** Removes its own files and those of workers that were killed meanwhile. */
  async close(): Promise<void> {
    await this.sweep().catch(() => undefined);
    await rm(this.path, { recursive: true, force: true });
    if (!this.prefix) await rmdir(this.parent).catch(() => undefined);
  }

  /** Removes the files of this user's workers that were killed. */
  private async sweep(): Promise<void> {
    const { uid } = await lstat(this.path);
    for (const name of await readdir(this.parent)) {
      if (!name.startsWith(this.prefix)) continue;
      const path = join(this.parent, name);
      if (path === this.path) continue;
      if (await isAbandoned(name.slice(this.prefix.length), path, uid)) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }
}

/** Files of a workspace can't be written: no fault of the image, and true of all others, too. */
export function workspaceFailure({ path }: Workspace, error: Error): FailedError {
  return new FailedError(
    `Images can't be kept in ${path}: ${error.message}. Free space or give the right to write, or name another folder with --to.`,
    'store_failed',
    { cause: error },
  );
}

function owner(): string {
  return hostname().replace(/[^\w-]/g, '_') || 'host';
}

/** @param uid what somebody else has put there is not looked into: it may lead anywhere */
async function isAbandoned(name: string, path: string, uid: number): Promise<boolean> {
  const [, host, pid] = /^(.+)\.(\d+)\.[^.]+$/.exec(name) ?? [];
  const found = await lstat(path).catch(() => null);
  if (!host || !found?.isDirectory() || found.uid !== uid) return false;
  // In containers workers of one host's name often have one number, so its own says nothing.
  if (host === owner() && Number(pid) !== process.pid) return !isAlive(Number(pid));
  return Date.now() - found.mtimeMs > oldMs;
}
