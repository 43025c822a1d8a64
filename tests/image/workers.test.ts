import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageStatus, type Totals } from '../../src/image/list.js';
import { startCli, type CliResult } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { ImageHost } from './host.js';
import { png } from './png.js';
import { addProduct, compressedImages } from './run.js';

const images = 40;

let db: TestDatabase;
let host: ImageHost;
let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  db = await createTestDatabase();
  host = await ImageHost.start();
  folder = await mkdtemp(join(tmpdir(), 'prodimport-workers-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await host.stop();
  await db.drop();
  await rm(folder, { recursive: true });
});

describe('two workers side by side', () => {
  it('fetch each image once, and both count what they did', async () => {
    await addImages((path) => png(20, 10, 5 * Number(path)));
    const [one, other] = await Promise.all([startWorker().done, startWorker().done]);
    expect([one!.code, other!.code]).toEqual([0, 0]);
    const [mine, theirs] = [one!.json<Totals>(), other!.json<Totals>()];
    expect(mine.processed + theirs.processed).toBe(images);
    expect(host.visitsOf()).toBe(images);
    await expectWholeStore();
  });

  it('lose and halve nothing when one is killed; the other takes over what it had', async () => {
    let isKilled = false;
    // Until the first worker is gone, no answer gets to its end: it dies in the midst of four.
    await addImages(
      (path) => png(20, 10, 5 * Number(path)),
      () => isKilled,
    );
    const first = startWorker();
    await expect.poll(async () => (await imageStatus(db.session, null)).running).toBe(4);
    await expect.poll(partialFiles).not.toEqual([]);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    isKilled = true;
    expect(await endLeases(), 'seconds until another worker may try').toBeLessThan(60);
    const second = await startWorker().done;
    expect(second.json()).toMatchObject({ processed: images, failed: 0, dead: 0 });
    expect(await partialFiles()).toEqual([]);
    await expectWholeStore();
  });
});

/** Adds products with two images each, served whole once `isOpen` says so. */
async function addImages(content: (name: string) => Buffer, isOpen = () => true): Promise<void> {
  for (let name = 0; name < images; name += 2) {
    const urls = [name, name + 1].map((it) => {
      return host.put(`/${it}.png`, (response) => {
        const body = content(String(it));
        if (isOpen()) return void response.end(body);
        response.writeHead(200).write(body.subarray(0, body.length / 2));
      });
    });
    await addProduct(db, `S-${name}`, urls);
  }
}

function startWorker(): { child: ChildProcess; done: Promise<CliResult> } {
  const words = ['image', 'process', '--concurrency', '4', '--to', folder, '--allow-private'];
  const worker = startCli([...words, '--json'], { url: db.url });
  children.push(worker.child);
  return worker;
}

/** The lease of whoever was killed: as if its time were over. Gives what was left of it. */
async function endLeases(): Promise<number> {
  const { rows } = await db.session.client.query<{ left_s: number }>(
    `update prodimport.images i
     set next_attempt_at = now()
     from prodimport.images old
     where i.id = old.id and i.status = 'running'
     returning extract(epoch from old.next_attempt_at - now())::float8 as left_s`,
  );
  return Math.max(...rows.map(({ left_s }) => left_s));
}

async function partialFiles(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((path) => path.startsWith('.partial') && /\d+$/.test(basename(path)));
}

/** Each image once, whole, under the name of its content; nothing besides; all in products. */
async function expectWholeStore(): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files).toHaveLength(images);
  for (const { name, parentPath } of files) {
    const hash = createHash('sha256').update(await readFile(join(parentPath, name)));
    expect(name).toBe(`${hash.digest('hex')}.webp`);
  }
  const keys = Object.values(await compressedImages(db));
  expect(keys.map((two) => two.length)).toEqual(keys.map(() => 2));
  expect(new Set(keys.flat().map((key) => basename(key!)))).toEqual(
    new Set(files.map(({ name }) => name)),
  );
}
