import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { FailedError } from '../../errors.js';
import { makeFolder } from '../../environment.js';
import { Workspace } from '../workspace.js';
import type { Store } from './store.js';

/** Begins with a dot, so that web servers and listings leave it out. */
const partialFolder = '.partial';

/** A folder on a disk. Files are whole, and on the disk, before they get their name. */
export class FolderStore implements Store {
  readonly label: string;

  constructor(folder: string) {
    this.label = resolve(folder);
  }

  async openWorkspace(): Promise<Workspace> {
    try {
      return await Workspace.open(join(this.label, partialFolder));
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** @param path below a workspace of this store: a rename then makes it appear at once */
  async put(path: string, name: string): Promise<string> {
    const target = join(this.label, name);
    try {
      // Windows syncs only what is open for writing.
      await withFile(path, 'r+', (file) => file.sync());
      makeFolder(dirname(target));
      await rename(path, target);
      await syncFolder(dirname(target));
    } catch (error) {
      throw this.failure(error);
    }
    return name;
  }

  async has(key: string): Promise<boolean> {
    const path = resolve(this.label, key);
    if (!path.startsWith(this.label + sep)) return false;
    return (await stat(path).catch(() => null))?.isFile() ?? false;
  }

  close(): void {}

  private failure(error: unknown): FailedError {
    const reason = (error as Error).message;
    return new FailedError(
      `Images can't be stored in ${this.label}: ${reason}. Free space or give the right to write, or name another folder with --to.`,
      'store_failed',
      { cause: error },
    );
  }
}

async function withFile(
  path: string,
  flags: 'r' | 'r+',
  work: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

/** Some systems and file systems know no sync of a folder; the name is then as safe as they make it. */
async function syncFolder(path: string): Promise<void> {
  await withFile(path, 'r', (folder) => folder.sync()).catch(() => undefined);
}
