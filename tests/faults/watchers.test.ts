import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../src/db/database.js';
import type { EmbeddedFolders } from '../../src/db/embedded/folders.js';
import { runningPostmaster } from '../../src/db/embedded/postmaster.js';
import { startEmbedded } from '../../src/db/embedded/start.js';
import { schedule } from '../../src/image/queue.js';
import { ImageHost } from '../image/host.js';
import { png } from '../image/png.js';
import { insertProduct } from '../setup/catalogue.js';
import { runCli, startCli } from '../setup/cli.js';
import { openDatabase } from '../setup/database.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';
import { addLocal, publishUpdates } from '../webhook/deliveries.js';
import { startReceiver, type Receiver } from '../webhook/receiver.js';
import { counted } from './table.js';

/** How long the watchers are soaked: two minutes in the series, or as many as one asks for. */
const soakMinutes = Number(process.env.PRODIMPORT_SOAK_MINUTES ?? (inject('thorough') ? 2 : 0));

let folders: EmbeddedFolders;
let url: string;
let folder: string;
let host: ImageHost;
let receiver: Receiver;
let database: Database;
let images = 0;

beforeEach(async () => {
  folders = await temporaryFolders();
  url = urlOf(await startEmbedded(folders, { unsafeWithoutFsync: true }));
  folder = await mkdtemp(join(tmpdir(), 'prodimport-watch-'));
  await runCli(['db', 'migrate'], { url });
  host = await ImageHost.start();
  receiver = await startReceiver();
  database = await openDatabase(url);
});
afterEach(async () => {
  await database.close();
  await receiver.close();
  await host.stop();
  await removeServer(folders);
  await rm(folder, { recursive: true });
});

async function killServer(): Promise<void> {
  process.kill(runningPostmaster(folders)!.pid, 'SIGQUIT');
  await expect.poll(() => runningPostmaster(folders)).toBeNull();
}

const startServer = () => startEmbedded(folders, { unsafeWithoutFsync: true });

/** Gives each watcher something to do; resolves once it is done. */
async function giveWork(): Promise<void> {
  const session = await database.main();
  images += 1;
  const image = host.put(`/${images}.png`, png(20, 10, images % 256, String(images)));
  const sku = `W-${images}`;
  await insertProduct(
    { session },
    {
      sku,
      name: sku,
      images: [image],
    },
  );
  await publishUpdates(session);
}

const watchers: [string, () => string[], () => number][] = [
  ['webhook deliver', () => ['webhook', 'deliver', '--watch'], () => receiver.received.length],
  [
    'image process',
    () => ['image', 'process', '--watch', '--allow-private', '--to', folder],
    () => host.visitsOf(),
  ],
];

describe.each(watchers)('%s --watch', (name, words, done) => {
  it('waits for its database, says so once, and goes on', async () => {
    await addLocal(await database.main(), receiver.url);
    await counted(`an outage while ${name} --watch works`, null, async () => {
      const service = startCli(words(), { url });
      let said = '';
      service.child.stderr.on('data', (text: Buffer) => (said += String(text)));
      await giveWork();
      await expect.poll(done).toBe(1);
      await killServer();
      await expect.poll(() => said).toContain('Waiting until it is back.');
      // So that its first attempts to connect again fail.
      await wait(2500);
      await startServer();
      await giveWork();
      // What was under way when the server went may be tried once more.
      await expect.poll(done).toBeGreaterThanOrEqual(2);
      service.child.kill('SIGTERM');
      const { code, stderr } = await service.done;
      expect(code, stderr).toBe(0);
      expect(stderr.match(/Waiting until it is back/g)).toHaveLength(1);
    });
  });

  it('ends with 0 by SIGTERM while its database is away, too', async () => {
    await counted(`SIGTERM to ${name} --watch in an outage`, null, async () => {
      const service = startCli(words(), { url });
      let said = '';
      service.child.stderr.on('data', (text: Buffer) => (said += String(text)));
      await addLocal(await database.main(), receiver.url);
      await giveWork();
      await expect.poll(done).toBe(1);
      await killServer();
      await expect.poll(() => said).toContain('Waiting until it is back.');
      await wait(1500);
      service.child.kill('SIGTERM');
      const { code, stderr } = await service.done;
      expect(code, stderr).toBe(0);
      await startServer();
    });
  });
});

it('gives an image back to the queue after each outage, however many: none makes it dead', async () => {
  const outages = schedule.delaysMs.length + 2;
  await counted('outages while one image is fetched', null, async () => {
    // Held open until the last outage is over.
    const image = host.put('/slow.png', (response, _, visit) => {
      if (visit > outages) response.end(png(20, 10));
    });
    await insertProduct({ session: await database.main() }, { sku: 'A', images: [image] });
    const [, words] = watchers[1]!;
    const service = startCli(words(), { url });
    for (let outage = 1; outage <= outages; outage++) {
      await expect.poll(() => host.visitsOf(), { timeout: 60_000 }).toBe(outage);
      await killServer();
      await startServer();
    }
    const seen = async () => (await runCli(['image', 'status', '--json'], { url })).json();
    await expect.poll(seen, { timeout: 60_000 }).toMatchObject({ done: 1, dead: 0 });
    service.child.kill('SIGTERM');
    expect((await service.done).code).toBe(0);
  });
}, 300_000);

it.runIf(soakMinutes > 0)(
  `watchers outlast servers and endpoints that come and go for ${soakMinutes} minutes`,
  async () => {
    await addLocal(await database.main(), receiver.url);
    const services = watchers.map(([, words]) => startCli(words(), { url }));
    const until = Date.now() + soakMinutes * 60_000;
    let rounds = 0;
    const sizes: number[][] = services.map(() => []);
    const startedAt = performance.now();
    for (; Date.now() < until; rounds++) {
      await giveWork();
      await wait(3000);
      await killServer();
      await wait(1500);
      await startServer();
      await wait(1500);
      services.forEach(({ child }, at) => sizes[at]!.push(residentKb(child.pid!)));
    }
    const elapsedSeconds = (performance.now() - startedAt) / 1000;
    await counted(
      'rounds of a server that comes and goes, two watchers',
      null,
      async () => {
        for (const [at, { child, done }] of services.entries()) {
          // Half a processor at most, its start and its work with it: it waits, and does not spin.
          expect(cpuSeconds(child.pid!)).toBeLessThan(5 + elapsedSeconds / 4);
          child.kill('SIGTERM');
          const { code, stderr } = await done;
          expect(code, stderr).toBe(0);
          const half = Math.floor(sizes[at]!.length / 2);
          const early = Math.max(...sizes[at]!.slice(0, half));
          const late = Math.max(...sizes[at]!.slice(half));
          process.stdout.write(`    memory: ${early} kB in the first half, then ${late} kB\n`);
          expect(late).toBeLessThan(1.25 * early + 10_000);
        }
      },
      rounds,
    );
  },
  soakMinutes * 60_000 + 300_000,
);

function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

/** Of the processor, by the system's clock ticks of a hundredth. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
