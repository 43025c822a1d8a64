import { processImages, type ProcessOptions } from '../../src/image/process.js';
import type { Step } from '../../src/image/attempt.js';
import type { Settings } from '../../src/image/compress/settings.js';
import type { Store } from '../../src/image/store/store.js';
import type { Totals } from '../../src/image/schema.js';
import { withWorkshop } from '../../src/image/workshop.js';
import type { TestDatabase } from '../setup/database.js';

export interface RunOptions extends Partial<ProcessOptions> {
  settings?: Settings;
  allowPrivate?: boolean;
  onStep?: (step: Step) => void;
}

/** Works off what waits, as the command does, in this process. */
export async function runImages(
  { database }: TestDatabase,
  store: Store,
  options: RunOptions = {},
): Promise<Totals> {
  const sessions = { queue: await database.session(), products: await database.session() };
  const settings = options.settings ?? { format: 'webp', width: 64, quality: 80 };
  const { allowPrivate = true, onStep = () => undefined } = options;
  // One process that compresses: most of a short run is its start.
  const shop = { settings, allowPrivate, concurrency: 1, onStep, onFault: () => undefined };
  try {
    return await withWorkshop(store, shop, (workshop) =>
      processImages(sessions, workshop, {
        concurrency: 4,
        limit: null,
        watch: false,
        refresh: false,
        leaseMs: 20_000,
        signal: new AbortController().signal,
        onProgress: () => undefined,
        ...options,
      }),
    );
  } finally {
    await sessions.queue.end();
    await sessions.products.end();
  }
}

/** Adds a product that shows these images. */
export async function addProduct(
  { session }: TestDatabase,
  sku: string,
  images: string[],
): Promise<void> {
  await session.client.query(
    'insert into prodimport.products (sku, name, images) values ($1, $1, $2)',
    [sku, images],
  );
}

/** What products have of compressed images, by SKU. */
export async function compressedImages(db: TestDatabase): Promise<Record<string, string[]>> {
  const { rows } = await db.session.client.query<{ sku: string; keys: string[] }>(
    'select sku, compressed_images as keys from prodimport.products order by id',
  );
  return Object.fromEntries(rows.map(({ sku, keys }) => [sku, keys]));
}

/** A catalogue without products, and a queue without images. */
export async function empty({ session }: TestDatabase): Promise<void> {
  await session.client.query('truncate prodimport.products, prodimport.images restart identity');
}
