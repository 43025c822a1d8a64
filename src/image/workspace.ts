import { mkdir, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FailedError } from '../errors.js';

/** Files of a worker on another machine, or of one whose number another process has now. */
const oldMs = 24 * 3600 * 1000;

/** A folder of one worker's own, for files that are not whole yet. */
export class Workspace {
  private count = 0;

  private constructor(
    private readonly parent: string,
    readonly path: string,
  ) {}

  /**
   * Makes one below `parent`, and removes those of workers that were killed.
   * @throws what the file system throws
   */
  static async open(parent: string): Promise<Workspace> {
    await mkdir(parent, { recursive: true });
    await sweep(parent);
    // The folder may have been swept away, empty, by a worker that has just ended.
    await mkdir(parent, { recursive: true });
    return new Workspace(parent, await mkdtemp(join(parent, `${owner()}.${process.pid}.`)));
  }

  /** A path that nobody else uses. */
  file(): string {
    this.count += 1;
    return join(this.path, String(this.count));
  }

  /** Leaves nothing behind, neither of this worker nor of those that were killed meanwhile. */
  async close(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await sweep(this.parent).catch(() => undefined);
    await rmdir(this.parent).catch(() => undefined);
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

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (await isAbandoned(name, path)) await rm(path, { recursive: true, force: true });
  }
}

async function isAbandoned(name: string, path: string): Promise<boolean> {
  const [, host, pid] = /^(.+)\.(\d+)\.[^.]+$/.exec(name) ?? [];
  if (host === owner() && !isAlive(Number(pid))) return true;
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > oldMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
