import { rm } from 'node:fs/promises';
import type { Net } from '../net/net.js';
import type { ImageRoot } from '../remote/image-root.js';
import type { CompressorPool } from './compress/pool.js';
import { extensions, type Settings } from './compress/sharp.js';
import type { Version } from '../remote/location.js';
import { copyFile, download, type DownloadLimits } from './download.js';
import { ImageFault } from './fault.js';
import { schedule, type Claimed, type ImageQueue, type Stored } from './queue.js';
import type { Store } from './store/store.js';
import { workspaceFailure, type Workspace } from './workspace.js';

/** What each attempt uses. */
export interface Tools {
  net: Net;
  pool: CompressorPool;
  store: Store;
  workspace: Workspace;
  settings: Settings;
  limits: DownloadLimits;
  /** Where images are that products name by a path; null: they wait. */
  imageRoot: ImageRoot | null;
  /** Called after each step, with how long it took. */
  onStep: (step: Step) => void;
  /** Called after each attempt that failed. */
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
  tools: Tools,
  image: Claimed,
  queue: Pick<ImageQueue, 'holdKey'>,
  signal: AbortSignal,
): Promise<Stored | null> {
  if (image.round > maxAttempts) {
    throw new ImageFault(`Each of ${maxAttempts} attempts ended with the worker.`);
  }
  const source = tools.workspace.file();
  const result = tools.workspace.file();
  try {
    return await make(tools, image, queue, { source, result }, signal);
  } catch (error) {
    const isFileError = (error as NodeJS.ErrnoException).syscall !== undefined;
    throw isFileError ? workspaceFailure(tools.workspace, error as Error) : error;
  } finally {
    await rm(source, { force: true });
    await rm(result, { force: true });
  }
}

async function make(
  tools: Tools,
  image: Claimed,
  queue: Pick<ImageQueue, 'holdKey'>,
  { source, result }: { source: string; result: string },
  signal: AbortSignal,
): Promise<Stored | null> {
  const { pool, store, settings } = tools;
  const madeFor = describe(settings);
  const isKept = image.key !== null && image.made_for === madeFor && (await store.has(image.key));
  const known = isKept ? versionOf(image) : null;
  const timed = stepsOf(tools, image);

  const found = await timed('download', () => fetched(tools, image.url, source, known, signal));
  if (found === null) return null;
  const { sha256, bytes } = await timed('compress', () =>
    pool.compress({ from: source, to: result, settings }),
  );
  const name = nameOf(sha256, settings);
  const key = store.keyOf(name);
  const keyId = await queue.holdKey(key, () => store.has(key));
  if (!isKept || key !== image.key) await timed('store', () => put(tools, result, name, bytes));
  return { ...found, key, keyId, madeFor, bytesIn: found.bytes, bytesOut: bytes };
}

async function fetched(
  { net, limits, imageRoot }: Tools,
  url: string,
  path: string,
  known: Version | null,
  signal: AbortSignal,
) {
  return url.startsWith('file:')
    ? copyFile(imageRoot!, url, path, known, limits)
    : download(net, url, path, known, limits, signal);
}

/** Two folders, so that none holds too many files. */
function nameOf(sha256: string, { format }: Settings): string {
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.${extensions[format]}`;
}

/** What has to be the same for a stored image to be as good as a new one. */
function describe({ format, width, quality }: Settings): string {
  return `${format} ${width} ${quality}`;
}

function versionOf({ etag, last_modified }: Claimed): Version {
  return { etag, lastModified: last_modified };
}

async function put({ store, settings }: Tools, path: string, name: string, bytes: number) {
  await store.put(path, name, `image/${settings.format}`);
  return { bytes };
}

/** Runs a step, and reports how long it took. */
function stepsOf({ onStep }: Tools, { id, url }: Claimed) {
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
