import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../src/image/tools.js';
import { ImageHost } from '../image/host.js';
import { png } from '../image/png.js';
import { addProduct, compressedImages, empty, runImages } from '../image/run.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import {
  addLocal,
  deliverAll,
  deliveries,
  passTime,
  publishUpdates,
} from '../webhook/deliveries.js';
import { startReceiver, type Receiver } from '../webhook/receiver.js';
import { connectionsGone, killAtEveryWrite, type KilledCommand } from './kill.js';
import { note } from './table.js';

let db: TestDatabase;
let receiver: Receiver;
let host: ImageHost;
const store = mkdtempSync(join(tmpdir(), 'prodimport-store-'));

beforeAll(async () => {
  db = await createTestDatabase();
  receiver = await startReceiver();
  host = await ImageHost.start();
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
  await db.drop();
  rmSync(store, { recursive: true });
});

async function tryKills(command: Omit<KilledCommand, 'options' | 'settled'>): Promise<void> {
  const settled = () => connectionsGone(db);
  const series = await killAtEveryWrite({ ...command, options: { url: db.url }, settled });
  note(series);
  expect(series.violations).toEqual([]);
  expect(series.trials).toBeGreaterThan(0);
}

/** Takes away what the trial before left. */
async function forgetWebhooks(): Promise<void> {
  receiver.received.length = 0;
  await db.session.client.query(`delete from prodimport.endpoints;
    delete from prodimport.deliveries; delete from prodimport.products`);
}

function idsReceived(): Set<string> {
  return new Set(receiver.received.map(({ headers }) => headers['webhook-id']!));
}

it('delivers everything at least once, whenever a deliverer is killed', async () => {
  await tryKills({
    fault: 'kill -9 of webhook deliver',
    args: ['webhook', 'deliver'],
    inParts: true,
    reset: async () => {
      await forgetWebhooks();
      await addLocal(db.session, receiver.url);
      await publishUpdates(db.session, 3);
    },
    state: async () => (await deliveries(db.session)).map(({ status }) => status).join(),
    judge: async () => {
      const done = await deliveries(db.session, 'delivered');
      const before = idsReceived();
      if (done.some(({ id }) => !before.has(id))) return 'it claims to have sent what it has not';
      await passTime(db.session);
      await deliverAll(db.session);
      if (idsReceived().size !== 3) return 'the next deliverer has not sent the rest';
      const all = await deliveries(db.session, 'delivered');
      return all.length === 3 ? null : 'the record lacks a delivery';
    },
  });
}, 300_000);

it('publishes a change if and only if it was made, whenever its command is killed', async () => {
  const stored = async () =>
    (await db.session.client.query('select from prodimport.products')).rowCount!;
  await tryKills({
    fault: 'kill -9 of product add with a webhook',
    args: ['product', 'add', '--sku', 'K-1', '--name', 'Kite'],
    inParts: true,
    reset: async () => {
      await forgetWebhooks();
      await addLocal(db.session, receiver.url, ['product.created']);
    },
    state: async () => {
      const found = await deliveries(db.session);
      return `${await stored()} ${found.map(({ status }) => status).join()}`;
    },
    judge: async (found) => {
      const [products, delivery] = found.split(' ');
      if ((products === '1') !== (delivery !== '')) return 'the change and its message part ways';
      await passTime(db.session);
      await deliverAll(db.session);
      return idsReceived().size === Number(products) ? null : 'the message was not sent';
    },
  });
}, 300_000);

it('keeps whole images only, and finishes the rest, whenever a worker is killed', async () => {
  const urls = [10, 90, 170].map((grey) => host.put(`/${grey}.png`, png(200, 100, grey)));
  const settings = { format: 'webp', width: 1600, quality: 80 } as const;
  await tryKills({
    fault: 'kill -9 of image process',
    // Each trial starts processes that compress anew.
    every: 3,
    args: ['image', 'process', '--to', store, '--allow-private', '--concurrency', '2'],
    inParts: true,
    reset: async () => {
      rmSync(store, { recursive: true });
      await empty(db);
      await addProduct(db, 'K-1', urls);
    },
    state: async () => JSON.stringify(await compressedImages(db)),
    judge: async (found, { after }) => {
      if (found !== '{"K-1":[]}' && found !== after) return 'the product has some of its images';
      if (!filesIn(store).every(isWhole)) return 'the store holds half an image';
      await db.session.client.query(
        `update prodimport.images set next_attempt_at = now() where status = 'running'`,
      );
      await runImages(db, await openStore(store, {}), { settings });
      if (JSON.stringify(await compressedImages(db)) !== after) return 'the rest was not made';
      const left = filesIn(join(store, '.partial'));
      return left.length > 0 ? `${left.join(', ')} is left` : null;
    },
  });
}, 600_000);

it('leaves every product its images, and the rest to the next one, whenever a prune is killed', async () => {
  const urls = [10, 90, 170].map((grey) => host.put(`/p/${grey}.png`, png(20, 10, grey)));
  const settings = { format: 'webp', width: 1600, quality: 80 } as const;
  const run = async () => runImages(db, await openStore(store, {}), { settings });
  const words = ['image', 'prune', '--to', store, '--older-than', '0d', '--yes'];
  const isThere = (key: string | null) => filesIn(store).includes(join(store, key!));
  await tryKills({
    fault: 'kill -9 of image prune',
    every: 3,
    args: words,
    inParts: true,
    reset: async () => {
      rmSync(store, { recursive: true });
      await empty(db);
      await addProduct(db, 'K-1', [urls[0]!]);
      await addProduct(db, 'K-2', urls);
      await run();
      await db.session.client.query(`delete from prodimport.products where sku = 'K-2'`);
    },
    state: () => Promise.resolve(filesIn(store).sort().join()),
    judge: async (_, { after }) => {
      const { 'K-1': kept = [] } = await compressedImages(db);
      if (kept.length !== 1 || !kept.every(isThere)) return 'a product names what is gone';
      // Another product that shows them gets them at once, or once they are fetched again.
      await addProduct(db, 'K-3', urls);
      await run();
      const { 'K-3': again = [] } = await compressedImages(db);
      if (again.length !== 3 || !again.every(isThere)) return 'what was deleted is handed out';
      await db.session.client.query(`delete from prodimport.products where sku = 'K-3'`);
      const { code } = await runCli(words, { url: db.url });
      if (code !== 0) return 'the next one fails';
      return filesIn(store).sort().join() === after ? null : 'the next one leaves something';
    },
  });
}, 600_000);

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const isPartial = (path: string) => !folder.includes('.partial') && path.includes('.partial');
    return files
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((it) => !isPartial(it));
  } catch {
    // There is no such folder.
    return [];
  }
}

function isWhole(path: string): boolean {
  return path.includes(createHash('sha256').update(readFileSync(path)).digest('hex'));
}
