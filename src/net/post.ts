import type { Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { Deadline } from './deadline.js';
import { NetError } from './failure.js';
import { connectMs, maxHeaderBytes, plainHeaders, type AnswerHead } from './get.js';
import { socketLookup, type Lookup } from './address.js';

export interface Posted extends AnswerHead {
  /** The beginning of the answer. Never decompressed. */
  body: Buffer;
  /** Whether the answer went on after that. */
  isCut: boolean;
}

/** Sends POSTs to checked addresses, and can end those that are still on their way. */
export class Poster {
  private readonly connecting = new Set<Socket>();
  private readonly open: buildConnector.connector;
  private readonly agent: Agent;

  constructor(lookup: Lookup, allowPrivate: boolean) {
    this.open = buildConnector({
      lookup: socketLookup(lookup, allowPrivate),
      timeout: connectMs,
    });
    this.agent = new Agent({
      connect: this.connect,
      maxHeaderSize: maxHeaderBytes,
      // The deadline of the request rules over all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * The answer is taken as it comes: undici 7 ends the process where a host closes its connection
   * while the body is paused.
   * @param maxBytes what is after them is not waited for
   */
  post(
    url: URL,
    { headers, body }: { headers: Record<string, string> | undefined; body: string },
    maxBytes: number,
    deadline: Deadline,
  ): Promise<Posted> {
    return new Promise((resolve, reject) => {
      const { origin, pathname, search } = url;
      const path = pathname + search;
      const taker = new AnswerTaker(maxBytes, deadline, resolve, reject);
      this.agent.dispatch({ origin, path, method: 'POST', headers, body }, taker);
    });
  }

  async close(): Promise<void> {
    // A host that takes no connection must not keep the process alive.
    for (const socket of this.connecting) socket.destroy(new NetError('was given up', 'aborted'));
    this.connecting.clear();
    await this.agent.destroy();
  }

  private readonly connect: buildConnector.connector = (options, callback) => {
    const done: buildConnector.Callback = (...result) => {
      if (socket) this.connecting.delete(socket);
      callback(...result);
    };
    // It gives the socket back at once, though its type does not say so.
    const socket = this.open(options, done) as unknown as Socket | undefined;
    if (socket) this.connecting.add(socket);
  };
}

/** Keeps the beginning of an answer. */
class AnswerTaker implements Dispatcher.DispatchHandler {
  private head: AnswerHead = { status: 0, headers: {} };
  private readonly chunks: Buffer[] = [];
  private room: number;

  constructor(
    maxBytes: number,
    private readonly deadline: Deadline,
    private readonly resolve: (posted: Posted) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.room = maxBytes;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { signal } = this.deadline;
    const abort = () => controller.abort(this.deadline.failure!);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.head = { status, headers: plainHeaders(headers) };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const isCut = chunk.length > this.room;
    this.chunks.push(Buffer.from(chunk.subarray(0, this.room)));
    this.room -= chunk.length;
    if (!isCut) return;
    this.end(true);
    controller.abort(new NetError('answered with more than is wanted', 'answer_too_long'));
  }

  onResponseEnd(): void {
    this.end(false);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }

  private end(isCut: boolean): void {
    this.resolve({ ...this.head, body: Buffer.concat(this.chunks), isCut });
  }
}
