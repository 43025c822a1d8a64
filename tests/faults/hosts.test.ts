import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { download } from '../../src/image/download.js';
import { Net } from '../../src/net/net.js';
import { attempt } from '../../src/webhook/attempt.js';
import { ImageHost } from '../image/host.js';
import { counted } from './table.js';

/** What a host does, and what is said of it in either room. */
interface Trial {
  name: string;
  answer?: (response: ServerResponse, request: IncomingMessage) => void;
  /** Bytes instead, for what a server of Node will not send. */
  raw?: string;
  /** The name that its address is asked for by; the loopback address itself unless given. */
  asName?: string;
  webhook: RegExp;
  image: RegExp;
  /** Whether the webhook counts as delivered: what matters of an answer is its status. */
  delivered?: boolean;
  /** Whether it never ends, so that only its limit of time ends the request. */
  endless?: boolean;
}

/** For what ends by itself the limit is to play no part, however busy the machine is. */
const limitOf = (trial: Trial) => (trial.endless ? 400 : 60_000);
const gigabyte = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': 1e9 });
  const block = Buffer.alloc(65_536, 0xff);
  const more = () => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
};
const drip = (response: ServerResponse) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
};
/** A PNG's signature, so that nothing but its size speaks against it. */
const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** In many members, as the bytes in one piece would stay in memory for a while. */
const megabyte = gzipSync(Buffer.alloc(1_000_000));
const bomb = Buffer.concat([gzipSync(pngHead), ...Array<Buffer>(100).fill(megabyte)]);
const headers = Array.from({ length: 2000 }, (_, i) => `x-header-${i}: ${i}\r\n`).join('');
const metadata = 'http://169.254.169.254/latest/meta-data/';

const trials: Trial[] = [
  {
    name: 'that hangs',
    answer: () => undefined,
    endless: true,
    webhook: /did not answer in full within 0.4 s/,
    image: /did not answer in full within 0.4 s/,
  },
  {
    name: 'that drips',
    answer: drip,
    endless: true,
    webhook: /did not answer in full within 0.4 s/,
    image: /did not answer in full within 0.4 s/,
  },
  {
    name: 'that answers with a gigabyte',
    answer: gigabyte,
    delivered: true,
    webhook: /^$/,
    image: /too large: more than 1 MB/,
  },
  {
    name: 'that answers with a gzip bomb',
    answer: (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    },
    delivered: true,
    webhook: /^$/,
    // Never inflated: what came is no image.
    image: /not an image|no image|format/i,
  },
  {
    name: 'that answers with 2,000 headers',
    raw: `HTTP/1.1 200 OK\r\n${headers}\r\n`,
    webhook: /answer/,
    image: /answer/,
  },
  {
    name: 'that redirects to the metadata address',
    answer: (response) => void response.writeHead(302, { location: metadata }).end(),
    webhook: /HTTP 302: redirects are not followed/,
    image: /leads to 169\.254\.169\.254, which is link-local/,
  },
  {
    name: 'whose name is at loopback the second time',
    answer: (response) => void response.end('secret'),
    asName: 'rebinding.example',
    webhook: /leads to 127\.0\.0\.1, which is loopback/,
    image: /leads to 127\.0\.0\.1, which is loopback/,
  },
];

let folder: string;
let host: ImageHost;
let rawServer: Server | null = null;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prodimport-hosts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  host = await ImageHost.start();
});
afterEach(async () => {
  rawServer?.close();
  rawServer = null;
  await host.stop();
});

/** Where the host of a trial is. Its name, where it has one, is public only the first time. */
async function visit(trial: Trial): Promise<{ url: string; net: Net }> {
  const answers = ['93.184.215.14', '127.0.0.1'];
  const net = new Net(() => Promise.resolve([{ address: answers.shift()!, family: 4 }]));
  if (trial.raw !== undefined) return { url: await serveRaw(trial.raw), net };
  const url = host.put('/it', trial.answer!);
  if (!trial.asName) return { url, net };
  const named = url.replace('127.0.0.1', trial.asName);
  // As when the endpoint was added: then the name was a public host's.
  await net.check(named, false, limitOf(trial));
  return { url: named, net };
}

async function serveRaw(bytes: string): Promise<string> {
  const server = createTcpServer((socket) => void socket.on('error', () => undefined).write(bytes));
  rawServer = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe.each(trials)('a host $name', (trial) => {
  const allowPrivate = trial.asName === undefined;

  it('gets no further as the endpoint of a webhook', async () => {
    const { url, net } = await visit(trial);
    const addressee = { url, allow_private: false, secret: 'whsec_c2VjcmV0', old_secret: null };
    await counted(`an endpoint ${trial.name}`, trial.delivered ? 'after' : 'before', async () => {
      const letter = { id: 'msg_1', body: '{}' };
      const limits = { timeoutMs: limitOf(trial), allowPrivate };
      const made = await attempt(net, addressee, letter, limits);
      expect(made.error ?? '').toMatch(trial.webhook);
      expect(made.isDelivered).toBe(trial.delivered ?? false);
      expectLittle(trial);
    }).finally(() => net.close());
  });

  it('gets no further as a host of images', async () => {
    const { url, net } = await visit(trial);
    const path = join(folder, 'image');
    const limits = { timeoutMs: limitOf(trial), maxBytes: 1_000_000, allowPrivate };
    const { signal } = new AbortController();
    await counted(`an image host ${trial.name}`, 'before', async () => {
      const downloading = download(net, url, path, null, limits, signal);
      await expect(downloading).rejects.toThrow(trial.image);
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      expect(size).toBeLessThanOrEqual(limits.maxBytes);
      expectLittle(trial);
    }).finally(() => net.close());
  });
});

/** One request where it may be sent, none where not, and no memory for what was sent back. */
function expectLittle(trial: Trial): void {
  const mayVisit = trial.asName ? 0 : 1;
  // A busy machine may use up the short limit before the request is out.
  if (trial.endless) expect(host.visitsOf()).toBeLessThanOrEqual(mayVisit);
  else if (trial.raw === undefined) expect(host.visitsOf()).toBe(mayVisit);
  expect(process.memoryUsage().external).toBeLessThan(300_000_000);
}

/** Answers in all the ways in which a host says where its body ends. */
const framings: ((body: Buffer) => Buffer)[] = [
  (body) => answerOf(`HTTP/1.0 200 OK\r\ncontent-length: ${body.length}`, body),
  (body) => answerOf(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}`, body),
  (body) => {
    const chunk = [Buffer.from(`${body.length.toString(16)}\r\n`), body, '\r\n0\r\n\r\n'];
    const chunks = Buffer.concat(chunk.map((part) => Buffer.from(part)));
    return answerOf('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked', chunks);
  },
  (body) => {
    const packed = gzipSync(body, { level: 0 });
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close`;
    return answerOf(head, packed);
  },
];

it.each(framings.map((_, at) => at))(
  'an answer that is cut anywhere is never taken for a whole one (framing %i)',
  async (at) => {
    const trials = inject('thorough') ? 300 : 10;
    const body = Buffer.alloc(1_500_000, 'product,');
    const whole = framings[at]!(body);
    await counted(
      'a host that cuts its answer anywhere',
      'before',
      async () => {
        for (let trial = 0; trial < trials; trial++) {
          const end = 1 + Math.floor(Math.random() * (whole.length - 2));
          await expectCut(whole.subarray(0, end), trial % 2 === 0);
        }
      },
      trials,
    );
  },
);

async function expectCut(bytes: Buffer, isReset: boolean): Promise<void> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () =>
      socket.write(bytes, () => (isReset ? socket.destroy() : socket.end())),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const net = new Net();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const read = async () => {
    const options = { allowPrivate: true, timeoutMs: 60_000, decode: true };
    const { body } = await net.get(url, options);
    for await (const _ of body) await new Promise((resolve) => setImmediate(resolve));
  };
  try {
    await expect(read()).rejects.toMatchObject({ name: 'NetError' });
  } finally {
    await net.close();
    server.close();
  }
}

function answerOf(head: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}
