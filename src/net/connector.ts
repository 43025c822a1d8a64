import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { NetError } from './failure.js';
import { socketLookup, type Lookup } from './lookup.js';

const connectMs = 10_000;

/** Opens sockets to checked addresses, and can end those that are still on their way. */
export class Connector {
  private readonly connecting = new Set<Socket>();
  private readonly open: buildConnector.connector;

  constructor(lookup: Lookup, allowPrivate: boolean) {
    this.open = buildConnector({
      lookup: socketLookup(lookup, allowPrivate),
      timeout: connectMs,
    });
  }

  /** For undici's `connect`. */
  readonly connect: buildConnector.connector = (options, callback) => {
    const done: buildConnector.Callback = (...result) => {
      if (socket) this.connecting.delete(socket);
      callback(...result);
    };
    // It gives the socket back at once, though its type does not say so.
    const socket = this.open(options, done) as unknown as Socket | undefined;
    if (socket) this.connecting.add(socket);
  };

  /** A host that takes no connection must not keep the process alive. */
  close(): void {
    for (const socket of this.connecting) socket.destroy(new NetError('was given up', 'aborted'));
    this.connecting.clear();
  }
}
