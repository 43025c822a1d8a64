import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Net } from '../../src/net/net.js';

const open: (() => unknown)[] = [];
let net: Net;
beforeEach(() => {
  net = new Net();
  open.push(() => net.close());
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const local = { allowPrivate: true, timeoutMs: 120_000 };
/** More than the sockets and streams between take, so that a slow reader holds the host up. */
const large = Buffer.alloc(8_000_000, 'product,');
const chunked = Buffer.concat([
  Buffer.from(`${large.length.toString(16)}\r\n`),
  large,
  Buffer.from('\r\n0\r\n\r\n'),
]);

async function listen(server: Server): Promise<string> {
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A host that says these bytes as soon as it is asked, and then does what `after` says. */
function rawHost(head: string, body: Buffer, after: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      socket.write(head);
      socket.write(body, () => after(socket));
    });
    open.push(() => socket.destroy());
  });
  return listen(server);
}

/** Reads a body so slowly at first that all that can wait between does. */
async function readSlowly(url: string, options = {}): Promise<Buffer> {
  const { body } = await net.get(url, { ...local, ...options });
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
    if (chunks.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return Buffer.concat(chunks);
}

const length = `content-length: ${large.length}\r\n`;
const ends: [string, (socket: Socket) => void][] = [
  ['closes', (socket) => socket.destroySoon()],
  ['half-closes', (socket) => socket.end()],
  ['keeps the connection', () => undefined],
];
const framings: [string, string, Buffer][] = [
  ['HTTP/1.0 and a length', `HTTP/1.0 200 OK\r\n${length}\r\n`, large],
  ['HTTP/1.1 and a length', `HTTP/1.1 200 OK\r\n${length}\r\n`, large],
  ['Connection: close', `HTTP/1.1 200 OK\r\nconnection: close\r\n${length}\r\n`, large],
  ['chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', chunked],
];

describe.each(ends)('a host that %s after its answer', (_, after) => {
  it.each(framings)('gives a slow reader the whole body: %s', async (_, head, body) => {
    const url = await rawHost(head, body, after);
    expect((await readSlowly(url)).equals(large)).toBe(true);
  });
});

it.each(ends.slice(0, 2))('takes a body without a length up to its end: %s', async (_, after) => {
  const url = await rawHost('HTTP/1.0 200 OK\r\n\r\n', large, after);
  expect((await readSlowly(url)).equals(large)).toBe(true);
});

it.each<[string, string, Buffer]>([
  ['a length that is not reached', `HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n`, large],
  ['a chunk that is not whole', framings[3]![1], chunked.subarray(0, 5_000_000)],
  ['chunks without the last one', framings[3]![1], chunked.subarray(0, -5)],
])('tells of a body that was cut: %s', async (_, head, body) => {
  for (const [, after] of ends.slice(0, 2)) {
    const url = await rawHost(head, body, after);
    await expect(readSlowly(url)).rejects.toMatchObject({ code: 'answer_cut' });
  }
});

it('tells of a cut gzip encoding though its length is right', async () => {
  const whole = gzipSync(Buffer.from(Array.from({ length: 1e6 }, (_, i) => i * i)));
  const serve = async (body: Buffer) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`;
    return rawHost(head, body, () => undefined);
  };
  const url = await serve(whole);
  expect((await readSlowly(url, { decode: true })).length).toBe(1e6);
  expect((await readSlowly(url)).equals(whole)).toBe(true);
  const cut = readSlowly(await serve(whole.subarray(0, -20)), { decode: true });
  await expect(cut).rejects.toMatchObject({ code: 'answer_cut' });
  const none = readSlowly(await serve(Buffer.from('sku,name')), { decode: true });
  await expect(none).rejects.toMatchObject({ code: 'answer_invalid' });
});

it('takes no more of a body than its length, whatever else the host sends', async () => {
  const url = await rawHost('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', large, () => undefined);
  for (let i = 0; i < 3; i++) expect((await readSlowly(url)).toString()).toBe('produ');
});

it('gives up a host that sends nothing for longer than it may, but no slow reader', async () => {
  const { body } = await net.get(await rawHost(framings[1]![1], large, () => undefined), {
    ...local,
    silenceMs: 100,
  });
  let bytes = 0;
  for await (const chunk of body) {
    // The host is not silent: it is kept waiting.
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 300));
    bytes += chunk.length;
  }
  expect(bytes).toBe(large.length);
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n';
  const stuck = readSlowly(await rawHost(head, large, () => undefined), { silenceMs: 100 });
  await expect(stuck).rejects.toMatchObject({ code: 'timeout' });
  const mute = net.get(await rawHost('', Buffer.alloc(0), () => undefined), {
    ...local,
    silenceMs: 100,
  });
  await expect(mute).rejects.toMatchObject({ code: 'timeout' });
});

it('asks again where a kept connection has ended meanwhile', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    let requests = 0;
    socket.on('data', () => {
      requests += 1;
      // The second request on a connection meets its end.
      if (requests > 1) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  });
  const url = await listen(server);
  for (let i = 0; i < 5; i++) {
    const { body } = await net.get(url, local);
    expect((await body.whole()).toString()).toBe('ok');
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(connections).toBe(5);
});

it('keeps a connection whose answer was left unread but had come', async () => {
  let connections = 0;
  const server = createHttpServer((_, response) => void response.writeHead(304).end());
  server.on('connection', () => connections++);
  const url = await listen(server);
  for (let i = 0; i < 5; i++) {
    const { body } = await net.get(url, local);
    body.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(connections).toBe(1);
});

it('ends when a host switches to another protocol unasked', async () => {
  const head = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n';
  const got = net.get(await rawHost(head, Buffer.alloc(0), () => undefined), local);
  await expect(got).rejects.toMatchObject({ name: 'NetError' });
});

it('lets no private address be reached through a public host', async () => {
  const url = await rawHost(
    'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n',
    Buffer.alloc(0),
    (socket) => socket.end(),
  );
  const inside = net.get(url, { ...local, followRedirects: 5 });
  await expect(inside).rejects.toMatchObject({ code: 'no_connection' });
});

it('lets an error that nobody can catch end its own request and no other', async () => {
  const url = await rawHost(framings[1]![1], large, (socket) => socket.end());
  const other = net.get(url, local);
  const faulty = new Net(() => {
    setTimeout(() => {
      throw new Error('thrown in a handler');
    });
    return new Promise(() => undefined);
  });
  open.push(() => faulty.close());
  const failing = faulty.get('http://shop.example/', local);
  await expect(failing).rejects.toThrow('failed: thrown in a handler');
  const { body } = await other;
  expect((await body.whole()).equals(large)).toBe(true);
});

it('keeps little in memory of what a slow reader has not taken yet', async () => {
  let sent = 0;
  const server = createHttpServer((_, response) => {
    const more = () => {
      do sent += 65_536;
      while (response.write(Buffer.alloc(65_536)) && !response.destroyed);
    };
    response.on('drain', more);
    more();
  });
  const { body } = await net.get(await listen(server), local);
  for await (const _ of body) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    break;
  }
  // What the sockets of both sides hold, at most.
  expect(sent).toBeLessThan(20_000_000);
});
