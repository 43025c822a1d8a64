import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { isDatabaseFailure, lacksTls } from './failure.js';
import { defaultSchema, sqlText } from './sql.js';

const headBytes = 5;
/** Until the server is ready it has little to say, and nobody knows yet what it is. */
const greetingBytes = 64 * 1024;
const toldBytes = 1024 * 1024;
/** More than that JavaScript can't make a text of. */
const rowBytes = 0x1fffffe8;

const [error, notice, ready] = ['E', 'N', 'Z'].map((kind) => kind.charCodeAt(0));

/**
 * Where the messages of a server begin and end, so that the driver is only given what it can read: it
 * goes on for ever after the end of a text that has none, and keeps what never ends.
 */
class Frames {
  private readonly head = Buffer.alloc(headBytes);
  private headFilled = 0;
  private left = 0;
  private isReady = false;

  /** @throws Error where this can't be the next of what a PostgreSQL says */
  check(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.headFilled < headBytes) {
        const copied = chunk.copy(this.head, this.headFilled, at, at + headBytes - this.headFilled);
        this.headFilled += copied;
        at += copied;
        if (this.headFilled < headBytes) return;
        this.begin();
      }
      const taken = Math.min(this.left, chunk.length - at);
      at += taken;
      this.left -= taken;
      if (this.left === 0) this.end(taken > 0 ? chunk[at - 1]! : 0);
    }
  }

  private begin(): void {
    const [kind] = this.head;
    this.left = this.head.readUInt32BE(1) - (headBytes - 1);
    const isTold = kind === error || kind === notice;
    const most = !this.isReady ? greetingBytes : isTold ? toldBytes : rowBytes;
    if (this.left >= (isTold ? 1 : 0) && this.left <= most) return;
    throw new Error(`a message of ${this.left} bytes`);
  }

  private end(last: number): void {
    const [kind] = this.head;
    if ((kind === error || kind === notice) && last !== 0) throw new Error('a text without an end');
    this.isReady ||= kind === ready;
    this.headFilled = 0;
  }
}

/**
 * A stream as the driver listens to it, without what no PostgreSQL says: that ends the connection.
 * @returns what has its events `data` and `end`
 */
export function guarded(stream: Duplex): EventEmitter {
  const heard = new EventEmitter();
  const frames = new Frames();
  let isBroken = false;
  stream.on('data', (chunk: Buffer) => {
    if (isBroken) return;
    try {
      frames.check(chunk);
      heard.emit('data', chunk);
    } catch (cause) {
      isBroken = true;
      const said = cause instanceof Error ? cause.message : String(cause);
      stream.destroy(new Error(`Unexpected answer: ${said}`, { cause }));
    }
  });
  stream.on('end', () => heard.emit('end'));
  return heard;
}

/** For every lock that no `--wait` is for. */
const lockTimeoutMs = 600_000;

/** How to connect. */
export interface Connecting {
  connectTimeoutMs: number;
  /** Whether a server without TLS will do: the driver knows only with and without. */
  isTlsOptional: boolean;
}

/** The part of the driver that listens to the server. */
interface Listening {
  attachListeners: (stream: Duplex) => void;
}

/** A connection of the driver on which statements mean the same whatever the server has set. */
export class Connection extends pg.Client {
  /** Whether a pooler stands between: what is set then holds for a transaction only. */
  isPooled = false;

  /** In which the database keeps its text, as the server calls it. */
  serverEncoding = 'UTF8';

  /** What was asked last, once it is answered. */
  private asked: Promise<unknown> = Promise.resolve();

  constructor(config: pg.ClientConfig) {
    super(config);
    // The driver would take PGPASSWORD, wherever the address comes from; null: ~/.pgpass knows.
    Object.assign(this, { password: config.password || null });
    const { connection } = this as unknown as { connection: Listening };
    const listen = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => listen(guarded(stream) as Duplex);
    this.connection.on(
      'parameterStatus',
      (status: { parameterName: string; parameterValue: string }) => {
        if (status.parameterName === 'server_encoding') this.serverEncoding = status.parameterValue;
      },
    );
  }

  /** The server process of the connection, as the server named it. */
  get toldProcess(): number {
    return (this as unknown as { processID: number }).processID;
  }

  /** Sets what all statements rely on; see sql/db/set_up.sql. */
  async setUp(timeoutMs: number): Promise<void> {
    const { rowCount } = await this.query({
      text: sqlText('db/set_up', defaultSchema),
      values: [this.toldProcess, `${lockTimeoutMs}ms`],
      query_timeout: timeoutMs,
    } as pg.QueryConfig);
    this.isPooled = rowCount === 0;
  }

  /**
   * Runs a statement outside of a transaction, with what it relies on behind a pooler too. One after
   * the other, whoever asks, so that nothing comes between.
   */
  async ask<Row extends object>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const asked = this.asked.then(() => this.answer<Row>(query));
    this.asked = asked.catch(() => undefined);
    return asked;
  }

  private async answer<Row extends object>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    if (!this.isPooled) return this.query<Row>(query);
    await this.query(beginText('read committed'));
    try {
      return await this.query<Row>(query);
    } finally {
      // After a failure it rolls back.
      await this.query('commit');
    }
  }
}

/** The driver trips over what no PostgreSQL says, in ways of its own. */
function rethrowUnexpected(error: unknown): never {
  if (isDatabaseFailure(error)) throw error;
  throw new Error(`Unexpected answer: ${String(error)}`, { cause: error });
}

/** @param mode what the transaction sees of others, and whether it may write */
export function beginText(mode: string): string {
  return sqlText('db/begin', defaultSchema, { mode });
}

/** Connects, and sets the connection up. */
export async function connectTo(config: pg.ClientConfig, how: Connecting): Promise<Connection> {
  const client = new Connection({
    ...config,
    application_name: config.application_name ?? 'prodimport',
    connectionTimeoutMillis: how.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // node-postgres emits 'error' besides rejecting when a socket dies while it connects.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.setUp(how.connectTimeoutMs).catch(rethrowUnexpected);
  } catch (error) {
    void client.end().catch(() => undefined);
    if (!how.isTlsOptional || !lacksTls(error)) throw error;
    return connectTo({ ...config, ssl: false }, { ...how, isTlsOptional: false });
  }
  return client;
}
