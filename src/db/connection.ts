import type { Duplex } from 'node:stream';
import pg from 'pg';
import { guarded } from './frames.js';
import { isDatabaseFailure, lacksTls } from './failure.js';
import { defaultSchema, sqlText } from './sql.js';

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

  /** Runs a statement outside of a transaction, with what it relies on behind a pooler too. */
  async ask<Row extends object>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    if (!this.isPooled) return this.query<Row>(query);
    // All at once, so that nothing comes between.
    const [begun, result, ended] = await Promise.allSettled([
      this.query(beginText('read committed')),
      this.query<Row>(query),
      this.query('commit'),
    ]);
    for (const step of [begun, ended]) if (step.status === 'rejected') throw step.reason;
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }
}

/** The driver trips over what no PostgreSQL says, in ways of its own. */
function rethrowOdd(error: unknown): never {
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
    await client.setUp(how.connectTimeoutMs).catch(rethrowOdd);
  } catch (error) {
    void client.end().catch(() => undefined);
    if (!how.isTlsOptional || !lacksTls(error)) throw error;
    return connectTo({ ...config, ssl: false }, { ...how, isTlsOptional: false });
  }
  return client;
}
