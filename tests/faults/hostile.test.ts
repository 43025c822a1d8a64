import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { type CliResult, startCli } from '../setup/cli.js';
import { counted } from './table.js';
import { firstFile } from './trial.js';

/** Commands of every kind; what a server may answer to the first of their statements is the same. */
const commands = [
  ['status'],
  ['load', firstFile],
  ['db', 'migrate'],
  ['db', 'info', '--json'],
  ['report', '1', '--format', 'csv'],
  ['product', 'list', '--search', 'x'],
  ['product', 'add', '--sku', 'A-1', '--name', 'Lamp'],
  ['purge', '--all', '--yes'],
  ['undo', '1', '--yes'],
  ['webhook', 'list'],
  ['image', 'status'],
];
const tried = inject('thorough') ? commands : commands.slice(0, 3);

function message(kind: string, body: Buffer | string): Buffer {
  const content = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(kind, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const int32 = (value: number) => Buffer.from(Int32Array.of(value).buffer).swap32();
const welcome = Buffer.concat([message('R', int32(0)), message('Z', 'I')]);
/** What a terminal would obey, and what nobody is to see. */
const evil = 'no \x1b[2J\x1b]0;owned\x07\x9b31m\r postgresql://me:s3cret@db/x password=s3cret';
const refusal = (text: string) =>
  message('E', `SFATAL\0VFATAL\0C42P01\0M${text}\0D${text}\0H${text}\0\0`);

const flooding = message('N', `SNOTICE\0M${'x'.repeat(1_000_000)}\0\0`);

/** How a server treats whoever connects; `greeted` is after it has let them in. */
const servers: Record<string, (socket: Socket, greeted: boolean) => void> = {
  'answers with garbage': (socket) => void socket.write(Buffer.alloc(5000, 'HTTP/1.1 400 Bad\r\n')),
  'answers with garbage once connected': (socket, greeted) =>
    void socket.write(greeted ? Buffer.alloc(5000, 0xff) : welcome),
  'hangs up': (socket) => void socket.destroy(),
  'hangs up once connected': (socket, greeted) =>
    greeted ? void socket.destroy() : void socket.write(welcome),
  'speaks to the terminal in its refusal': (socket) => void socket.end(refusal(evil)),
  'speaks to the terminal once connected': (socket, greeted) =>
    void socket.write(greeted ? Buffer.concat([refusal(evil), message('Z', 'I')]) : welcome),
  'speaks to the terminal in its notices': (socket, greeted) =>
    void (greeted
      ? socket.end(refusal(evil))
      : socket.write(message('N', `SNOTICE\0M${evil}\0\0`))),
  'says what no statement asked for': (socket, greeted) =>
    void socket.write(
      greeted ? Buffer.concat([message('D', '\0\x01\0\0\0\x01x'), message('Z', 'I')]) : welcome,
    ),
  'sends more than anybody asked for': (socket) => {
    const flood = () => {
      while (!socket.destroyed && socket.write(flooding));
    };
    socket.on('drain', flood);
    flood();
  },
  'sends a text without an end': (socket) =>
    void socket.write(message('N', Buffer.alloc(5000, 'x'))),
  'refuses without an end': (socket, greeted) =>
    void socket.write(greeted ? message('E', Buffer.alloc(5000, 'x')) : welcome),
  'sends a row that is shorter than it says': (socket, greeted) =>
    void socket.write(greeted ? message('D', '\x7f\xff\0\0') : welcome),
  'sends a message without end': (socket) => {
    socket.write(Buffer.concat([Buffer.from('N'), int32(2_000_000_000)]));
    const flood = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(1_000_000, 'x')));
    };
    socket.on('drain', flood);
    flood();
  },
  'names a length that never comes': (socket) =>
    void socket.write(Buffer.concat([Buffer.from('R'), int32(2_000_000_000)])),
  drips: (socket) => {
    const timer = setInterval(() => socket.write(message('N', 'SNOTICE\0Mwait\0\0')), 50);
    socket.on('close', () => clearInterval(timer));
  },
  'is silent': () => undefined,
  'is silent once connected': (socket, greeted) => void (greeted || socket.write(welcome)),
};

let closing: (() => void) | undefined;
afterEach(() => closing?.());

async function listen(treat: (socket: Socket, greeted: boolean) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let greeted = false;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      treat(socket, greeted);
      greeted = true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const { port } = server.address() as AddressInfo;
  return `postgresql://me:s3cret@127.0.0.1:${port}/shop?connect_timeout=1`;
}

/** Small, so that a flood that is kept in memory ends the command in another way. */
const env = { NODE_OPTIONS: '--max-old-space-size=160' };

describe.each(Object.entries(servers))('a server that %s', (_, treat) => {
  it.each(tried)('ends %s %s with 5, a clear sentence and no secret', async (...words) => {
    const url = await listen(treat);
    await counted('hostile servers', 'before', async () => {
      const { child, done } = startCli(words.filter(Boolean), { url, env });
      child.stdin.end();
      expectClear(await done);
    });
  });
});

function expectClear({ code, stdout, stderr }: CliResult): void {
  expect(code, stderr).toBe(5);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/PostgreSQL at 127\.0\.0\.1:\d+, database shop, user me/);
  expect(stderr).not.toMatch(/s3cret|fault of prodimport|\n {4}at |node:internal/);
  // eslint-disable-next-line no-control-regex
  expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  expect(stderr.length).toBeLessThan(3000);
}
