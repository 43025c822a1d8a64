import type { Workspace } from '../workspace.js';

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
