import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompressorPool } from '../../src/image/compress/pool.js';
import type { Settings } from '../../src/image/compress/sharp.js';
import { bomb, png } from './png.js';

const settings: Settings = { format: 'webp', width: 100, quality: 80 };
/** Starts faster than source that is compiled first. */
const builtChild = new URL('../../dist/image/compress/child.js', import.meta.url);
/** Compresses, but crashes over an image that says so, and hangs over another. */
const fragile = new URL('fragile-child.mjs', import.meta.url);

let folder: string;
let pool: CompressorPool;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prodimport-pool-'));
});
afterEach(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

const order = async (name: string, content: Buffer, how: Partial<Settings> = {}) => {
  const from = join(folder, name);
  await writeFile(from, content);
  return { from, to: `${from}.out`, settings: { ...settings, ...how } };
};

describe('the processes that compress', () => {
  it('survive an image that crashes the decoder: only that one fails', async () => {
    pool = new CompressorPool({ size: 1, module: fragile });
    const orders = await Promise.all([
      order('a', png(20, 10, 1)),
      order('b', png(20, 10, 2, 'CRASH')),
      order('c', png(20, 10, 3)),
    ]);
    const [a, b, c] = await Promise.allSettled(orders.map((it) => pool.compress(it)));
    expect([a!.status, c!.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(b).toMatchObject({
      reason: { name: 'ImageFault', message: 'The decoder crashed over it.', mayPass: true },
    });
  });

  it('are ended when one image takes too long', async () => {
    pool = new CompressorPool({ size: 1, module: fragile, killAfterMs: 1000 });
    const slow = pool.compress(await order('slow', png(20, 10, 1, 'HANG')));
    await expect(slow).rejects.toMatchObject({
      name: 'ImageFault',
      message: 'The decoder took too long over it.',
    });
  });

  it('blame no image where sharp was installed for another system', async () => {
    await mkdir(join(folder, 'node_modules/sharp'), { recursive: true });
    await writeFile(
      join(folder, 'node_modules/sharp/index.js'),
      `throw new Error('Could not load the "sharp" module using the win32-x64 runtime.\\nHelp');`,
    );
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const name of ['child.js', 'sharp.js']) {
      await cp(fileURLToPath(new URL(name, builtChild)), join(folder, name));
    }
    pool = new CompressorPool({ size: 1, module: pathToFileURL(join(folder, 'child.js')) });
    await expect(pool.compress(await order('good', png(20, 10)))).rejects.toMatchObject({
      name: 'FailedError',
      code: 'sharp_missing',
      message: expect.stringMatching(/can't be loaded: Could not .*win32-x64 runtime\. Install/),
    });
  });

  it('refuse too many pixels before they decode them', async () => {
    pool = new CompressorPool({ size: 1, module: builtChild });
    const huge = bomb();
    expect(huge.length).toBeLessThan(50_000);
    await expect(pool.compress(await order('bomb', huge))).rejects.toMatchObject({
      message: "It can't be compressed: Input image exceeds pixel limit.",
      mayPass: false,
    });
  });

  it('turn an image upright before they resize it, and drop what the camera noted', async () => {
    pool = new CompressorPool({ size: 1, module: builtChild });
    const lying = await sharp({
      create: { width: 400, height: 200, channels: 3, background: 'red' },
    })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    for (const format of ['webp', 'jpeg', 'avif'] as const) {
      const it = await order(format, lying, { format });
      await pool.compress(it);
      const made = await sharp(await readFile(it.to)).metadata();
      expect(made).toMatchObject({ width: 100, height: 200 });
      expect(made.format).toBe(format === 'avif' ? 'heif' : format);
      expect([made.exif, made.orientation]).toEqual([undefined, undefined]);
    }
  });
});
