import { processImages, type ProcessOptions, refreshImages } from '../../src/image/process.js';
import type { Step, Tools } from '../../src/image/attempt.js';
import { Count } from '../../src/image/work.js';
import { CompressorPool } from '../../src/image/compress/pool.js';
import type { Settings } from '../../src/image/compress/sharp.js';
import type { Store } from '../../src/image/store/store.js';
import type { Totals } from '../../src/image/list.js';
import { Net } from '../../src/net/net.js';
import { ImageRoot } from '../../src/remote/image-root.js';
import { insertProduct } from '../setup/catalogue.js';
import type { TestDatabase } from '../setup/database.js';

export interface RunOptions extends Partial<ProcessOptions> {
  refresh?: boolean;
  settings?: Settings;
  allowPrivate?: boolean;
  /** Where images are that are files. */
  imageRoot?: string;
  onStep?: (step: Step) => void;
}

/** The build starts faster than source that is compiled first. */
const module = new URL('../../dist/image/compress/child.js', import.meta.url);

/** Works off what waits, as the command does, in this process. */
export async function runImages(
  { database }: TestDatabase,
  store: Store,
  options: RunOptions = {},
): Promise<Totals> {
  const { settings = small, allowPrivate = true, onStep = () => undefined, refresh } = options;
  const { imageRoot } = options;
  const sessions = { queue: await database.session(), products: await database.session() };
  const tools: Tools = {
    net: new Net(),
    pool: new CompressorPool({ size: 1, module }),
    store,
    workspace: await store.openWorkspace(),
    settings,
    limits: { timeoutMs: 120_000, maxBytes: 5_000_000, allowPrivate },
    imageRoot: imageRoot === undefined ? null : new ImageRoot(imageRoot),
    onStep,
    onFault: () => undefined,
  };
  try {
    if (refresh) await refreshImages(sessions.products, store.label);
    const own = { count: new Count(), interrupted: new Set<never>() };
    return await processImages(sessions, tools, { ...defaults, ...own, ...options });
  } finally {
    await tools.pool.close();
    await tools.net.close();
    await tools.workspace.close();
    store.close();
    await sessions.queue.end();
    await sessions.products.end();
  }
}

const small: Settings = { format: 'webp', width: 64, quality: 80 };

const defaults: Omit<ProcessOptions, 'count' | 'interrupted'> = {
  concurrency: 4,
  limit: null,
  watch: false,
  leaseMs: 120_000,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onPending: () => undefined,
};

/** Adds a product that shows these images. */
export async function addProduct(db: TestDatabase, sku: string, images: string[]): Promise<void> {
  await insertProduct(db, { sku, name: sku, images });
}

/** What products have of compressed images, by SKU. */
export async function compressedImages(
  db: TestDatabase,
): Promise<Record<string, (string | null)[]>> {
  const { rows } = await db.session.client.query<{ sku: string; keys: (string | null)[] }>(
    'select sku, compressed_images as keys from prodimport.products order by id',
  );
  return Object.fromEntries(rows.map(({ sku, keys }) => [sku, keys]));
}

/** A catalogue without products, and a queue without images. */
export async function empty({ session }: TestDatabase): Promise<void> {
  await session.client.query(
    'truncate prodimport.products, prodimport.images, prodimport.image_keys restart identity',
  );
}
