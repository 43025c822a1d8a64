import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { deadImages, imageStatus, retryImages } from '../../src/image/list.js';
import { planImages, refreshImages } from '../../src/image/process.js';
import { completeProducts } from '../../src/image/complete.js';
import { ImageQueue, type Stored } from '../../src/image/queue.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { addProduct, compressedImages, empty } from './run.js';

const leaseMs = 60_000;
const store = '/images';
const a = 'https://cdn.example/a.jpg';
const b = 'https://cdn.example/b.jpg';
const c = 'https://www.example:8080/c.jpg';

let db: TestDatabase;
let queue: ImageQueue;
beforeAll(async () => {
  db = await createTestDatabase();
  queue = new ImageQueue(await db.database.session(), store, false);
});
afterAll(() => db.drop());
beforeEach(() => empty(db));

const stored = async (key: string): Promise<Stored> => ({
  key,
  madeFor: 'webp 1600 80',
  etag: null,
  lastModified: null,
  bytesIn: 1000,
  bytesOut: 100,
  status: 200,
  keyId: await queue.holdKey(key, () => Promise.resolve(false)),
});

const settle = (takesOver = false) => completeProducts(db.session, { store, takesOver });

const sql = (text: string, values: unknown[] = []) => db.session.client.query(text, values);

/** Claims what is due, and stores each image under the last part of its address. */
async function storeAll(): Promise<void> {
  for (const image of await queue.claim(100, leaseMs)) {
    await queue.markDone(image, await stored(image.url.split('/').at(-1)!));
  }
}

describe('what waits', () => {
  it('is every address once that products show without a compressed image', async () => {
    await addProduct(db, 'ONE', [a, b, a]);
    await addProduct(db, 'TWO', [b, c]);
    await addProduct(db, 'NONE', []);
    expect(await imageStatus(db.session, null)).toMatchObject({
      waiting: 3,
      hosts: [
        { host: 'cdn.example', waiting: 2 },
        { host: 'www.example:8080', waiting: 1 },
      ],
    });
    expect(await planImages(db.session, store)).toBe(3);
    expect(await planImages(db.session, store)).toBe(0);
    expect((await imageStatus(db.session, null)).waiting).toBe(3);
  });

  it('holds addresses that are longer than an index takes', async () => {
    const long = `${a}?${'x'.repeat(10_000)}`;
    await addProduct(db, 'ONE', [long]);
    expect(await planImages(db.session, store)).toBe(1);
    expect(await queue.claim(1, leaseMs)).toMatchObject([{ url: long }]);
  });

  it('is forgotten when no product shows it any more', async () => {
    await addProduct(db, 'ONE', [a]);
    await planImages(db.session, store);
    await sql('update prodimport.products set images = $1', [[b]]);
    await planImages(db.session, store);
    expect((await queue.claim(10, leaseMs)).map(({ url }) => url)).toEqual([b]);
  });
});

describe('a claim', () => {
  beforeEach(() => addProduct(db, 'ONE', [a, b]).then(() => planImages(db.session, store)));

  it('gives each image to one worker only, until its lease is over', async () => {
    expect(await queue.claim(1, leaseMs)).toHaveLength(1);
    expect(await queue.claim(5, 1)).toHaveLength(1);
    await sql('update prodimport.images set next_attempt_at = now() where attempts = 1');
    expect(await queue.claim(5, leaseMs)).toMatchObject([{ attempts: 2 }, { attempts: 2 }]);
    expect(await queue.claim(5, leaseMs)).toEqual([]);
  });

  it('that comes too late writes nothing', async () => {
    const [late] = await queue.claim(1, leaseMs);
    await sql('update prodimport.images set next_attempt_at = now() where id = $1', [late!.id]);
    const [again] = (await queue.claim(2, leaseMs)).filter(({ id }) => id === late!.id);
    expect(await queue.markDone(late!, await stored('late.webp'))).toBe(false);
    expect(await queue.markFailed(late!, null, { status: 404, message: 'late' })).toBe(false);
    await queue.release([late!]);
    expect(await queue.markDone(again!, await stored('good.webp'))).toBe(true);
    const { rows } = await sql('select key, status from prodimport.images where id = $1', [
      late!.id,
    ]);
    expect(rows).toEqual([{ key: 'good.webp', status: 'done' }]);
  });

  it('is renewed as long as its worker lives', async () => {
    const held = await queue.claim(2, leaseMs);
    await sql('update prodimport.images set next_attempt_at = now()');
    await queue.renew(held, leaseMs);
    expect(await queue.claim(2, leaseMs)).toEqual([]);
  });

  it('that was interrupted does not count as an attempt', async () => {
    await queue.release(await queue.claim(2, leaseMs));
    expect(await queue.claim(2, leaseMs)).toMatchObject([
      { attempts: 2, round: 1 },
      { attempts: 2, round: 1 },
    ]);
  });

  it('serves all hosts in turn, those first that have the fewest under way', async () => {
    const slow = [1, 2, 3, 4, 5].map((n) => `https://a-slow.example/${n}.jpg`);
    await addProduct(db, 'TWO', slow);
    await planImages(db.session, store);
    const hostOf = ({ url }: { url: string }) => new URL(url).host;
    const first = (await queue.claim(4, leaseMs)).map(hostOf).sort();
    expect(first).toEqual(['a-slow.example', 'a-slow.example', 'cdn.example', 'cdn.example']);
    await addProduct(db, 'THREE', [c]);
    await planImages(db.session, store);
    expect((await queue.claim(1, leaseMs)).map(hostOf)).toEqual(['www.example:8080']);
  });
});

describe('a product', () => {
  it('gets its compressed images when the last of them is settled, null for the dead', async () => {
    await addProduct(db, 'ONE', [b, c, a]);
    await planImages(db.session, store);
    const claimed = await queue.claim(3, leaseMs);
    const of = (url: string) => claimed.find((image) => image.url === url)!;
    await queue.markDone(of(a), await stored('a.webp'));
    await queue.markDone(of(b), await stored('b.webp'));
    expect(await settle()).toBe(0);
    await queue.markFailed(of(c), null, { status: 404, message: 'The host answered 404.' });
    expect(await settle()).toBe(1);
    expect(await compressedImages(db)).toEqual({ ONE: ['b.webp', null, 'a.webp'] });
    expect(await settle()).toBe(0);
  });

  it('whose images a load has changed meanwhile waits for the new ones', async () => {
    await addProduct(db, 'ONE', [a]);
    await planImages(db.session, store);
    await storeAll();
    await sql('update prodimport.products set images = $1', [[a, b]]);
    expect(await settle()).toBe(0);
    await planImages(db.session, store);
    await storeAll();
    expect(await settle()).toBe(1);
    expect(await compressedImages(db)).toEqual({ ONE: ['a.jpg', 'b.jpg'] });
  });

  it('whose images are all dead says so of each', async () => {
    await addProduct(db, 'ONE', [a]);
    await planImages(db.session, store);
    const [image] = await queue.claim(1, leaseMs);
    await queue.markFailed(image!, null, { status: 410, message: 'The host answered 410.' });
    expect(await settle()).toBe(1);
    expect(await compressedImages(db)).toEqual({ ONE: [null] });
    expect(await settle()).toBe(0);
  });

  it('keeps its image while a newer one is fetched, and when there is none any more', async () => {
    await addProduct(db, 'ONE', [a]);
    await planImages(db.session, store);
    await storeAll();
    await settle();
    await refreshImages(db.session, store);
    const [image] = await queue.claim(1, leaseMs);
    expect(image).toMatchObject({ key: 'a.jpg', round: 1 });
    await queue.markFailed(image!, null, { status: 404, message: 'The host answered 404.' });
    await settle();
    expect(await compressedImages(db)).toEqual({ ONE: ['a.jpg'] });
  });
});

describe('dead images', () => {
  beforeEach(async () => {
    await addProduct(db, 'ONE', [a]);
    await addProduct(db, 'TWO', [a, a]);
    await planImages(db.session, store);
    const [image] = await queue.claim(1, leaseMs);
    await queue.markFailed(image!, null, { status: 404, message: 'The host answered 404.' });
  });

  it('are listed with one of their products and the reason', async () => {
    expect(await deadImages(db.session, 10)).toEqual([
      {
        id: '1',
        sku: 'ONE',
        products: 2,
        url: a,
        store,
        attempts: 1,
        error: 'The host answered 404.',
        status: 'dead',
        lastStatus: 404,
      },
    ]);
  });

  it('get a new round of attempts by their id, which others do not', async () => {
    await expect(retryImages(db.session, '7')).rejects.toMatchObject({ exitCode: 6 });
    await expect(retryImages(db.session, 'x')).rejects.toMatchObject({ exitCode: 2 });
    expect(await retryImages(db.session, '1')).toBe(1);
    expect(await queue.claim(1, leaseMs)).toMatchObject([{ attempts: 2, round: 1 }]);
    await expect(retryImages(db.session, '1')).rejects.toMatchObject({ exitCode: 6 });
  });
});

// Citus takes no triggers on products.
const whereTriggersAre = it.skipIf(inject('distributed'));
whereTriggersAre(
  'a trigger that swallows the images of a product is told, with its SKU',
  async () => {
    await addProduct(db, 'ONE', [a]);
    await planImages(db.session, store);
    await storeAll();
    await sql(`create function prodimport.never() returns trigger language plpgsql as
      'begin return null; end';
    create trigger never before update on prodimport.products
      for each row execute function prodimport.never()`);
    await expect(settle()).rejects.toThrow('the images of SKU ONE');
    await sql('drop function prodimport.never cascade');
    expect(await settle()).toBe(1);
  },
);
