import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ImageHost } from '../image/host.js';
import { png } from '../image/png.js';
import { S3Server } from '../image/s3-server.js';
import { createClusterDatabase, createTestDatabase, type TestDatabase } from '../setup/database.js';
import { startReceiver, type Receiver } from '../webhook/receiver.js';
import { headingsBelow, readmeBlocks } from './blocks.js';
import { Workplace } from './workplace.js';

// A block is a dozen processes, on whatever machine.
vi.setConfig({ testTimeout: 180_000 });

let place: Workplace;
let own: TestDatabase;
/** On a cluster, where there is one. */
let spread: TestDatabase | null;
let receiver: Receiver;
let host: ImageHost;
let s3: S3Server;

beforeAll(async () => {
  own = await createTestDatabase({ migrated: false });
  spread = inject('citusUrl') === null ? null : await createClusterDatabase('', 'empty');
  receiver = await startReceiver();
  host = await ImageHost.start();
  s3 = await S3Server.start();
  place = new Workplace({ ...environment(), PRODIMPORT_HOME: '' });
  await layOut();
});
afterAll(async () => {
  await place.run('prodimport db stop', home());
  place.remove();
  await s3.stop();
  await host.stop();
  await receiver.close();
  await own.drop();
  await spread?.drop();
});

const home = () => ({ PRODIMPORT_HOME: place.path('home') });

function environment(): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: s3.credentials.id,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secret,
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_REGION: 'us-east-1',
  };
}

/** The files that the README's lines name. */
async function layOut(): Promise<void> {
  cpSync(fileURLToPath(new URL('../../fixtures', import.meta.url)), place.path('fixtures'), {
    recursive: true,
  });
  place.write('feed.csv', 'Artikelnummer;Bezeichnung;VK\nT-1;Tee;1.234\n');
  const [profile] = readmeBlocks().filter(({ heading }) => heading === 'Profiles');
  place.write('supplier.json', profile!.text);
  const workbook = new exceljs.Workbook();
  workbook.addWorksheet('Notes');
  workbook.addWorksheet('Prices').addRows([
    ['sku', 'price'],
    ['TEA-001', 8.5],
  ]);
  await workbook.xlsx.writeFile(place.path('prices.xlsx'));
}

/** Nothing here may leave this machine, and what watches would never end. */
function atHome(script: string): string {
  return script
    .replaceAll('postgresql://me@db.example/shop', `'${own.url}'`)
    .replaceAll('postgresql://me@coordinator/shop', `'${spread?.url}'`)
    .replaceAll('https://shop.example/hooks', `${receiver.url}/hooks --allow-private`)
    .replaceAll('http://127.0.0.1:8080', receiver.url)
    .replaceAll('https://shop.example/cup.jpg', host.put('/cup.jpg', png(20, 10)))
    .replaceAll('image process', 'image process --allow-private')
    .replaceAll('s3://bucket/', `s3://${s3.bucket}/`)
    .replaceAll(' --watch', '');
}

/** What ends with another exit code than 0, as the README says it does. */
const otherwise: Record<string, string> = {
  'load fixtures/with-rejects.csv': '3',
  'load fixtures/with-rejects.csv --rejects rejected.csv': '3',
  'load products.csv': '3',
  // 1.234 could be two prices.
  'load feed.csv --owner acme': '3',
  'load feed.csv --owner acme --missing deactivate --skip-loaded --rejects rejected.csv': '3',
  'load products.csv --rejects rejected.csv': '3',
  'load products.csv --dry-run --diff changes.ndjson': '3',
  'load products.csv --record-changes': '3',
  // Nobody can answer its question here.
  'purge --all': '2',
};

const recipes = headingsBelow('Recipes');
/** Its lines need a cluster. */
const ofCluster = 'When one machine is not enough';
const blocks = readmeBlocks().filter(({ language, heading }) => {
  const isLeftOut = heading === ofCluster && inject('citusUrl') === null;
  return language === 'sh' && !recipes.includes(heading) && !isLeftOut;
});

describe('the lines of the documents do what they say, one after the other', () => {
  it.each(
    blocks.map(
      ({ document, heading, text }, at) => [at + 1, `${document}: ${heading}`, text] as const,
    ),
  )('block %i, %s', async (number, _, text) => {
    // A new price each time, so that there is something to change.
    place.write('products.csv', `sku,name,price\nTEA-001,Assam tea,${number}.20\nCUP-1,,3\n`);
    // Kept up, as a start for each line would take the time of all of them.
    await place.run('prodimport db start', home());
    place.calls();
    const { stderr } = await place.run(atHome(text), home());
    const calls = place.calls().filter((call) => !call.startsWith('npm '));
    const asExpected = calls.map((call) => {
      const words = call.slice(call.indexOf(' ') + 1);
      return `${otherwise[words] ?? '0'} ${words}`;
    });
    expect(calls, stderr).toEqual(asExpected);
    expect(calls.length, text).toBe(text.match(/^(npx )?prodimport|&& npx/gm)?.length ?? 0);
  });
});

it('the configuration that is shown is one', async () => {
  const blocks = readmeBlocks().filter(({ heading }) => heading === 'Configuration');
  place.write('prodimport.config.json', blocks[0]!.text);
  const { stderr } = await place.run('prodimport load no.csv --debug', home());
  expect(stderr).toContain('decimal = , (prodimport.config.json)');
  expect(stderr).toContain('schema = shop (prodimport.config.json)');
});
