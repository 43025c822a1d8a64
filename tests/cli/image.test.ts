import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Product } from '../../src/catalog/schema.js';
import type { DeadImage, ImageStatus } from '../../src/image/list.js';
import { ImageHost } from '../image/host.js';
import { png } from '../image/png.js';
import { addProduct, empty } from '../image/run.js';
import { runCli, startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
let host: ImageHost;
let home: string;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await empty(db);
  host = await ImageHost.start();
  home = await mkdtemp(join(tmpdir(), 'prodimport-home-'));
});
afterEach(async () => {
  await host.stop();
  await rm(home, { recursive: true });
});

const image = (words: string[]) => runCli(['image', ...words], { url: db.url, home });

describe('image process', () => {
  test('fills compressedImages from the default store, and exits 3 for what became dead', async () => {
    const [good, bad] = [host.put('/a.png', png(20, 10)), `${host.base}/missing.png`];
    await addProduct(db, 'CH-1', [good, bad]);
    const first = await image(['process', '--allow-private', '--json']);
    expect(first.code).toBe(3);
    expect(first.json()).toEqual({
      processed: 1,
      failed: 0,
      dead: 1,
      bytesIn: png(20, 10).length,
      bytesOut: expect.any(Number),
    });
    const product = await runCli(['product', 'get', 'CH-1', '--json'], { url: db.url });
    const { images, compressedImages } = product.json<Product>();
    expect(images).toEqual([good, bad]);
    const stored = await readdir(join(home, 'images'), { recursive: true });
    const [key] = stored.filter((path) => path.endsWith('.webp'));
    expect(compressedImages).toEqual([key, null]);
    expect(stored.filter((path) => path.startsWith('.'))).toEqual([]);

    const second = await image(['process', '--allow-private', '--json']);
    // Those of before are told, too, with the way to try them again.
    expect(second.stderr).toContain('1 image is dead: `prodimport image dead` says why.');
    expect(second.stderr).toContain(
      '`prodimport image retry --all`, then `prodimport image process --allow-private`',
    );
    expect([second.code, second.json()]).toMatchObject([0, { processed: 0, dead: 0 }]);
    expect(host.visitsOf()).toBe(2);
  });

  test('goes to no private address unless it may', async () => {
    await addProduct(db, 'CH-1', [host.put('/a.png', png(20, 10))]);
    await addProduct(db, 'CH-2', ['http://169.254.169.254/latest/meta-data/x.png']);
    expect((await image(['process', '--json'])).json()).toMatchObject({ processed: 0, dead: 2 });
    expect(host.visitsOf()).toBe(0);
    const dead = (await image(['dead', '--json'])).json<DeadImage[]>();
    // Its advice has to help.
    await image(['retry', '--all']);
    const again = await image(['process', '--allow-private', '--json']);
    expect(again.json()).toMatchObject({ processed: 1 });
    expect(dead.map(({ error }) => error)).toEqual([
      expect.stringContaining(
        'is loopback. Where it may be: `prodimport image retry --all`, then `prodimport image process --allow-private`.',
      ),
      expect.stringContaining('link-local'),
    ]);
  });

  test('checks where a redirect leads', async () => {
    const target = host.put('/target.png', png(20, 10));
    const inside = host.put('/inside.png', (response) => {
      response.writeHead(302, { location: 'ftp://127.0.0.1/x.png' }).end();
    });
    const around = host.put('/around.png', (response) => {
      response.writeHead(302, { location: target }).end();
    });
    await addProduct(db, 'CH-1', [inside, around]);
    const run = await image(['process', '--allow-private', '--json']);
    expect(run.json()).toMatchObject({ processed: 1, dead: 1 });
    const [dead] = (await image(['dead', '--json'])).json<DeadImage[]>();
    expect(dead).toMatchObject({ url: inside, error: 'The address is neither http nor https.' });
  });

  test('logs downloads, compressions and stores with their durations', async () => {
    const url = host.put('/a.png', png(20, 10));
    const missing = `${host.base}/missing.png`;
    await addProduct(db, 'CH-1', [url]);
    const { stderr } = await image(['process', '--allow-private', '--log-format', 'json']);
    await addProduct(db, 'CH-2', [missing]);
    const failed = await image(['process', '--allow-private', '--log-format', 'json']);
    const failure = failed.stderr.split('\n').find((line) => line.includes('"msg":"Image failed'));
    expect(JSON.parse(failure!)).toMatchObject({
      ...{ level: 'info', url: missing, attempt: 1, status: 404, waitMs: null },
      durationMs: expect.any(Number) as number,
    });
    const lines = stderr
      .split('\n')
      .filter((line) => line.includes('"msg":"Image '))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'Image downloaded',
      'Image compressed',
      'Image stored',
    ]);
    for (const line of lines) {
      expect(line).toMatchObject({ level: 'info', image: '1', url });
      expect(line.durationMs).toEqual(expect.any(Number));
    }
  });

  test('gives back what it had when it is interrupted, and exits 130', async () => {
    const body = png(20, 10);
    const url = host.put('/slow.png', (response, _, visit) => {
      if (visit === 1) response.writeHead(200).write(body.subarray(0, 40));
      else response.end(body);
    });
    await addProduct(db, 'CH-1', [url]);
    const { child, done } = startCli(['image', 'process', '--allow-private'], {
      url: db.url,
      home,
    });
    await expect.poll(() => host.visitsOf()).toBe(1);
    child.kill('SIGINT');
    expect((await done).code).toBe(130);
    const status = (await image(['status', '--json'])).json<ImageStatus>();
    expect(status).toMatchObject({ waiting: 1, running: 0, done: 0, dead: 0 });
    expect(await readdir(join(home, 'images'))).toEqual([]);
    const again = await image(['process', '--allow-private', '--json']);
    expect(again.json()).toMatchObject({ processed: 1 });
  });

  test('with --watch fetches what comes later, until it is stopped', async () => {
    const words = ['image', 'process', '--watch', '--allow-private', '--json'];
    const { child, done } = startCli(words, { url: db.url, home });
    const url = host.put('/a.png', png(20, 10));
    await addProduct(db, 'CH-1', [url, `${host.base}/not-there.png`]);
    const status = async () => (await image(['status', '--json'])).json<ImageStatus>();
    await expect.poll(status).toMatchObject({ done: 1, dead: 1 });
    child.kill('SIGTERM');
    const { code, json } = await done;
    // A dead image is in the result, but a service that is asked to end has not failed.
    expect([code, json()]).toMatchObject([0, { processed: 1, dead: 1 }]);
  });

  test.each([
    [['--to', 'ftp://host/folder']],
    [['--format', 'gif']],
    [['--quality', '101']],
    [['--concurrency', '0']],
  ])('refuses %j as wrong usage', async (words) => {
    expect((await image(['process', ...words])).code).toBe(2);
  });

  test('says so when its store takes nothing, and leaves the images waiting', async () => {
    await addProduct(db, 'CH-1', [host.put('/a.png', png(20, 10))]);
    for (const place of ['/dev/null/images', '/proc/nope']) {
      const run = await image(['process', '--allow-private', '--to', place, '--json']);
      expect(run.code).toBe(1);
      expect(run.stderr).toContain('"code":"store_failed"');
    }
    expect((await image(['status', '--json'])).json()).toMatchObject({ waiting: 1, dead: 0 });
  });
});

describe('--image-root', () => {
  const cli = (args: string[], more = {}) =>
    runCli(args, { url: db.url, home, cwd: home, ...more });

  test('takes paths for images, which export, load, product and process know again', async () => {
    await writeFile(join(home, 'a.png'), png(20, 10));
    const stdin = 'sku,name,images\nA-1,Lamp,.\\a.png\nA-2,Cup,c.png\n';
    const load = (more: object, ...words: string[]) => cli(['load', '-', '--json', ...words], more);
    const first = await load({ stdin }, '--image-root', '.');
    expect([first.code, first.json()]).toMatchObject([3, { products: { inserted: 1 } }]);
    const env = { PRODIMPORT_IMAGE_ROOT: home };
    for (const format of ['csv', 'ndjson']) {
      const { stdout } = await cli(['product', 'export', '--format', format]);
      expect(stdout).toContain('file:a.png');
      const again = await load({ stdin: stdout, env });
      expect(again.json(), format).toMatchObject({ products: { unchanged: 1 } });
    }
    const add = ['product', 'add', '--sku', 'A-2', '--name', 'Cup', '--image', 'a.png', '--json'];
    expect((await cli(add)).stderr).toContain('--image-root DIR takes files of a folder');
    const added = await cli([...add, '--image-root', '.']);
    expect(added.json<Product>().images).toEqual(['file:a.png']);
    const change = ['product', 'update', 'A-2', '--image', '../a.png', '--image-root', '.'];
    expect((await cli(change)).stderr).toContain('leads out of the folder of images');

    const without = await cli(['image', 'process', '--json']);
    expect([without.code, without.json()]).toMatchObject([0, { processed: 0, dead: 0 }]);
    expect(without.stderr).toContain(
      '1 image is named by a path, and left waiting: --image-root DIR says where such files are.',
    );
    const run = await cli(['image', 'process', '--image-root', '.', '--json']);
    expect([run.code, run.json()]).toMatchObject([0, { processed: 1, dead: 0 }]);
    expect((await cli(['image', 'status'])).stdout).toMatch(/^file:\/\/\t0\t0\t1\t0/);
  });

  test('comes from the command line or the exported environment alone', async () => {
    for (const section of ['load', 'image process']) {
      const settings = JSON.stringify({ [section]: { imageRoot: '.' } });
      await writeFile(join(home, 'prodimport.config.json'), settings);
      const { code, stderr } = await cli(section === 'load' ? ['load', '-'] : section.split(' '));
      expect([code, stderr]).toEqual([2, expect.stringContaining('for the command line only')]);
    }
    await rm(join(home, 'prodimport.config.json'));
    await writeFile(join(home, '.env'), 'PRODIMPORT_IMAGE_ROOT=.\n');
    const { code, stderr } = await cli(['image', 'process']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('names PRODIMPORT_IMAGE_ROOT')]);
    await rm(join(home, '.env'));
    for (const root of ['/nowhere/at/all', '/dev/null']) {
      const refused = await cli(['image', 'process', '--image-root', root]);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(root)]);
    }
  });
});

test('image prune asks, says what a dry run would delete, and deletes what nothing names', async () => {
  await addProduct(db, 'CH-1', [host.put('/a.png', png(20, 10))]);
  await image(['process', '--allow-private']);
  await runCli(['product', 'delete', 'CH-1', '--yes'], { url: db.url });
  await writeFile(join(home, 'images', 'notes.txt'), 'mine');
  const stored = async () => (await readdir(join(home, 'images'), { recursive: true })).length;
  const before = await stored();
  const young = await image(['prune', '--yes', '--json']);
  expect(young.json()).toMatchObject({ deleted: 0, waiting: 1, unaccounted: 1 });
  const dry = await image(['prune', '--older-than', '0d', '--dry-run']);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('Would delete 1 file (')]);
  const asked = await image(['prune', '--older-than', '0d']);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('add --yes')]);
  expect(await stored()).toBe(before);
  const { code, stdout } = await image(['prune', '--older-than', '0d', '--yes']);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(
      /^Deleted 1 file \(\d+ B\) from .*\n1 file left, not stored from here:\n {2}notes.txt: no record of it\n$/,
    ),
  ]);
  expect(await stored()).toBe(before - 1);
  const nowhere = await image(['prune', '--to', join(home, 'none'), '--yes']);
  expect([nowhere.code, nowhere.stderr]).toEqual([
    1,
    expect.stringContaining("can't be looked at"),
  ]);
  await writeFile(join(home, 'prodimport.config.json'), '{"image prune":{"to":"images"}}');
  expect((await runCli(['image', 'prune'], { url: db.url, home, cwd: home })).code).toBe(2);
});

describe('image status, dead and retry', () => {
  test('tell counts, reasons and what waits again', async () => {
    await addProduct(db, 'CH-1', [`${host.base}/late.png`]);
    await image(['process', '--allow-private']);
    const { host: name } = new URL(host.base);
    expect((await image(['status'])).stdout).toBe(
      `${name}\t0\t0\t0\t1\t0\t0\nall\t0\t0\t0\t1\t0\t0\n`,
    );
    expect((await image(['dead'])).stdout).toBe(
      `1\tCH-1\t${host.base}/late.png\t1\tThe host answered 404.\n`,
    );
    expect((await image(['retry'])).code).toBe(2);
    expect((await image(['retry', '7'])).code).toBe(6);
    host.put('/late.png', png(20, 10));
    expect((await image(['retry', '1'])).stdout).toBe('1 image waits again.\n');
    expect((await image(['process', '--allow-private', '--json'])).json()).toMatchObject({
      processed: 1,
    });
    expect((await image(['retry', '--all', '--json'])).json()).toEqual({ retried: 0 });
  });
});
