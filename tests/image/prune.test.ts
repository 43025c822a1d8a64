import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPrunable, prune } from '../../src/image/prune.js';
import type { Pruned } from '../../src/image/list.js';
import { ImageQueue } from '../../src/image/queue.js';
import { completeProducts } from '../../src/image/complete.js';
import type { Store } from '../../src/image/store/store.js';
import { undo } from '../../src/commands/undo.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { loadText, runCommand } from '../setup/load.js';
import { ImageHost } from './host.js';
import { places, type Place } from './places.js';
import { png } from './png.js';
import { addProduct, compressedImages, empty, runImages } from './run.js';

let db: TestDatabase;
let host: ImageHost;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await empty(db);
  await db.session.client.query('truncate prodimport.changes');
  host = await ImageHost.start();
});
afterEach(() => host.stop());

const dayMs = 86_400_000;
const signal = new AbortController().signal;
const sql = (text: string) => db.session.client.query(text);

/** What the command does, but to ask. */
async function pruneStore(store: Store, ageMs = 0): Promise<Omit<Pruned, 'dryRun' | 'store'>> {
  const { store: _, files, lost, ...found } = await findPrunable(db.session, store, ageMs, signal);
  return {
    ...found,
    ...(await prune(db.session, store, { files, lost }, { ageMs, waitMs: 1000, signal })),
  };
}

/** Lets so many days pass for what nothing names. */
const passDays = (days: number) =>
  sql(`update prodimport.image_keys set unnamed_since = unnamed_since - interval '${days} days'`);

describe.each(places)('pruning %s', (_, makePlace) => {
  let place: Place;
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(() => place.remove());
  const keys = async () => [...(await place.contents()).keys()].sort();
  const run = async () => runImages(db, await place.open());

  it('deletes what nothing has named for a day, and leaves what a product names', async () => {
    const [a, b] = [host.put('/a.png', png(20, 10, 1)), host.put('/b.png', png(20, 10, 99))];
    await addProduct(db, 'CH-1', [a, b]);
    await addProduct(db, 'CH-2', [b]);
    await run();
    const [keyA, keyB] = (await compressedImages(db))['CH-1']!;
    await sql(`delete from prodimport.products where sku = 'CH-1'`);
    expect(await pruneStore(await place.open(), dayMs)).toMatchObject({ deleted: 0, waiting: 1 });
    await passDays(0.9);
    expect(await pruneStore(await place.open(), dayMs)).toMatchObject({ deleted: 0, waiting: 1 });
    await passDays(0.2);
    const bytes = (await place.contents()).get(keyA!)!.length;
    expect(await pruneStore(await place.open(), dayMs)).toEqual({
      ...{ deleted: 1, bytes, waiting: 0, unaccounted: 0, unaccountedFiles: [] },
    });
    expect(await keys()).toEqual([keyB]);

    // It is fetched again where a product shows it once more.
    await addProduct(db, 'CH-3', [a]);
    expect(await run()).toMatchObject({ processed: 1 });
    expect((await compressedImages(db))['CH-3']).toEqual([keyA]);
    expect(await keys()).toEqual([keyA, keyB].sort());
  });

  it('begins the day anew where a key was named meanwhile', async () => {
    const a = host.put('/a.png', png(20, 10, 1));
    await addProduct(db, 'CH-1', [a]);
    await run();
    await sql('delete from prodimport.products');
    await run();
    await passDays(2);
    await addProduct(db, 'CH-2', [a]);
    // Given to a product without a fetch, and taken from it before anybody looks again.
    const store = await place.open();
    await completeProducts(db.session, { store: store.label, takesOver: false });
    store.close();
    expect((await compressedImages(db))['CH-2']).toHaveLength(1);
    await sql('delete from prodimport.products');
    expect(await pruneStore(await place.open(), dayMs)).toMatchObject({ deleted: 0, waiting: 1 });
  });

  it('leaves what a recorded change names, so that undo can bring it back', async () => {
    const [a, b] = [host.put('/a.png', png(20, 10, 1)), host.put('/b.png', png(20, 10, 99))];
    const load = (image: string) =>
      loadText(db, `sku,name,images\nCH-1,Chair,${image}\n`, '--record-changes');
    await load(a);
    await run();
    const before = await compressedImages(db);
    await load(b);
    await run();
    expect(await pruneStore(await place.open())).toMatchObject({ deleted: 0, waiting: 0 });
    await runCommand(db, undo, ['last', '--yes']);
    expect(await compressedImages(db)).toEqual(before);
    expect(await keys()).toContain(before['CH-1']![0]);
  });

  it('leaves an image whose product waits for another one', async () => {
    const slow = host.put('/slow.png', (response) => void response.writeHead(503).end());
    await addProduct(db, 'CH-1', [host.put('/a.png', png(20, 10, 1)), slow]);
    await sql(`delete from prodimport.images`);
    await runImages(db, await place.open(), { limit: 2 });
    await sql(
      `update prodimport.images set status = 'waiting', next_attempt_at = now() + interval '1 day' where key is null`,
    );
    await sql(`update prodimport.products set compressed_images = '{}'`);
    expect(await pruneStore(await place.open())).toMatchObject({ deleted: 0, waiting: 0 });
    expect(await keys()).toHaveLength(1);
  });

  it('lists what it has no record of, and what somebody else has stored too, and leaves both', async () => {
    await addProduct(db, 'CH-1', [host.put('/a.png', png(20, 10, 1))]);
    await addProduct(db, 'CH-2', [host.put('/b.png', png(20, 10, 99))]);
    await run();
    const { 'CH-1': [a] = [], 'CH-2': [b] = [] } = await compressedImages(db);
    await sql('delete from prodimport.products');
    const name = (key: string) => key.split('/').slice(-3).join('/');
    const planted = await place.plant('ff/notes.txt');
    await place.plant(name(a!), new Date(Date.now() + 3_600_000));
    const found = await pruneStore(await place.open());
    expect(found).toMatchObject({ deleted: 1, unaccounted: 2 });
    expect(found.unaccountedFiles).toEqual(
      expect.arrayContaining([
        { key: planted, bytes: 7, why: 'no record of it' },
        { key: a, bytes: 7, why: 'somebody else has stored it since' },
      ]),
    );
    expect(await keys()).toEqual([a, planted].sort());

    // Another database that shares the store leaves what was there before it.
    await sql('truncate prodimport.image_keys, prodimport.images');
    await addProduct(db, 'CH-3', [`${host.base}/a.png`]);
    await addProduct(db, 'CH-4', [`${host.base}/b.png`]);
    await run();
    await sql('delete from prodimport.products');
    const shared = await pruneStore(await place.open());
    expect(shared).toMatchObject({ deleted: 1, unaccounted: 2 });
    expect(shared.unaccountedFiles).toContainEqual(
      expect.objectContaining({ key: a, why: 'it was there before it was stored from here' }),
    );
    expect(await keys()).not.toContain(b);
  });

  it('beside a worker leaves every product what it names', async () => {
    const urls = [...Array(12).keys()].map((n) => host.put(`/${n}.png`, png(20, 10, 20 * n)));
    const store = await place.open();
    let deleted = 0;
    for (let round = 0; round < 3; round++) {
      await sql('delete from prodimport.products');
      // What the round before stored is named no more, and half of it is wanted again.
      for (const [n, url] of urls.slice(3 * round, 3 * round + 6).entries()) {
        await addProduct(db, `CH-${round}-${n}`, [url]);
      }
      let isOver = false;
      const ended = run().finally(() => (isOver = true));
      while (!isOver) deleted += (await pruneStore(store)).deleted;
      await ended;
      // What was taken from the images meanwhile is fetched again.
      await run();
      const [there, named] = [await keys(), Object.values(await compressedImages(db)).flat()];
      expect(named).toHaveLength(6);
      expect(there).toEqual(expect.arrayContaining(named));
    }
    expect(deleted).toBeGreaterThan(0);
    store.close();
  });

  it('forgets what is gone from the store already', async () => {
    await addProduct(db, 'CH-1', [host.put('/a.png', png(20, 10, 1))]);
    await run();
    const { 'CH-1': [key] = [] } = await compressedImages(db);
    await sql('delete from prodimport.products');
    await place.plant('other.txt');
    await place.lose(key!);
    expect(await pruneStore(await place.open())).toMatchObject({ deleted: 0, unaccounted: 1 });
    expect((await sql('select from prodimport.image_keys')).rowCount).toBe(0);
  });

  it('leaves what a worker is about to store, and makes one that comes too late do it again', async () => {
    const a = host.put('/a.png', png(20, 10, 1));
    await addProduct(db, 'CH-1', [a]);
    await run();
    const { 'CH-1': [key] = [] } = await compressedImages(db);
    await sql('delete from prodimport.products');
    const store = await place.open();
    const queue = new ImageQueue(await db.database.session(), store.label, false);
    const there = () => Promise.resolve(true);
    await queue.holdKey(key!, there);
    expect(await pruneStore(store)).toMatchObject({ deleted: 0 });
    // The worker was away for longer than that.
    await sql('update prodimport.image_keys set held_until = now()');
    await addProduct(db, 'CH-1', [`${host.base}/other.png`]);
    await sql(`insert into prodimport.images (store, url, url_hash, host)
      values ('${store.label}', '${host.base}/other.png', sha256('${host.base}/other.png'), 'h')`);
    const [image] = await queue.claim(1, 60_000);
    const keyId = await queue.holdKey(key!, there);
    await sql('update prodimport.image_keys set held_until = now()');
    expect(await pruneStore(await place.open())).toMatchObject({ deleted: 1 });
    const done = { key: key!, keyId, madeFor: '', etag: null, lastModified: null };
    const counts = { bytesIn: 1, bytesOut: 1, status: 200 };
    expect(await queue.markDone(image!, { ...done, ...counts })).toBe(false);
    store.close();
  });
});
