import { spawnSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import exceljs from 'exceljs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileHost } from '../remote/host.js';
import { SftpServer } from '../remote/sftp-server.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { headingsBelow, readmeBlocks } from './blocks.js';
import { Workplace } from './workplace.js';

// A block is a dozen processes, on whatever machine.
vi.setConfig({ testTimeout: 180_000 });

let db: TestDatabase;
let place: Workplace;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  place = new Workplace({ DATABASE_URL: db.url });
  if (!hasJq) place.standInForJq();
  await db.session.client.query('truncate prodimport.products, prodimport.jobs');
});
afterEach(() => place.remove());

const tried = new Set<string>();

/** The blocks under a heading, `language` first where that is asked for. */
function blocksOf(heading: string, language = 'sh'): string[] {
  tried.add(heading);
  const found = readmeBlocks().filter((one) => one.heading === heading);
  expect(found.length, heading).toBeGreaterThan(0);
  return found.filter((one) => one.language === language).map(({ text }) => text);
}

const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const hasJq = has('jq', '--version');

const sound = 'sku,name,price\nTEA-1,Green tea,4.50\nTEA-2,Black tea,3.90\n';
const faulty = 'sku,name,price\nTEA-1,Green tea,4.60\nTEA-2,,3.90\n';
const skus = (count: number) =>
  Array.from({ length: count }, (_, i) => `S-${i},Name ${i}\n`).join('');

it('A nightly full synchronisation', async () => {
  const [block] = blocksOf('A nightly full synchronisation');
  place.write('feed.csv', `sku,name\n${skus(20)}`);
  await place.run(block!);
  place.write('feed.csv', `sku,name\n${skus(19)}`);
  await place.run(block!);
  await place.run(block!);
  place.write('feed.csv', `sku,name\n${skus(10)}`);
  await place.run(block!);
  expect(place.calls().map((call) => call[0])).toEqual(['0', '0', '0', '4']);
  expect(await activeOf(db)).toEqual({ true: 19, false: 1 });
});

it('The same from cron, with a mail only on trouble', async () => {
  const [block] = blocksOf('The same from cron, with a mail only on trouble', 'crontab');
  const entry = block!.split('\n').find((line) => /^\d/.test(line))!;
  const line = entry.split(' ').slice(5).join(' ').replace('/srv/feed', place.folder);
  expect(line, 'cron takes % for a line end').not.toMatch(/(?<!\\)%/);

  place.write('feed.csv', sound);
  expect(await place.run(line)).toEqual({ code: 0, stdout: '', stderr: '' });
  place.write('feed.csv', faulty);
  const withRejects = await place.run(line);
  expect(withRejects.stdout).toContain('1 of 2 rows rejected');
  expect(place.read('rejected.csv')).toContain('TEA-2');
  place.write('feed.csv', '');
  expect((await place.run(line)).stderr).toContain('feed.csv');
  expect(place.calls().map((call) => call[0])).toEqual(['0', '3', '2']);
});

it('The same by a systemd timer', async () => {
  const [service, timer] = blocksOf('The same by a systemd timer', 'ini');
  const start = /^ExecStart=(.*)$/m.exec(service!)![1]!;
  place.write('feed.csv', sound);
  expect(await place.run(start)).toMatchObject({ code: 0 });
  expect(place.calls()).toHaveLength(1);

  if (!has('systemd-analyze', '--version')) return;
  place.write('prodimport.service', service!.replace('/srv/feed', place.folder));
  place.write('prodimport.timer', timer!);
  const units = 'prodimport.service prodimport.timer';
  const { code, stderr } = await place.run(`systemd-analyze verify ./${units.replace(' ', ' ./')}`);
  const about = stderr.split('\n').filter((line) => line.includes('prodimport'));
  expect({ code, about }).toEqual({ code: 0, about: [] });
});

describe('What comes by a URL', () => {
  let host: FileHost;
  let drop: SftpServer;
  beforeAll(async () => {
    host = await FileHost.start();
    drop = await SftpServer.start();
  });
  afterAll(async () => {
    await host.stop();
    await drop.stop();
  });

  it('A supplier’s link, every night', async () => {
    const [block] = blocksOf('A supplier’s link, every night');
    host.put('/feed.csv', (it, { headers }) => {
      if (headers.authorization !== 'Bearer t0ken') it.writeHead(401).end();
      else if (headers['if-none-match'] === '"1"') it.writeHead(304).end();
      else it.writeHead(200, { etag: '"1"' }).end(sound);
    });
    const line = block!.replace('https://supplier.example', host.base);
    const env = { SUPPLIER_TOKEN: 't0ken' };
    expect((await place.run(line, env)).code).toBe(0);
    expect((await place.run(line, env)).stdout).toContain('Skipped');
    expect(place.calls().map((call) => call[0])).toEqual(['0', '0']);
  });

  it('A Google sheet', async () => {
    const [block] = blocksOf('A Google sheet');
    host.put('/spreadsheets/d/SHEET/export', sound);
    expect((await place.run(block!.replace('https://docs.google.com', host.base))).code).toBe(0);
    expect(await activeOf(db)).toEqual({ true: 2 });
  });

  it('An SFTP drop, the newest file of it', async () => {
    const [block] = blocksOf('An SFTP drop, the newest file of it');
    drop.files.set('/out/Inventory-1.csv', Buffer.from('sku,name\nOLD-1,Old\n'));
    drop.files.set('/out/Inventory-2.csv', Buffer.from(sound));
    place.write('.ssh/acme', drop.identity);
    place.write('.ssh/known_hosts', drop.knownHosts);
    const line = block!.replace('acme@drop.example', `buyer@127.0.0.1:${drop.port}`);
    const { code, stderr } = await place.run(line, { HOME: place.folder });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await activeOf(db)).toEqual({ true: 2 });
  });
});

it('The newest file of a folder', async () => {
  const [line] = blocksOf('The newest file of a folder');
  place.write('drop/monday feed.csv', 'sku,name\nOLD-1,Old\n');
  utimesSync(place.path('drop/monday feed.csv'), 1e9, 1e9);
  place.write('drop/tuesday feed.csv', sound);
  expect((await place.run(line!)).code).toBe(0);
  expect(await activeOf(db)).toEqual({ true: 2 });
});

describe('Watching a folder', () => {
  const [loop = '', atOnce = ''] = blocksOf('Watching a folder');

  /** A file that was last written to some minutes ago. */
  function arrive(name: string, content: string, minutesAgo: number): void {
    place.write(`inbox/${name}`, content);
    const time = Date.now() / 1000 - minutesAgo * 60;
    utimesSync(place.path(`inbox/${name}`), time, time);
  }

  it('loads each whole file once, and tells what became of it', async () => {
    arrive('a feed.csv', sound, 5);
    arrive('faulty.csv', faulty, 5);
    arrive('picture.csv', '\u0000\u0001GIF', 5);
    arrive('half.csv', 'sku,name\nTEA-9,Whi', 0);
    await place.run(loop);
    expect(place.calls().map((call) => call.slice(0, 12))).toEqual([
      '0 load work/',
      '3 load work/',
      '2 load work/',
    ]);
    for (const kept of ['done/a feed.csv', 'done/faulty.csv', 'failed/picture.csv']) {
      expect(place.has(kept), kept).toBe(true);
    }
    expect(place.read('rejected/faulty.csv')).toContain('TEA-2');
    expect(place.has('inbox/half.csv')).toBe(true);
  });

  it('leaves files there while the database is away', async () => {
    arrive('feed.csv', sound, 5);
    await place.run(loop, { DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' });
    expect(place.calls()).toEqual([expect.stringMatching(/^5 load /)]);
    expect(place.has('inbox/feed.csv')).toBe(true);
  });

  it('loads a file when it is told of it', async () => {
    place.write('inbox/feed.csv', sound);
    place.command('inotifywait', `echo "inotifywait $*" >> "$LOG"; echo inbox/feed.csv`);
    await place.run(atOnce);
    expect(place.calls()).toEqual([
      'inotifywait --quiet --monitor --event close_write --event moved_to --format %w%f inbox',
      '0 load inbox/feed.csv --quiet',
    ]);
  });
});

it('Correcting rejects in Excel', async () => {
  const [block] = blocksOf('Correcting rejects in Excel');
  const [first, second] = block!.split(/^#.*$/m);
  place.write('products.csv', faulty);
  await place.run(first!);
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(place.path('rejected.xlsx'));
  const row = workbook.worksheets[0]!.getRow(2);
  expect(row.values).toContain('TEA-2');
  row.getCell(2).value = 'Black tea';
  await workbook.xlsx.writeFile(place.path('rejected.xlsx'));
  await place.run(second!);
  expect(place.calls().map((call) => call[0])).toEqual(['3', '0']);
  expect(await activeOf(db)).toEqual({ true: 2 });
});

it('Pipes and jq', async () => {
  const [block] = blocksOf('Pipes and jq');
  place.write('before.csv', sound);
  place.write('products.csv', faulty);
  await place.run('prodimport load before.csv && prodimport load products.csv');
  const { code, stdout } = await place.run(block!);
  expect(place.calls().map((call) => call[0])).toEqual(['0', '3', '3', '0', '0', '3']);
  expect(code).toBe(3);
  expect(stdout).toMatch(/"unchanged": 1\b/);
  expect(stdout).toContain('\n3: Missing required field: name\nTEA-1\nTEA-2\n');
});

it.runIf(hasJq)('the stand-in for jq answers as jq does', async () => {
  const product = '{"sku":"TEA-1","active":true}\n{"sku":"TEA-2","active":false}\n';
  const failedRows = [{ rowNumber: 3, error: 'Missing "name"' }];
  const times = { durationMs: 1234, startedAt: '2026-03-01T08:00:00.250Z', status: 'refused' };
  const report = { jobId: '7', rows: { read: 9, rejected: 1 }, products: null, failedRows };
  place.write('product', product);
  place.write('report', JSON.stringify({ ...report, ...times }));
  const shell = readmeBlocks()
    .map(({ text }) => text)
    .join('\n');
  const asked = [...shell.matchAll(/\bjq ((?:-r )?(?:'[^']*'|[.\w]+))/g)].map(
    ([, words]) => words!,
  );
  expect(asked.length).toBeGreaterThan(4);
  const script = asked.map((words) => {
    return `jq ${words} < ${words.includes('select') ? 'product' : 'report'}`;
  });
  const real = await place.run(script.join('\n'));
  place.standInForJq();
  expect(await place.run(script.join('\n'))).toEqual(real);
});

it('GitHub Actions, with the report in the summary', async () => {
  const [workflow] = blocksOf('GitHub Actions, with the report in the summary', 'yaml');
  const [install, load, summarise] = [...workflow!.matchAll(/run: (.*)$/gm)].map(([, run]) => run!);
  const env = { GITHUB_STEP_SUMMARY: place.path('summary.md') };
  await place.run(install!, env);
  place.write('products.csv', faulty);
  expect((await place.run(load!, env)).code).toBe(4);
  expect((await place.run(summarise!, env)).code).toBe(0);
  expect(place.read('summary.md')).toMatch(/Refused products\.csv.*\n[^]*required/);
  expect(place.calls()[0]).toBe('npm ci');
});

it('Figures for Prometheus', async () => {
  const [block] = blocksOf('Figures for Prometheus');
  place.write('products.csv', faulty);
  const before = Date.now() / 1000;
  await place.run(`prodimport load products.csv; ${block!}`);
  const [read, rejected, seconds, started, completed] = place.read('prodimport.prom').split('\n');
  expect([read, rejected]).toEqual(['prodimport_rows_read 2', 'prodimport_rows_rejected 1']);
  expect(seconds).toMatch(/^prodimport_duration_seconds \d+\.\d+$/);
  const startedAt = Number(started!.split(' ')[1]);
  // By the clock of the database.
  expect(startedAt).toBeGreaterThan(before - 60);
  expect(startedAt).toBeLessThan(Date.now() / 1000 + 60);
  expect(completed).toBe('prodimport_completed 1');
});

it('Changes to a broker', async () => {
  const [block] = blocksOf('Changes to a broker');
  place.command('kcat', `echo "kcat $*" >> "$LOG"; cat > messages`);
  place.write('products.csv', sound);
  expect((await place.run(block!)).code).toBe(0);
  expect(place.calls().find((call) => call.startsWith('kcat'))).toBe(
    'kcat -P -b broker:9092 -t products',
  );
  const messages = place.read('messages').trimEnd().split('\n');
  expect(messages.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ sku: 'TEA-1', action: 'inserted' }),
    expect.objectContaining({ sku: 'TEA-2', action: 'inserted' }),
  ]);
});

describe('A container', () => {
  it('is an image of the package, with a user and a home of its own', () => {
    const [file] = blocksOf('A container', 'dockerfile');
    const lines = file!.trimEnd().split('\n');
    const words = lines.map((line) => line.split(' ')[0]);
    expect(words.filter((word) => word !== 'RUN')).toEqual(
      'FROM COPY ENV VOLUME WORKDIR USER ENTRYPOINT'.split(' '),
    );
    const home = /^ENV PRODIMPORT_HOME=(.*)$/m.exec(file!)![1]!;
    expect(lines).toContain(`VOLUME ${home}`);
    expect(file).toMatch(new RegExp(`^RUN install .*-o node .* ${home} `, 'm'));
    expect(lines.indexOf(`VOLUME ${home}`)).toBeGreaterThan(words.lastIndexOf('RUN'));
    expect(JSON.parse(lines.at(-1)!.replace('ENTRYPOINT ', ''))).toEqual(['prodimport']);
  });

  it('runs the command in the folder that it is given', async () => {
    const [block] = blocksOf('A container');
    place.write('products.csv', sound);
    // What docker does with such words: the folder after --volume, the entry point, its arguments.
    place.command(
      'docker',
      `echo "docker $*" >> "$LOG"
      [ "$1" = run ] || exit 0
      while [ "$1" != prodimport ]; do [ "$1" = --volume ] && cd "\${2%:/work}"; shift; done
      "$@"`,
    );
    const { code, stderr } = await place.run(block!);
    expect(code, stderr).toBe(0);
    expect(place.calls()).toEqual([
      'npm pack',
      'docker build --tag prodimport .',
      expect.stringMatching(/^docker run .*--env DATABASE_URL .*prodimport load products\.csv$/),
      '0 load products.csv',
    ]);
  });
});

it('From the embedded server to one’s own', async () => {
  const [block] = blocksOf('From the embedded server to one’s own');
  const own = await createTestDatabase({ migrated: false });
  const embedded = { DATABASE_URL: '', PRODIMPORT_HOME: place.path('home') };
  try {
    place.write('all.tsv', `${sound.replaceAll(',', '\t')}TEA-3\tOld tea\t\n`);
    await place.run(
      `prodimport db start && prodimport load all.tsv --owner acme &&
      prodimport product update TEA-3 --inactive --attribute 'Leaf size=BOP, "fine"'`,
      embedded,
    );
    const moved = block!.replace('postgresql://me@db.example/shop', `'${own.url}'`);
    const { code, stderr } = await place.run(moved, embedded);
    expect(code, stderr).toBe(0);
    const list = 'prodimport product export --format csv';
    const [here, there] = [
      await place.run(list, embedded),
      await place.run(list, { DATABASE_URL: own.url }),
    ];
    expect(there.stdout).toBe(here.stdout);
    expect(here.stdout.trimEnd().split('\n')).toHaveLength(4);
  } finally {
    await place.run('prodimport db stop', embedded);
    await own.drop();
  }
});

it('no recipe of the README is left out', () => {
  expect(headingsBelow('Recipes').filter((heading) => !tried.has(heading))).toEqual([
    'Coming from a web service with a queue',
  ]);
});

async function activeOf({ session }: TestDatabase): Promise<Record<string, number>> {
  const { rows } = await session.client.query<{ active: boolean; n: number }>(
    'select active, count(*)::integer as n from prodimport.products group by active',
  );
  return Object.fromEntries(rows.map(({ active, n }) => [String(active), n]));
}
