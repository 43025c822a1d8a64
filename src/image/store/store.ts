import { renameSync } from 'node:fs';
import { lstat, open, opendir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { makeFolder, whenReleased } from '../../environment.js';
import { FailedError } from '../../errors.js';
import { Workspace } from '../workspace.js';

/** Where compressed images end up. What is in it is whole: nothing appears before it is. */
export interface Store {
  /** What it is called in messages: the folder, or `s3://bucket/prefix`. */
  readonly label: string;
  /** Where a worker keeps files that are not whole yet. */
  openWorkspace(): Promise<Workspace>;
  /**
   * Moves a file into the store. Storing the same again does no harm.
   * @param name such as `ab/cd/<hash>.webp`
   * @throws FailedError where the store takes nothing
   */
  put(path: string, name: string, contentType: string): Promise<void>;
  /** The key by which products name what is put there by that name. */
  keyOf(name: string): string;
  /** Whether what a product names is there. */
  has(key: string): Promise<boolean>;
  /**
   * All that is in it, images or not, some at a time; never what is not whole yet.
   * @throws FailedError where it can't be looked at
   */
  list(): AsyncIterable<StoredFile[]>;
  /** Deletes what a product named; that it is gone already does no harm. @throws FailedError */
  remove(key: string): Promise<void>;
  close(): void;
}

export interface StoredFile {
  /** As products name it. */
  key: string;
  bytes: number;
  modifiedMs: number;
}

export interface StoreOptions {
  /** Of an S3-compatible server; Amazon's own unless given. */
  endpointUrl?: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  pathStyle?: boolean | undefined;
  /** How long a server may take for one request; 30 s unless given. */
  requestTimeoutMs?: number;
}

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
  async put(path: string, name: string): Promise<void> {
    const target = join(this.label, name);
    try {
      // Windows syncs only what is open for writing.
      await withFile(path, 'r+', (file) => file.sync());
      makeFolder(dirname(target));
      whenReleased(() => renameSync(path, target));
      await syncFolder(dirname(target));
    } catch (error) {
      throw this.failure(error);
    }
  }

  keyOf(name: string): string {
    return name;
  }

  async has(key: string): Promise<boolean> {
    const path = this.pathOf(key);
    if (path === null) return false;
    return (await stat(path).catch(() => null))?.isFile() ?? false;
  }

  async *list(): AsyncGenerator<StoredFile[]> {
    try {
      yield* this.listBelow(this.label);
    } catch (error) {
      throw new FailedError(
        `The images in ${this.label} can't be looked at: ${(error as Error).message}. Name the store with --to.`,
        'store_failed',
        { cause: error },
      );
    }
  }

  /** Through no link: what is behind one is somebody else's. */
  private async *listBelow(folder: string): AsyncGenerator<StoredFile[]> {
    const folders: string[] = [];
    const files: StoredFile[] = [];
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      const key = relative(this.label, path).split(sep).join('/');
      if (key === partialFolder) continue;
      if (entry.isDirectory()) folders.push(path);
      else {
        const found = await lstat(path).catch(() => null);
        if (found) files.push({ key, bytes: found.size, modifiedMs: found.mtimeMs });
      }
    }
    if (files.length > 0) yield files;
    for (const below of folders) yield* this.listBelow(below);
  }

  /** Its folders stay: a worker may be about to put something there. */
  async remove(key: string): Promise<void> {
    const path = this.pathOf(key);
    try {
      if (path !== null) await rm(path, { force: true });
    } catch (error) {
      throw this.failure(error);
    }
  }

  private pathOf(key: string): string | null {
    const path = resolve(this.label, key);
    return path.startsWith(this.label + sep) ? path : null;
  }

  close(): void {}

  private failure(error: unknown): FailedError {
    const reason = (error as Error).message;
    return new FailedError(
      `Images can't be kept in ${this.label}: ${reason}. Free space or give the right to write, or name another folder with --to.`,
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
