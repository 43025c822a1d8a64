import { rm } from 'node:fs/promises';
import type { Net } from '../net/net.js';
import type { CompressorPool } from './compress/pool.js';
import { extensions, type Settings } from './compress/sharp.js';
import { download, type DownloadLimits, type Version } from './download.js';
import { ImageFault } from './fault.js';
import { schedule, type Claimed, type Stored } from './queue.js';
import type { Store } from './store/store.js';
import { workspaceFailure, type Workspace } from './workspace.js';

/** What a worker works with. */
export interface Workshop {
  net: Net;
  pool: CompressorPool;
  store: Store;
  workspace: Workspace;
  settings: Settings;
  limits: DownloadLimits;
  /** Told of each step that was done, with how long it took. */
  onStep: (step: Step) => void;
  /** Told of each attempt that failed. */
  onFault: (failed: FailedAttempt) => void;
}

export interface FailedAttempt {
  image: string;
  url: string;
  /** Its number in its schedule, from 1. */
  attempt: number;
  /** Of HTTP; null where there was no answer. */
  status: number | null;
  error: string;
  /** Until the next one; null for none. */
  waitMs: number | null;
  durationMs: number;
}

export interface Step {
  step: 'download' | 'compress' | 'store';
  image: string;
  url: string;
  durationMs: number;
  /** Bytes fetched, compressed or stored. */
  bytes: number;
}

/** One for each wait, and the one before the first. */
const maxAttempts = schedule.delaysMs.length + 1;

/**
 * Fetches, compresses and stores one image. Leaves no file but the one in the store.
 * @returns null where the host still has the version that is stored
 * @throws ImageFault for what the image or its host is to blame for · FailedError for the store and
 *   the workspace
 */
export async function attempt(
  shop: Workshop,
  image: Claimed,
  signal: AbortSignal,
): Promise<Stored | null> {
  if (image.round > maxAttempts) {
    throw new ImageFault(`Each of ${maxAttempts} attempts ended with the worker.`);
  }
  const source = shop.workspace.file();
  const result = shop.workspace.file();
  try {
    return await make(shop, image, { source, result }, signal);
  } catch (error) {
    const isFileError = (error as NodeJS.ErrnoException).syscall !== undefined;
    throw isFileError ? workspaceFailure(shop.workspace, error as Error) : error;
  } finally {
    await rm(source, { force: true });
    await rm(result, { force: true });
  }
}

async function make(
  shop: Workshop,
  image: Claimed,
  { source, result }: { source: string; result: string },
  signal: AbortSignal,
): Promise<Stored | null> {
  const { net, pool, store, settings, limits } = shop;
  const madeFor = describe(store, settings);
  const isKept = image.key !== null && image.made_for === madeFor && (await store.has(image.key));
  const known = isKept ? versionOf(image) : null;
  const timed = stepsOf(shop, image);

  const fetched = await timed('download', () =>
    download(net, image.url, source, known, limits, signal),
  );
  if (fetched === null) return null;
  const { sha256, bytes } = await timed('compress', () =>
    pool.compress({ from: source, to: result, settings }),
  );
  const name = nameOf(sha256, settings);
  const isSame = isKept && image.key!.endsWith(name);
  const key = isSame
    ? image.key!
    : (await timed('store', () => put(shop, result, name, bytes))).key;
  return { ...fetched, key, madeFor, bytesIn: fetched.bytes, bytesOut: bytes };
}

/** Two folders, so that none holds too many files. */
function nameOf(sha256: string, { format }: Settings): string {
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.${extensions[format]}`;
}

/** What has to be the same for a stored image to be as good as a new one. */
function describe({ label }: Store, { format, width, quality }: Settings): string {
  return `${format} ${width} ${quality} ${label}`;
}

function versionOf({ etag, last_modified }: Claimed): Version {
  return { etag, lastModified: last_modified };
}

async function put({ store, settings }: Workshop, path: string, name: string, bytes: number) {
  return { key: await store.put(path, name, `image/${settings.format}`), bytes };
}

/** Runs a step, and tells how long it took. */
function stepsOf({ onStep }: Workshop, { id, url }: Claimed) {
  return async <T extends { bytes: number } | null>(
    step: Step['step'],
    work: () => Promise<T>,
  ): Promise<T> => {
    const startedAt = performance.now();
    const done = await work();
    const durationMs = Math.round(performance.now() - startedAt);
    onStep({ step, image: id, url, durationMs, bytes: done?.bytes ?? 0 });
    return done;
  };
}
