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
   * @returns the key by which products name it
   * @throws FailedError where the store takes nothing
   */
  put(path: string, name: string, contentType: string): Promise<string>;
  /** Whether what a product names is there. */
  has(key: string): Promise<boolean>;
  close(): void;
}

export interface StoreOptions {
  /** Of an S3-compatible server; Amazon's own unless given. */
  endpointUrl?: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  pathStyle?: boolean | undefined;
  /** How long a server may take for one request; 30 s unless given. */
  requestTimeoutMs?: number;
}
