import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deadImages, imageStatus, retryImages } from '../../src/image/list.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { endless, ImageHost } from './host.js';
import { places, type Place } from './places.js';
import { bomb, png } from './png.js';
import { addProduct, compressedImages, empty, runImages } from './run.js';

let db: TestDatabase;
let host: ImageHost;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await empty(db);
  host = await ImageHost.start();
});
afterEach(() => host.stop());

describe.each(places)('images in %s', (_, makePlace) => {
  let place: Place;
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(() => place.remove());

  it('become WebP named by their hash, and products name them in order', async () => {
    const [a, b] = [host.put('/a.png', png(200, 100, 10)), host.put('/b.png', png(20, 10, 90))];
    await addProduct(db, 'CH-1', [b, a, b]);
    await addProduct(db, 'CH-2', [a]);
    const totals = await runImages(db, await place.open());

    expect(totals).toMatchObject({ processed: 2, failed: 0, dead: 0 });
    const stored = await place.contents();
    const { 'CH-1': first, 'CH-2': second } = await compressedImages(db);
    expect(first).toEqual([first![0], second![0], first![0]]);
    expect([...stored.keys()].sort()).toEqual([...new Set(first)].sort());
    for (const [key, bytes] of stored) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      expect(key).toMatch(new RegExp(`(^|/)${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}.webp$`));
    }
    expect(await sharp(stored.get(second![0]!)).metadata()).toMatchObject({
      format: 'webp',
      width: 64,
      height: 32,
    });
    expect(await sharp(stored.get(first![0]!)).metadata()).toMatchObject({ width: 20, height: 10 });
  });

  it('come from a host that hangs up after each answer, too', async () => {
    const urls = Array.from({ length: 12 }, (_, n) => {
      // What follows a PNG's end is not looked at: only the download is long.
      const body = Buffer.concat([png(20, 10, n), Buffer.alloc(700_000)]);
      return host.put(`/old/${n}.png`, (response) => {
        response.shouldKeepAlive = false;
        response.end(body);
      });
    });
    for (const [n, url] of urls.entries()) await addProduct(db, `OLD-${n}`, [url]);
    expect(await runImages(db, await place.open())).toMatchObject({
      processed: 12,
      failed: 0,
      dead: 0,
    });
  });

  it('are fetched once for a thousand products, and not again by a second run', async () => {
    const url = host.put('/a.png', png(20, 10));
    for (let n = 1; n <= 1000; n++) await addProduct(db, `S-${n}`, [url]);
    await runImages(db, await place.open());
    const keys = Object.values(await compressedImages(db));
    expect(new Set(keys.map(String)).size).toBe(1);
    expect(keys[0]).toHaveLength(1);
    expect(host.visitsOf()).toBe(1);

    await addProduct(db, 'LATER', [url]);
    const again = await runImages(db, await place.open());
    expect(again).toEqual({ processed: 0, failed: 0, dead: 0, bytesIn: 0, bytesOut: 0 });
    expect((await compressedImages(db)).LATER).toEqual(keys[0]);
    expect(host.visitsOf()).toBe(1);
  });

  it('fail each for its own reason, and the others of the product go on', async () => {
    const good = host.put('/good.png', png(20, 10));
    const bad = {
      '/missing.jpg': /404/,
      '/page.jpg': /HTML page/,
      '/drawing.jpg': /SVG/,
      '/bomb.png': /pixel limit/,
      '/endless.jpg': /too large/,
      '/large.jpg': /too large/,
      '/broken.png': /can't be compressed/,
      '/empty.jpg': /empty/,
    };
    host.put('/page.jpg', '<!DOCTYPE html><html><body>Not found</body></html>');
    host.put('/drawing.jpg', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>');
    host.put('/bomb.png', bomb());
    host.put('/endless.jpg', endless);
    host.put('/large.jpg', (response) => {
      response.writeHead(200, { 'content-length': 1e9 }).write(Buffer.from([0xff, 0xd8, 0xff]));
    });
    host.put('/broken.png', png(200, 100).subarray(0, 60));
    host.put('/empty.jpg', '');
    const urls = Object.keys(bad).map((path) => host.base + path);
    await addProduct(db, 'CH-1', [urls[0]!, good, ...urls.slice(1)]);
    const totals = await runImages(db, await place.open());

    expect(totals).toMatchObject({ processed: 1, failed: 0, dead: urls.length });
    const dead = await deadImages(db.session, 100);
    expect(dead).toHaveLength(urls.length);
    for (const image of dead) {
      const path = new URL(image.url).pathname as keyof typeof bad;
      expect(image.error).toMatch(bad[path]);
      expect(image).toMatchObject({ sku: 'CH-1', products: 1, attempts: 1, status: 'dead' });
    }
    const [key] = (await place.contents()).keys();
    expect((await compressedImages(db))['CH-1']).toEqual([
      null,
      key,
      ...urls.slice(1).map(() => null),
    ]);
    expect(await imageStatus(db.session, null)).toMatchObject({ waiting: 0, done: 1, dead: 8 });
  });

  it('are tried again where that can help, without being asked', async () => {
    const image = png(20, 10);
    const url = host.put('/shaky.png', (response, _, visit) => {
      if (visit === 1) response.writeHead(500).end();
      else if (visit === 2) response.writeHead(429, { 'retry-after': '0' }).end();
      else response.end(image);
    });
    await addProduct(db, 'CH-1', [url]);
    const ended = runImages(db, await place.open());
    // The waits between attempts are real ones; they are cut short here.
    await expect.poll(async () => (await hurry()) && host.visitsOf() >= 3).toBe(true);
    expect(await ended).toMatchObject({ processed: 1, failed: 0, dead: 0 });
    expect((await compressedImages(db))['CH-1']).toHaveLength(1);
  });

  it('are asked for a newer version with --refresh, and stored only if they changed', async () => {
    let image = png(20, 10, 10);
    let etag = '"one"';
    const url = host.put('/a.png', (response, request) => {
      response.setHeader('etag', etag);
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.end(image);
    });
    await addProduct(db, 'CH-1', [url]);
    await runImages(db, await place.open());
    const before = (await compressedImages(db))['CH-1'];
    const steps: string[] = [];
    const refresh = async () => {
      steps.length = 0;
      await runImages(db, await place.open(), {
        refresh: true,
        onStep: ({ step }) => steps.push(step),
      });
    };

    await refresh();
    expect(steps).toEqual(['download']);
    etag = '"two"';
    await refresh();
    expect(steps).toEqual(['download', 'compress']);
    expect((await compressedImages(db))['CH-1']).toEqual(before);
    [image, etag] = [png(20, 10, 200), '"three"'];
    await refresh();
    expect(steps).toEqual(['download', 'compress', 'store']);
    const after = (await compressedImages(db))['CH-1'];
    expect(after).not.toEqual(before);
    expect([...(await place.contents()).keys()]).toContain(after![0]);
  });

  it('that were dead join the others of their product after a retry', async () => {
    const [a, late, b] = [
      host.put('/a.png', png(20, 10, 1)),
      `${host.base}/late.png`,
      host.put('/b.png', png(20, 10, 99)),
    ];
    await addProduct(db, 'CH-1', [a, late, b]);
    expect(await runImages(db, await place.open())).toMatchObject({ processed: 2, dead: 1 });
    const two = (await compressedImages(db))['CH-1']!;
    expect(two).toEqual([expect.any(String), null, expect.any(String)]);

    host.put('/late.png', png(20, 10, 200));
    expect(await retryImages(db.session, null)).toBe(1);
    expect(await runImages(db, await place.open())).toMatchObject({ processed: 1, dead: 0 });
    const three = (await compressedImages(db))['CH-1']!;
    expect(three).toHaveLength(3);
    expect(three).toEqual([two[0], expect.any(String), two[2]]);
    expect(await runImages(db, await place.open())).toMatchObject({ processed: 0, dead: 0 });
  });
});

/** Makes every wait between attempts end now. */
async function hurry(): Promise<boolean> {
  await db.session.client.query(
    `update prodimport.images set next_attempt_at = now() where status = 'waiting'`,
  );
  return true;
}
