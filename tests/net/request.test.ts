import { gzipSync } from 'node:zlib';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Net, type GetOptions, redirectTarget } from '../../src/net/net.js';
import { disguises } from './disguises.js';
import { startReceiver } from '../webhook/receiver.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const local = { timeoutMs: 120_000, maxBytes: 65_536, allowPrivate: true };

/** Fetches something to its end. */
async function fetchAll(net: Net, url: string, options: GetOptions) {
  const { body, ...answer } = await net.get(url, options);
  return { ...answer, body: await body.whole() };
}

/** The two ways out, which different clients serve. */
const ways = [
  ['a GET', fetchAll],
  [
    'a POST',
    (net: Net, url: string, options: typeof local) => net.post(url, { ...options, body: '{}' }),
  ],
] as const;

function newNet(...lookup: ConstructorParameters<typeof Net>): Net {
  const net = new Net(...lookup);
  open.push(() => net.close());
  return net;
}

async function receiver(...answer: Parameters<typeof startReceiver>) {
  const started = await startReceiver(...answer);
  open.push(started.close);
  return started;
}

/** Answers each connection with raw bytes. */
async function rawServer(onConnection: Parameters<typeof createTcpServer>[1]) {
  const server = createTcpServer(onConnection as never);
  open.push(() => server.close());
  return listen(server);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe.each(ways)('%s', (_, send) => {
  it('gives status, headers and body of an answer, whatever the status', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(404, { 'x-one': '1' }).end('nothing here');
    });
    const answer = await send(newNet(), url, local);
    expect(answer.status).toBe(404);
    expect(answer.headers['x-one']).toBe('1');
    expect(answer.body.toString()).toBe('nothing here');
  });

  it('gives up on an endpoint that hangs', async () => {
    const { url } = await receiver(() => undefined);
    const sent = send(newNet(), url, { ...local, timeoutMs: 100 });
    await expect(sent).rejects.toMatchObject({ code: 'timeout' });
  });

  it('gives up on an endpoint that drips, though each byte comes in time', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const sent = send(newNet(), url, { ...local, timeoutMs: 200 });
    await expect(sent).rejects.toMatchObject({ code: 'timeout' });
  });

  it('gives up on headers that drip', async () => {
    const url = await rawServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('a: b\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const sent = send(newNet(), url, { ...local, timeoutMs: 200 });
    await expect(sent).rejects.toMatchObject({ code: 'timeout' });
  });

  it('gives up on a name that no resolver answers', async () => {
    const net = newNet(() => new Promise(() => undefined));
    const options = { ...local, timeoutMs: 50, allowPrivate: false };
    const timedOut = { code: 'timeout' };
    await expect(send(net, 'http://shop.example/', options)).rejects.toMatchObject(timedOut);
    await expect(net.check('http://shop.example/', false, 50)).rejects.toMatchObject(timedOut);
  });

  it('refuses an answer with 2,000 headers', async () => {
    const url = await rawServer((socket) => {
      socket.on('error', () => undefined);
      const headers = Array.from({ length: 2000 }, (_, i) => `x-header-${i}: ${i}\r\n`).join('');
      socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`);
    });
    const sent = send(newNet(), url, local);
    await expect(sent).rejects.toMatchObject({ code: 'answer_invalid' });
  });

  it('refuses what is not HTTP', async () => {
    const url = await rawServer((socket) =>
      socket.on('error', () => undefined).end('SSH-2.0-x\r\n'),
    );
    const sent = send(newNet(), url, local);
    await expect(sent).rejects.toMatchObject({ code: 'answer_invalid' });
  });

  it('says that nobody listens', async () => {
    const { url, close } = await startReceiver();
    await close();
    const sent = send(newNet(), url, local);
    await expect(sent).rejects.toMatchObject({ code: 'no_connection', isSilence: true });
  });

  it('is given up by the signal of whoever asked', async () => {
    const controller = new AbortController();
    const { url } = await receiver(() => controller.abort());
    const sent = send(newNet(), url, { ...local, signal: controller.signal });
    await expect(sent).rejects.toMatchObject({ code: 'aborted' });
  });
});

it('takes the beginning of an endless answer and hangs up', async () => {
  let hungUp: () => void;
  const gone = new Promise<void>((resolve) => (hungUp = resolve));
  const { url } = await receiver((response) => {
    response.on('close', hungUp);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) continue;
    };
    response.on('drain', more);
    more();
  });
  const answer = await newNet().post(url, { ...local, body: '' });
  expect(answer).toMatchObject({ status: 200, isCut: true });
  expect(answer.body).toHaveLength(65_536);
  await gone;
});

it('fails on a longer answer where only the whole is of use', async () => {
  const { url } = await receiver((response) => void response.end('0123456789'));
  const net = newNet();
  const sent = fetchAll(net, url, { ...local, maxBytes: 9 });
  await expect(sent).rejects.toMatchObject({ code: 'answer_too_long' });
  expect((await fetchAll(net, url, { ...local, maxBytes: 10 })).body.toString()).toBe('0123456789');
});

it('survives an endpoint that hangs up after a long answer', async () => {
  for (let i = 0; i < 20; i++) {
    const url = await rawServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(`HTTP/1.0 200 OK\r\ncontent-length: 900000\r\n\r\n`);
        socket.end(Buffer.alloc(900_000));
      });
    });
    const answer = await newNet().post(url, { ...local, body: '{}' });
    expect(answer).toMatchObject({ status: 200, isCut: true });
  }
});

it('does not inflate a gzip bomb', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  const { url } = await receiver((response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  const answer = await newNet().post(url, { ...local, body: '' });
  expect(answer.body.equals(bomb.subarray(0, 65_536))).toBe(true);
});

it('hands a redirect on unless told to follow', async () => {
  const { url, received } = await receiver((response) => {
    response.writeHead(302, { location: '/there' }).end();
  });
  const answer = await fetchAll(newNet(), url, local);
  expect(answer.status).toBe(302);
  expect(received.map(({ path }) => path)).toEqual(['/']);
});

it('follows redirects of a GET as far as told, and says where it arrived', async () => {
  const { url } = await receiver((response, { path }) => {
    const next = { '/': '/1', '/1': '/2', '/2': null }[path];
    if (next) response.writeHead(302, { location: next }).end('moved');
    else response.end('here');
  });
  const net = newNet();
  const answer = await fetchAll(net, url, { ...local, followRedirects: 2 });
  expect(answer).toMatchObject({ status: 200, url: `${url}/2` });
  const sent = fetchAll(net, url, { ...local, followRedirects: 1 });
  await expect(sent).rejects.toMatchObject({ code: 'too_many_redirects' });
});

it('does not follow a redirect to another protocol', async () => {
  const { url, received } = await receiver((response) => {
    response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  });
  const sent = fetchAll(newNet(), url, { ...local, followRedirects: 3 });
  await expect(sent).rejects.toMatchObject({ code: 'url_invalid' });
  expect(received).toHaveLength(1);
});

it.each(disguises)('checks a redirect like the first address: %s', (location) => {
  const head = { status: 302, headers: { location } };
  const from = new URL('https://public.example/image.jpg');
  expect(() => redirectTarget(head, from, false)).toThrow(/leads (to|inside)/);
});

it.each(['http://169.254.169.254/latest', 'http://[::ffff:a9fe:a9fe]/', 'http://2852039166/'])(
  'takes no redirect to a metadata service, even where private hosts are allowed: %s',
  (location) => {
    const from = new URL('http://10.0.0.7/image.jpg');
    const to = (place: string) =>
      redirectTarget({ status: 302, headers: { location: place } }, from, true);
    expect(() => to(location)).toThrow(/metadata/);
    expect(to('http://10.0.0.8/')!.href).toBe('http://10.0.0.8/');
  },
);

it('connects to the address that was checked, not to what the name means a moment later', async () => {
  const { url, received } = await receiver();
  const answers = ['93.184.215.14', '127.0.0.1'];
  const net = newNet(() => Promise.resolve([{ address: answers.shift()!, family: 4 }]));
  const rebinding = url.replace('127.0.0.1', 'rebinding.example');
  await net.check(rebinding, false, 120_000);
  const sent = fetchAll(net, rebinding, { ...local, allowPrivate: false });
  await expect(sent).rejects.toMatchObject({ code: 'address_refused' });
  expect(received).toEqual([]);
  expect(answers).toEqual([]);
});

it('reaches a private name where that is allowed', async () => {
  const { url, received } = await receiver();
  const net = newNet(() => Promise.resolve([{ address: '127.0.0.1', family: 4 }]));
  await fetchAll(net, url.replace('127.0.0.1', 'inside.example'), local);
  expect(received).toHaveLength(1);
});

it('sends a POST once and does not follow its redirect', async () => {
  const { url, received } = await receiver((response) => {
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect((await newNet().post(url, { ...local, body: '{}' })).status).toBe(307);
  expect(received).toHaveLength(1);
  expect(received[0]!.body).toBe('{}');
});

it('leaves no connection open behind close', async () => {
  const server = createServer((_, response) => void response.end());
  const url = await listen(server);
  const net = new Net();
  await fetchAll(net, url, local);
  await net.post(url, { ...local, body: '{}' });
  await net.close();
  // Ends only once every connection has ended.
  await new Promise((resolve) => server.close(resolve));
  const probe = connect(Number(new URL(url).port), '127.0.0.1');
  await expect(new Promise((_, reject) => probe.on('error', reject))).rejects.toThrow();
});
