import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as a receiver took it. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Receiver {
  /** At a loopback address, without a slash at its end. */
  url: string;
  received: Received[];
  /** Resolves once so many requests have come in. */
  count: (requests: number) => Promise<void>;
  close: () => Promise<void>;
}

type Answering = (response: ServerResponse, request: Received) => void;

/** A real HTTP server. It answers 200 unless told otherwise; not answering at all is an answer. */
export async function startReceiver(
  answer: Answering = (response) => void response.end(),
): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const headers = request.headers as Record<string, string>;
    const taken = { path: request.url ?? '', headers, body: await text(request) };
    received.push(taken);
    answer(response, taken);
    for (const check of waiting) check();
  };
  const server = createServer((request, response) => void take(request, response).catch(() => {}));
  // Where the clock of a test stands, a client can't leave an idle connection before it is closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const count = (requests: number) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (received.length < requests) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, received, count, close };
}
