import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Product } from '../../src/catalog/schema.js';
import type { Change } from '../../src/load/changes.js';
import type { DeadImage, ImageStatus } from '../../src/image/list.js';
import { runCli, type CliResult } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { ImageHost } from './host.js';
import { png } from './png.js';
import { addProduct, compressedImages, empty } from './run.js';
import { S3Server } from './s3-server.js';

let db: TestDatabase;
let host: ImageHost;
let s3: S3Server;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await empty(db);
  [host, s3] = [await ImageHost.start(), await S3Server.start()];
  folder = await mkdtemp(join(tmpdir(), 'prodimport-store-'));
});
afterEach(async () => {
  await Promise.all([host.stop(), s3.stop(), rm(folder, { recursive: true })]);
});

const bucket = () => `s3://${s3.bucket}/img`;

const image = (...words: string[]): Promise<CliResult> => {
  const env = {
    AWS_ACCESS_KEY_ID: s3.credentials.id,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secret,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    PRODIMPORT_S3_PATH_STYLE: '1',
  };
  return runCli(['image', ...words, '--json'], { url: db.url, env });
};
const processTo = (to: string) => image('process', '--allow-private', '--to', to);

const inFolder = expect.stringMatching(/^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}\.webp$/) as string;
const inBucket = expect.stringMatching(/^s3:\/\/shop\/img\/.*\.webp$/) as string;

async function addTwo(): Promise<void> {
  const [a, b] = [host.put('/a.png', png(20, 10, 1)), host.put('/b.png', png(20, 10, 99))];
  await addProduct(db, 'CH-1', [a, b, a]);
  await addProduct(db, 'CH-2', [b]);
}

const all = (key: string) => ({ 'CH-1': [key, key, key], 'CH-2': [key] });

it.each(['a bucket and then a folder', 'a folder and then a bucket'])(
  'with %s, products get what the second one lacks, and its keys alone',
  async (order) => {
    const [first, second] = order.startsWith('a bucket') ? [bucket(), folder] : [folder, bucket()];
    const keyIn = (place: string) => (place === folder ? inFolder : inBucket);
    await addTwo();
    const { stderr } = await processTo(first);
    expect(stderr).not.toContain('other stores');
    expect(await compressedImages(db)).toEqual(all(keyIn(first)));
    const status = (await image('status', '--to', second)).json<ImageStatus>();
    expect(status).toMatchObject({ waiting: 2, done: 0 });

    const moved = await processTo(second);
    expect(moved.stderr).toContain('2 images of other stores are not in this one');
    expect(moved.json()).toMatchObject({ processed: 2, dead: 0 });
    expect(await compressedImages(db)).toEqual(all(keyIn(second)));

    // What comes later is fetched for the store that is named, and for no other.
    await addProduct(db, 'CH-3', [host.put('/c.png', png(20, 10, 200))]);
    expect((await processTo(second)).json()).toMatchObject({ processed: 1 });
    const back = await processTo(first);
    expect(back.stderr).toContain('1 image of other stores is not in this one');
    expect(back.json()).toMatchObject({ processed: 1 });
    const key = keyIn(first);
    expect(await compressedImages(db)).toEqual({ ...all(key), 'CH-3': [key] });
    expect((await image('status')).json()).toMatchObject({ waiting: 0, done: 6, dead: 0 });
    expect(s3.refusals).toEqual([]);
  },
);

it('an image that is dead for the second store only is null there', async () => {
  await addTwo();
  await processTo(bucket());
  host.put('/a.png', (response) => void response.writeHead(404).end());
  const moved = await processTo(folder);
  expect([moved.code, moved.json()]).toMatchObject([3, { processed: 1, dead: 1 }]);
  expect(moved.stderr).toContain(
    `then \`prodimport image process --to ${folder} --allow-private\``,
  );
  expect(await compressedImages(db)).toEqual({
    'CH-1': [null, inFolder, null],
    'CH-2': [inFolder],
  });
  expect((await image('dead')).json<DeadImage[]>()).toMatchObject([{ store: folder }]);
});

it('two workers that store in two places at the same time each store all', async () => {
  for (let n = 0; n < 12; n++) {
    const urls = [n, n + 1].map((it) => host.put(`/${it}.png`, png(20, 10, 5 * it)));
    await addProduct(db, `S-${n}`, urls);
  }
  const both = await Promise.all([processTo(folder), processTo(bucket())]);
  for (const { code, json } of both) {
    expect([code, json()]).toMatchObject([0, { processed: 13, failed: 0, dead: 0 }]);
  }
  expect(host.visitsOf()).toBe(26);
  for (const keys of Object.values(await compressedImages(db))) {
    const [first] = keys;
    const key = first!.startsWith('s3:') ? inBucket : inFolder;
    expect(keys, 'all of one product in one store').toEqual([key, key]);
  }
  // Whoever is named next has all of it, and fetches nothing.
  for (const [to, key] of [[folder, inFolder] as const, [bucket(), inBucket] as const]) {
    expect((await processTo(to)).json()).toMatchObject({ processed: 0 });
    for (const keys of Object.values(await compressedImages(db))) expect(keys).toEqual([key, key]);
  }
  expect(host.visitsOf()).toBe(26);
});

it('a dead image among three stays null through undo of an update and a delete, and a reload', async () => {
  const [a, c] = [host.put('/a.png', png(20, 10, 1)), host.put('/c.png', png(20, 10, 99))];
  const dead = `${host.base}/missing.png`;
  const load = (text: string, ...words: string[]) =>
    runCli(['load', '-', '--record-changes', '--json', ...words], { url: db.url, stdin: text });
  const header = 'sku,name,price,images';
  const file = `${header}\nCH-1,Chair,1,"${a} ${dead} ${c}"\n`;
  const product = async () =>
    (await runCli(['product', 'get', 'CH-1', '--json'], { url: db.url })).json<Product>();
  const undo = () => runCli(['undo', 'last', '--yes'], { url: db.url });

  expect((await load(file)).code).toBe(0);
  expect((await product()).compressedImages).toEqual([]);
  expect((await processTo(folder)).code).toBe(3);
  const keys = [inFolder, null, inFolder];
  const before = (await product()).compressedImages;
  expect(before).toEqual(keys);

  await load(`${header}\nCH-1,Chair,1,${c}\n`);
  expect((await product()).compressedImages).toEqual([]);
  expect((await undo()).code).toBe(0);
  expect((await product()).compressedImages).toEqual(before);

  expect((await load(`${header},action\nCH-1,,,,delete\n`)).code).toBe(0);
  const changes = await runCli(['changes', 'last'], { url: db.url });
  expect(JSON.parse(changes.stdout) as Change).toMatchObject({ action: 'deleted' });
  // Nobody shows the dead image meanwhile, so that it is forgotten; it has to come back, too.
  await processTo(folder);
  expect((await undo()).code).toBe(0);
  expect((await product()).compressedImages).toEqual(before);
  expect((await load(file)).json()).toMatchObject({ products: { unchanged: 1 } });
  host.put('/missing.png', png(20, 10, 200));
  expect((await processTo(folder)).json()).toMatchObject({ processed: 1, dead: 0 });
  expect((await product()).compressedImages).toEqual([before[0], inFolder, before[2]]);

  const shown = await runCli(['product', 'export', '--format', 'csv'], { url: db.url });
  expect((await load(shown.stdout)).json()).toMatchObject({ products: { unchanged: 1 } });
});
