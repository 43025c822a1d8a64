import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Net } from '../net/net.js';
import type { ImageRoot } from '../remote/image-root.js';
import type { Tools } from './attempt.js';
import { checkCompressor, CompressorPool } from './compress/pool.js';
import type { Settings } from './compress/sharp.js';
import type { Store, StoreOptions } from './store/store.js';

/** A photograph has a few megabytes, the largest a few dozen. */
const maxImageBytes = 50_000_000;
/** For one image, from the name of its host to its last byte. */
const downloadTimeoutMs = 30_000;

export interface ToolsOptions extends Pick<Tools, 'onStep' | 'onFault'> {
  settings: Settings;
  allowPrivate: boolean;
  imageRoot: ImageRoot | null;
  /** Images at once; as many are compressed at once as there are processors for it. */
  concurrency: number;
}

/**
 * Has `work` done with all that a worker needs, and puts everything away in the end.
 * @throws what `work` throws · FailedError where the store can't be used or sharp is not installed
 */
export async function withTools<T>(
  store: Store,
  options: ToolsOptions,
  work: (tools: Tools) => Promise<T>,
): Promise<T> {
  const { settings, allowPrivate, imageRoot, concurrency, onStep, onFault } = options;
  checkCompressor();
  const workspace = await store.openWorkspace();
  const net = new Net();
  const pool = new CompressorPool({ size: Math.min(concurrency, availableParallelism()) });
  const limits = { timeoutMs: downloadTimeoutMs, maxBytes: maxImageBytes, allowPrivate };
  try {
    const parts = { net, pool, store, workspace, settings, limits, imageRoot };
    return await work({ ...parts, onStep, onFault });
  } finally {
    await pool.close();
    await net.close();
    await workspace.close();
    store.close();
  }
}

/**
 * Opens the store that `--to` names.
 * @param to a folder, or `s3://bucket/prefix`
 * @throws UsageError for a URL of another kind
 */
export async function openStore(to: string, options: StoreOptions): Promise<Store> {
  if (isUrl(to)) {
    const { openBucket } = await import('./store/s3.js');
    return openBucket(to, options);
  }
  const { FolderStore } = await import('./store/store.js');
  return new FolderStore(to);
}

/** What the store that `--to` names is called. @throws UsageError for a URL of another kind */
export async function storeLabel(to: string): Promise<string> {
  return isUrl(to) ? (await import('./store/s3.js')).placeOf(to).label : resolve(to);
}

function isUrl(to: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(to);
}
