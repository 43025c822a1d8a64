import { chmodSync } from 'node:fs';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inspect } from '../../src/commands/inspect.js';
import { load } from '../../src/commands/load.js';
import type { Report } from '../../src/load/job.js';
import { openHttp } from '../../src/remote/http.js';
import { locationOf, silenceMs } from '../../src/remote/location.js';
import { storedProducts } from '../setup/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder, useTemporaryFiles } from '../setup/folder.js';
import { runCommand } from '../setup/load.js';
import { runCli } from '../setup/cli.js';
import { cert, key } from './certificate.js';
import { FileHost } from './host.js';

let db: TestDatabase;
let host: FileHost;
let other: FileHost;
beforeAll(async () => {
  db = await createTestDatabase();
  host = await FileHost.start();
  other = await FileHost.start('localhost');
});
afterAll(async () => {
  await host.stop();
  await other.stop();
  await db.drop();
});
beforeEach(async () => {
  await db.session.client.query(
    'truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.purges',
  );
  host.asked.length = 0;
  other.asked.length = 0;
});

const folder = useFolder();
const temporaryFiles = useTemporaryFiles();
afterEach(() => expect(temporaryFiles()).toEqual([]));

const feed = 'sku,name,price\nTEA-1,Assam,4.50\nCUP-1,Cup,3\n';
const run = (...argv: string[]) => runCommand(db, load, argv);
const skus = async () => (await storedProducts(db)).map(({ sku }) => sku);

/** The newest job as the database keeps it, and every column of it as text. */
async function lastJob() {
  const { rows } = await db.session.client.query<{ status: string; code: string; all: string }>(
    `select status, result #>> '{error,code}' as code, j::text as all from prodimport.jobs j
     order by id desc limit 1`,
  );
  return rows[0];
}

/** What is opened of a URL, without a load around it. */
function open(url: string, options: Partial<Parameters<typeof openHttp>[1]> = {}) {
  const quiet = { headers: {}, known: null, silenceMs, note: () => undefined };
  return openHttp(locationOf(url)!, { ...quiet, ...options });
}

async function bytesOf(url: string, options: Partial<Parameters<typeof openHttp>[1]> = {}) {
  const { stored } = (await open(url, options))!;
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of stored.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } finally {
    await stored.close();
  }
}

describe('a catalogue by its link', () => {
  it('is loaded like a file, and its job knows the link without its secrets', async () => {
    const url = host.signed(host.put('/lists/feed.csv', feed));
    const { exitCode, result } = await run(`${url}?token=t0ken-value&list=spring&bare`);
    const { source, rows } = result as Report;
    expect({ exitCode, read: rows.read, skus: await skus() }).toEqual({
      exitCode: 0,
      read: 2,
      skus: ['CUP-1', 'TEA-1'],
    });
    expect(source).toMatchObject({
      name: 'feed.csv',
      url: `${host.base}/lists/feed.csv?token=…&list=…&…`,
      format: 'csv',
      bytes: Buffer.byteLength(feed),
    });
    expect((await lastJob())!.all).not.toMatch(/s3cret|t0ken|spring|buyer/);
    expect(host.asked[0]!.headers.authorization).toBe(
      `Basic ${Buffer.from('buyer:s3cret-password').toString('base64')}`,
    );
  });

  it('is unpacked, whether the file is packed or only its way', async () => {
    const packed = gzipSync(feed);
    const file = host.put('/feed.csv.gz', packed);
    const way = host.put('/way.csv', (it) =>
      it.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    );
    expect((await run(file)).exitCode).toBe(0);
    const { result } = await run(way);
    expect((result as Report).products).toMatchObject({ unchanged: 2 });
  });

  it('is looked at without a job, and tried without a trace', async () => {
    const url = host.put('/feed.csv', feed);
    const looked = await runCommand(db, inspect, [url]);
    expect(looked.result).toMatchObject({ format: 'csv', bytes: Buffer.byteLength(feed) });
    const { result } = await run(url, '--dry-run');
    expect(result).toMatchObject({ jobId: null, products: { inserted: 2 } });
    expect(await lastJob()).toBeUndefined();
  });

  it('gives its rejects, for which it is not asked twice', async () => {
    const url = host.put('/feed.csv', `${feed}BAD-1,,x\n`);
    const { exitCode } = await run(url, '--rejects', folder.path('rejected.csv'));
    expect(exitCode).toBe(3);
    expect(folder.read('rejected.csv')).toMatch(/^sku,name,price,_row,_errors\nBAD-1,,x,4,/);
    expect(host.asked).toHaveLength(1);
  });

  it('is a job that failed where its content is no catalogue', async () => {
    const { exitCode, error } = await run(host.put('/page', '<html>Please sign in</html>'));
    expect({ exitCode, job: await lastJob() }).toMatchObject({
      exitCode: 2,
      job: { status: 'failed', code: error!.code },
    });
  });
});

const length = { 'content-length': '1000' };
const vices: [what: string, code: string, answer: Parameters<FileHost['put']>[1]][] = [
  ['breaks off before its length', 'source_cut', (it) => cutOff(it.writeHead(200, length))],
  ['breaks off between chunks', 'source_cut', (it) => cutOff(it.writeHead(200))],
  [
    'ends its gzip too early on the way',
    'source_cut',
    (it) => it.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(feed).subarray(0, 40)),
  ],
  ['ends the gzip of the file too early', 'source_cut', gzipSync(feed).subarray(0, 40)],
  ['has no such file', 'source_refused', (it) => it.writeHead(404).end(feed)],
  ['gives only a part', 'source_refused', (it) => it.writeHead(206).end(feed)],
  ['says that nothing has changed, unasked', 'source_refused', (it) => it.writeHead(304).end()],
  ['says nothing but that', 'source_refused', (it) => it.writeHead(204).end()],
  ['does not speak HTTP', 'source_refused', (it) => it.socket!.end('220 ready\r\n')],
  ['goes round in circles', 'source_refused', (it, { url }) => redirect(it, url!)],
  ['leads to a file of this machine', 'source_refused', (it) => redirect(it, 'file:///etc/passwd')],
  [
    'leads to a metadata service',
    'source_refused',
    (it) => redirect(it, 'http://169.254.169.254/latest'),
  ],
  ['ends before it answers', 'source_unreachable', (it) => it.socket!.destroy()],
];

function cutOff(response: Parameters<Exclude<Parameters<FileHost['put']>[1], string | Buffer>>[0]) {
  response.write(feed, () => response.socket!.destroy());
}

function redirect(
  response: Parameters<Exclude<Parameters<FileHost['put']>[1], string | Buffer>>[0],
  location: string,
) {
  response.writeHead(302, { location }).end();
}

describe('a host that', () => {
  it.each(vices)('%s ends the job as failed (%s), and nothing is written', async (_, code, it) => {
    await db.session.client.query(
      `insert into prodimport.products (sku, name) values ('OLD-1', 'Bystander')`,
    );
    const { exitCode, error } = await run(host.put('/vice', it));
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 1, code });
    expect(await lastJob()).toMatchObject({ status: 'failed', code });
    expect(await skus()).toEqual(['OLD-1']);
  });

  it('refuses the connection is unreachable', async () => {
    const gone = await FileHost.start();
    await gone.stop();
    const { exitCode, error } = await run(`${gone.base}/feed.csv`);
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 1, code: 'source_unreachable' });
  });

  it('never answers is given up, and so is one that stops in the middle', async () => {
    const silent = host.put('/silent', () => undefined);
    await expect(bytesOf(silent, { silenceMs: 50 })).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    const stuck = host.put('/stuck', (it) => it.writeHead(200, length).write(feed));
    await expect(bytesOf(stuck, { silenceMs: 50 })).rejects.toMatchObject({ code: 'source_cut' });
  });

  it('is busy is asked again, three times more', async () => {
    let left = 3;
    const busy = host.put('/busy', (it) => {
      const status = [429, 503, 503][3 - left];
      left -= 1;
      if (left >= 0) it.writeHead(status!, { 'retry-after': '0' }).end();
      else it.end(feed);
    });
    expect((await run(busy)).exitCode).toBe(0);
    expect(host.asked).toHaveLength(4);
    left = 4;
    const always = host.put('/always', (it) => it.writeHead(503, { 'retry-after': '0' }).end());
    expect((await run(always)).error?.message).toContain('503 Service Unavailable');
    expect(host.asked).toHaveLength(8);
  });

  it('redirects is followed five times, not six', async () => {
    const file = host.put('/0', feed);
    for (let hop = 1; hop <= 6; hop += 1) host.put(`/${hop}`, (it) => redirect(it, `/${hop - 1}`));
    expect(await bytesOf(`${host.base}/5`)).toBe(feed);
    await expect(bytesOf(`${host.base}/6`)).rejects.toMatchObject({ code: 'source_refused' });
    expect(file).toContain('/0');
  });

  it('does not say where its file ends decides nothing about missing products', async () => {
    const url = host.put('/endless', (it) => {
      it.socket!.end(`HTTP/1.0 200 OK\r\n\r\n${feed}`);
    });
    const { exitCode, error } = await run(url, '--missing', 'delete');
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'end_unsaid' });
    expect((await run(url, '--missing', 'delete', '--missing-limit', '5')).exitCode).toBe(0);
  });
});

it('does not fetch an archive of which nobody could keep so much', async () => {
  const length = 3 * 1024 ** 3;
  let sent = 0;
  const url = host.put('/feed.zip', async (it) => {
    it.writeHead(200, { 'content-length': length });
    const chunk = Buffer.concat([Buffer.from('PK\x03\x04\x14\0'), Buffer.alloc(2 ** 20)]);
    for (; sent < length && !it.destroyed; sent += chunk.length) {
      if (!it.write(chunk)) await Promise.race([once(it, 'drain'), once(it, 'close')]);
    }
  });
  const { exitCode, error } = await run(url);
  expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'file_too_large' });
  expect(sent).toBeLessThan(100 * 2 ** 20);
});

describe('credentials', () => {
  it('go to the host that was typed, and to no other that it leads to', async () => {
    const file = other.put('/feed.csv', feed);
    const url = host.signed(host.put('/moved', (it) => redirect(it, file)));
    expect((await run(url, '--header', 'X-Api-Key: k3y-value')).exitCode).toBe(0);
    const seen = ({ headers }: (typeof host.asked)[0]) => [
      headers.authorization,
      headers['x-api-key'],
    ];
    expect(host.asked.map(seen)).toEqual([[expect.stringMatching(/^Basic /), 'k3y-value']]);
    expect(other.asked.map(seen)).toEqual([[undefined, undefined]]);
  });

  it('go along within the same host', async () => {
    host.put('/feed.csv', feed);
    const url = host.signed(host.put('/moved', (it) => redirect(it, '/feed.csv')));
    expect((await run(url)).exitCode).toBe(0);
    expect(host.asked.map(({ headers }) => headers.authorization !== undefined)).toEqual([
      true,
      true,
    ]);
  });

  it('come from a file or a variable, and no message shows them', async () => {
    const key = folder.write('key', 'k3y-from-file\n');
    const url = host.put('/feed.csv', feed);
    expect((await run(url, '--header', `X-Key: @${key}`)).exitCode).toBe(0);
    expect(host.asked[0]!.headers['x-key']).toBe('k3y-from-file');
    for (const [header, said] of [
      ['X-Key: @/no/such/file', '/no/such/file'],
      ['X-Key: $NOT_EXPORTED', 'NOT_EXPORTED'],
      ['no colon k3y-value', 'Name: value'],
      ['X-Key: k3y\nvalue', '"X-Key: …"'],
      ['Host: k3y-value', '"Host: …"'],
    ]) {
      const { exitCode, error } = await run(url, '--header', header!);
      expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'header_invalid' });
      expect(error!.message).toContain(said);
      expect(error!.message).not.toMatch(/k3y/);
    }
  });

  it('are found in ~/.netrc by the name of the host, where nobody else can read it', async () => {
    const netrc = folder.path('.netrc');
    const home = dirname(netrc);
    const seen = async () => {
      await bytesOf(host.put('/feed.csv', feed), { home });
      return host.asked.at(-1)!.headers.authorization;
    };
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    folder.write(
      '.netrc',
      'machine else login no password no\nmachine 127.0.0.1\n login me\n password "a b"\n',
    );
    chmodSync(netrc, 0o600);
    expect(await seen()).toBe(basic('me:a b'));
    chmodSync(netrc, 0o640);
    expect(await seen()).toBeUndefined();
    folder.write('.netrc', 'machine else login a password b default login me password c\n');
    chmodSync(netrc, 0o600);
    expect(await seen(), 'the default entry is for nobody').toBeUndefined();
  });
});

describe('a host that speaks TLS', () => {
  let safe: FileHost;
  beforeAll(async () => {
    safe = await FileHost.start('127.0.0.1', { key, cert });
  });
  afterAll(() => safe.stop());
  const trusting = async (...argv: string[]) => {
    const env = { NODE_EXTRA_CA_CERTS: folder.write('ca.pem', cert) };
    return runCli(['load', ...argv], { url: db.url, env });
  };

  it('is not believed without a certificate that holds, and sees no credentials', async () => {
    const { error } = await run(safe.signed(safe.put('/feed.csv', feed)));
    expect(error).toMatchObject({ code: 'source_unreachable', exitCode: 1 });
    expect(error!.message).toContain('certificate');
    expect(safe.asked).toEqual([]);
  });

  it('leads to no host that does not', async () => {
    const url = safe.put('/down', (it) => redirect(it, host.put('/feed.csv', feed)));
    const { code, stderr } = await trusting(url);
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toContain('redirects from https to http');
    expect(host.asked).toEqual([]);
    expect(await skus()).toEqual([]);
    expect(await lastJob()).toMatchObject({ status: 'failed', code: 'source_refused' });
  });

  it('gets the credentials where the same host led to it without', async () => {
    const url = host.signed(host.put('/up', (it) => redirect(it, safe.put('/feed.csv', feed))));
    const { code, stderr } = await trusting(url);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(safe.asked.at(-1)!.headers.authorization).toMatch(/^Basic /);
    expect(await skus()).toEqual(['CUP-1', 'TEA-1']);
  });
});

describe('a link that cannot be right', () => {
  it.each([
    ['htps://shop.example/feed.csv', 'Did you mean https://?'],
    ['gs://bucket/feed.csv', 'no way to read gs://'],
    ['file:///tmp/feed.csv', 'by its path alone'],
    ['http://a..b/feed.csv', 'no host of that name'],
    ['https://me:s3cret@/feed.csv', 'it is not a URL'],
    ['https://me:s3c/ret@shop.example:x/feed.csv', 'it is not a URL'],
    ['ftp://shop.example/folder/', 'it names no file'],
    ['sftp://shop.example/a%0d%0aDELE%20b', 'it names no file'],
    ['s3://shop', 'it names no file'],
  ])('%s is refused before anything is begun', async (url, said) => {
    const { exitCode, error } = await run(url);
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'url_invalid' });
    expect(error!.message).toContain(said);
    expect(error!.message).not.toMatch(/s3c/);
    expect(await lastJob()).toBeUndefined();
  });
});

describe('a nightly load by a link', () => {
  const versions: [string, Record<string, string>, string, string][] = [
    ['an ETag', { etag: '"v1"' }, 'if-none-match', '"v1"'],
    [
      'a date',
      { 'last-modified': 'Fri, 27 Nov 2026 08:00:00 GMT' },
      'if-modified-since',
      'Fri, 27 Nov 2026 08:00:00 GMT',
    ],
  ];
  it.each(versions)(
    'that has %s makes one request where nothing has changed',
    async (_, says, asks, value) => {
      const url = host.put('/feed.csv', (it, { headers }) => {
        if (headers[asks] === value) it.writeHead(304).end();
        else it.writeHead(200, says).end(feed);
      });
      const nightly = () => run(`${url}?key=1`, '--skip-loaded');
      expect((await nightly()).result).toMatchObject({ status: 'completed' });
      expect((await nightly()).result).toMatchObject({
        status: 'skipped',
        rows: { read: 0 },
        products: { unchanged: 0 },
      });
      expect((await nightly()).result).toMatchObject({ status: 'skipped' });
      expect(host.asked).toHaveLength(3);
      expect((await lastJob())!.status).toBe('skipped');

      await run(`${url}?key=2`, '--skip-loaded');
      expect(host.asked.at(-1)!.headers[asks], 'another query').toBeUndefined();
      await run(host.put('/other.csv', 'sku,name\nSOAP-1,Soap\n'));
      await run(`${url}?key=1`, '--skip-loaded');
      expect(host.asked.at(-1)!.headers[asks], 'something else was loaded since').toBeUndefined();
      await run(`${url}?key=1`, '--skip-loaded', '--blank', 'clear');
      expect(host.asked.at(-1)!.headers[asks], 'other options').toBeUndefined();
      await run(host.signed(`${url}?key=1`), '--skip-loaded', '--blank', 'clear');
      expect(host.asked.at(-1)!.headers[asks], 'somebody else').toBeUndefined();
      await run(host.signed(`${url}?key=1`), '--blank', 'clear');
      expect(host.asked.at(-1)!.headers[asks], 'nobody wants to skip').toBeUndefined();
    },
  );

  it('whose host knows no versions is skipped when the same bytes have come', async () => {
    const url = host.put('/feed.csv', feed);
    expect((await run(url, '--skip-loaded')).result).toMatchObject({ status: 'completed' });
    expect((await run(url, '--skip-loaded')).result).toMatchObject({
      status: 'skipped',
      rows: { read: 0 },
      source: { bytes: Buffer.byteLength(feed) },
    });
    host.put('/feed.csv', feed.replace('4.50', '4.60'));
    expect((await run(url, '--skip-loaded')).result).toMatchObject({ products: { updated: 1 } });
  });
});
