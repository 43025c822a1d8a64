import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { DeadImage, ImageStatus, Totals } from '../../src/image/list.js';
import { endless, ImageHost } from '../image/host.js';
import { bomb, png } from '../image/png.js';
import { addProduct } from '../image/run.js';
import { runCli, startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

/** Two images each. */
const products = inject('thorough') ? 1000 : 40;

/** All that `image process` may take, its decoders with it: one for each processor, up to eight. */
const mostMemoryBytes = 300e6 + 100e6 * Math.min(availableParallelism(), 8);

let db: TestDatabase;
let host: ImageHost;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  host = await ImageHost.start();
  folder = await mkdtemp(join(tmpdir(), 'prodimport-images-'));
});
afterAll(async () => {
  await host.stop();
  await db.drop();
  await rm(folder, { recursive: true });
});

it(`${products * 2} images, many of them bad: what can be done is done, the rest is dead`, async () => {
  const reasons = await addImages();
  const words = ['image', 'process', '--allow-private', '--to', folder, '--json'];
  const { child, done } = startCli(words, { url: db.url });
  const memory = watchMemory(child.pid!);
  await once(child, 'close');
  const peakBytes = memory.peak();
  const { code, json } = await done;

  expect(code).toBe(3);
  const dead = Object.keys(reasons).length;
  expect(json<Totals>()).toMatchObject({ processed: products * 2 - dead, failed: 0, dead });
  const { stdout } = await runCli(['image', 'dead', '--limit', '9999', '--json'], { url: db.url });
  const given = JSON.parse(stdout) as DeadImage[];
  expect(given.map(({ url }) => url).sort()).toEqual(Object.keys(reasons).sort());
  for (const { url, error } of given) expect(error, url).toMatch(reasons[url]!);
  if (process.platform === 'linux') expect(peakBytes).toBeGreaterThan(50e6);
  expect(peakBytes).toBeLessThan(mostMemoryBytes);
  process.stdout.write(`    peak memory, children included: ${Math.round(peakBytes / 1e6)} MB\n`);

  const visits = host.visitsOf();
  expect((await runCli(words, { url: db.url })).json()).toMatchObject({ processed: 0, dead: 0 });
  expect(host.visitsOf()).toBe(visits);
  const status = (await runCli(['image', 'status', '--json'], { url: db.url })).json<ImageStatus>();
  expect(status).toMatchObject({ waiting: 0, running: 0, done: products * 2 - dead, dead });
}, 900_000);

/** Adds all products. @returns why which address has to die */
async function addImages(): Promise<Record<string, RegExp>> {
  const photographs = await Promise.all([1, 2, 3].map(photograph));
  const reasons: Record<string, RegExp> = {};
  const one = (n: number): string => {
    const body = n % 10 === 9 ? photographs[n % 3]! : png(20, 10, n % 256, String(n));
    const { url, reason } = place(n, body);
    if (reason) reasons[url] = reason;
    return url;
  };
  for (let n = 0; n < products; n++) await addProduct(db, `S-${n}`, [one(2 * n), one(2 * n + 1)]);
  return reasons;
}

/** Serves the n-th image, in one of the ways in which hosts do. */
function place(n: number, body: Buffer): { url: string; reason?: RegExp } {
  if (n === 2) return { url: host.put('/bomb.png', bomb()), reason: /pixel limit/ };
  if (n === 3) return { url: host.put('/1-gb.jpg', endless), reason: /too large/ };
  const path = `/${n}.jpg`;
  switch (n % 20) {
    case 4:
      return { url: `${host.base}${path}`, reason: /404/ };
    case 5:
      return { url: host.put(path, `<!DOCTYPE html><p>${n}</p>`), reason: /HTML page/ };
    case 6:
      return {
        url: host.put(path, (it, _, visit) => void it.writeHead(visit < 3 ? 500 : 200).end(body)),
      };
    case 7:
      return { url: host.put(path, (it) => drip(it, body)) };
    default:
      return { url: host.put(path, body) };
  }
}

function drip(response: NodeJS.WritableStream, body: Buffer, at = 0): void {
  const next = at + Math.ceil(body.length / 4);
  response.write(body.subarray(at, next));
  if (next >= body.length) response.end();
  else setTimeout(() => drip(response, body, next), 200);
}

function photograph(seed: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 100 + seed, sigma: 50 };
  const create = { width: 4000, height: 3000, channels: 3 as const, background: '#888', noise };
  return sharp({ create }).jpeg({ quality: 70 }).toBuffer();
}

/** Adds up what a process and its children take, ten times a second, where the system tells. */
function watchMemory(pid: number): { peak: () => number } {
  let peak = 0;
  const timer = setInterval(() => {
    void treeBytes(pid).then((bytes) => (peak = Math.max(peak, bytes)));
  }, 100);
  return {
    peak: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

async function treeBytes(root: number): Promise<number> {
  const pids = [root, ...(await childrenOf(root))];
  const parts = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    return 1024 * Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  });
  return (await Promise.all(parts)).reduce((sum, bytes) => sum + bytes, 0);
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = threads.map((thread) =>
    readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
  );
  return (await Promise.all(lists)).flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}
