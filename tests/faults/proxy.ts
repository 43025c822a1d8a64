import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import connectionString from 'pg-connection-string';

/** What happens to what a client sends, or to what the server answers, from a place in it on. */
export type Fault =
  /** both sides see the connection reset, before the text gets through */
  | 'cut'
  /** the text gets through, and the answer is lost with the connection */
  | 'cut the reply'
  /** nothing gets through any more, in either direction, but the connection stays up */
  | 'go silent'
  /** the text gets through, then nothing any more */
  | 'swallow the reply';

export interface Proxy {
  /** of the database behind the proxy */
  url: string;
  /** how often the fault has happened */
  hits: () => number;
  close: () => Promise<void>;
}

export interface ProxyOptions {
  /** What a client must send for the fault to happen, as it goes over the wire. */
  at: string | RegExp;
  fault: Fault;
  /** Whether new connections are silent as well once the fault has happened. */
  lasting?: boolean;
}

/** Stands between a client and the server of a database, and makes one fault happen, once. */
export async function startProxy(url: string, options: ProxyOptions): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-proxy-'));
  const sockets = new Set<Socket>();
  let hits = 0;
  const server = createServer((client) => {
    const upstream = connectTo(url);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    let silent = options.lasting === true && hits > 0;
    // What is looked for may come in two parts.
    let before = '';
    const happen = (chunk: Buffer) => {
      hits++;
      if (options.fault.endsWith('the reply')) upstream.write(chunk);
      if (options.fault.startsWith('cut')) return cut(client, upstream);
      silent = true;
    };
    client.on('data', (chunk) => {
      if (silent) return;
      const text = before + chunk.toString('latin1');
      before = text.slice(-64);
      const isIt = hits === 0 && matches(text, options.at);
      if (isIt) happen(chunk);
      else forward(chunk, client, upstream);
    });
    upstream.on('data', (chunk) => {
      if (!silent) forward(chunk, upstream, client);
    });
    client.on('close', () => upstream.end());
    upstream.on('close', () => silent || client.destroy());
  });
  server.listen(join(folder, '.s.PGSQL.5432'));
  await once(server, 'listening');
  const close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    rmSync(folder, { recursive: true, force: true });
    await Promise.resolve();
  };
  return { url: through(url, folder), hits: () => hits, close };
}

/** A reset for the client. The server hears the end, but only after what it was sent. */
function cut(client: Socket, upstream: Socket): void {
  upstream.end();
  client.destroy();
}

function forward(chunk: Buffer, from: Socket, to: Socket): void {
  if (to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}

function matches(text: string, at: string | RegExp): boolean {
  return typeof at === 'string' ? text.includes(at) : at.test(text);
}

/** To the server of a URL that names the folder of its socket, or its host. */
function connectTo(url: string): Socket {
  const { host, port } = connectionString.parse(url);
  if (host?.startsWith('/')) return createConnection(join(host, `.s.PGSQL.${port}`));
  return createConnection(Number(port), host ?? 'localhost');
}

/** The same database, by the proxy's socket. */
function through(url: string, folder: string): string {
  const [, user, database] = /\/\/([^@]*)@[^/]*\/([^?]*)/.exec(url)!;
  return `postgresql://${user}@/${database}?host=${encodeURIComponent(folder)}&port=5432`;
}
