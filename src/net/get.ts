import {
  Agent as PlainAgent,
  request as askPlainly,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as TlsAgent, request as askSecretly } from 'node:https';
import { refusalOf, refused, socketLookup, type Lookup } from './address.js';
import type { Deadline } from './deadline.js';
import { NetError } from './failure.js';

/** The status and headers of an answer, known before its body. */
export interface AnswerHead {
  status: number;
  /** By lower-case name; one that came several times is joined by commas. */
  headers: Record<string, string>;
}

/** An answer's headers may take this much together; Node's own default. */
export const maxHeaderBytes = 16 * 1024;
/** For a connection, its handshake included. */
export const connectMs = 10_000;
/** As long as undici keeps an idle connection: hosts close theirs after five seconds. */
const idleMs = 4000;

/**
 * Sends GETs by Node's own client, to checked addresses: bodies of any size may be read as slowly
 * as one likes, which undici 7 does not survive where a host closes its connection meanwhile.
 */
export class Getter {
  private readonly plain: PlainAgent;
  private readonly tls: TlsAgent;

  constructor(
    lookup: Lookup,
    private readonly allowPrivate: boolean,
  ) {
    const options = {
      keepAlive: true,
      timeout: idleMs,
      lookup: socketLookup(lookup, allowPrivate),
    };
    this.plain = new PlainAgent(options);
    this.tls = new TlsAgent(options);
  }

  /** Resolves with an answer of any status, its body not read. */
  async get(
    url: URL,
    headers: Record<string, string>,
    deadline: Deadline,
  ): Promise<IncomingMessage> {
    for (;;) {
      try {
        return await this.ask(url, headers, deadline);
      } catch (error) {
        // A host may close an idle connection just when it is used again; that says nothing.
        if (!(error instanceof StaleConnection)) throw error;
      }
    }
  }

  /** Ends all connections, those in use as well. */
  close(): void {
    this.plain.destroy();
    this.tls.destroy();
  }

  private ask(
    url: URL,
    headers: Record<string, string>,
    deadline: Deadline,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isTls = url.protocol === 'https:';
      const options = { headers, maxHeaderSize: maxHeaderBytes, joinDuplicateHeaders: true };
      const request = isTls
        ? askSecretly(url, { ...options, agent: this.tls })
        : askPlainly(url, { ...options, agent: this.plain });
      const end = () => {
        reject(deadline.failure!);
        request.destroy(deadline.failure!);
      };
      deadline.signal.addEventListener('abort', end, { once: true });
      this.watchConnection(request, isTls);
      request.on('response', resolve);
      // Not once: a host may go on to send what is no HTTP when its answer is over.
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isOver = ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
        reject(request.reusedSocket && isOver ? new StaleConnection() : error);
      });
      request.on('close', () => {
        deadline.signal.removeEventListener('abort', end);
        reject(new NetError('answered with something else than HTTP', 'answer_invalid'));
      });
      if (deadline.signal.aborted) end();
      request.end();
    });
  }

  /** Looks where a new connection leads to, and how long it takes. */
  private watchConnection(request: ClientRequest, isTls: boolean): void {
    request.on('socket', (socket) => {
      if (request.reusedSocket) return;
      const giveUp = () => request.destroy(new NetError('takes no connection', 'no_connection'));
      const timer = setTimeout(giveUp, connectMs);
      socket.once(isTls ? 'secureConnect' : 'connect', () => clearTimeout(timer));
      socket.once('close', () => clearTimeout(timer));
      socket.once('connect', () => {
        // It is one that was checked already; this makes sure, whatever a resolver did.
        const address = socket.remoteAddress ?? '';
        const refusal = this.allowPrivate ? null : refusalOf(address);
        if (refusal) request.destroy(refused(address, refusal));
      });
    });
  }
}

/** A connection that was kept for another request had ended. */
class StaleConnection extends Error {}

/** Headers, each once and in lower case. */
export function plainHeaders(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> {
  const plain: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
