import { once } from 'node:events';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type pg from 'pg';
import { DatabaseError } from '../errors.js';
import { Characters } from './characters.js';
import { beginText, type Connection } from './connection.js';
import {
  isConnectionLost,
  isSqlState,
  lackingRight,
  lockNotAvailable,
  suppressed,
} from './failure.js';
import type { Level } from './levels.js';
import { sqlText } from './sql.js';

const endTimeoutMs = 2000;

/**
 * One connection. int8 and numeric come as strings, as pg gives them: a price must never become a
 * float, and an id must never be rounded. Settings and locks are taken for a transaction only, so
 * that a pooler in transaction mode serves as well.
 */
export class Session {
  private brokenBy: Error | null = null;
  private copying: Writable | null = null;
  /** Whether a transaction is open. */
  private isOpen = false;
  private asked: Characters | null = null;
  /** What may end the statements that run now; null where nothing may. */
  private heeded: AbortSignal | null = null;

  /**
   * @param connectAgain opens another connection to the same database
   * @param isDistributed whether products are spread over the nodes of a cluster
   * @param level what the command needs, to be named where a right is lacking
   */
  constructor(
    readonly client: Connection,
    readonly schema: string,
    private readonly connectAgain: () => Promise<Connection>,
    readonly isDistributed = false,
    private readonly level: Level = 'viewer',
  ) {
    // A connection that breaks between two statements must not end the process: the next
    // statement on it fails, and says why.
    client.on('error', (error) => (this.brokenBy ??= error));
    client.on('end', () => (this.brokenBy ??= new Error('Connection terminated unexpectedly')));
  }

  /** In which the database keeps its text, as the server calls it. */
  get encoding(): string {
    return this.client.serverEncoding;
  }

  /** Which characters the database can hold; null for one in UTF8, which holds all. */
  get characters(): Characters | null {
    if (this.encoding === 'UTF8') return null;
    return (this.asked ??= new Characters(this.connectAgain));
  }

  /** A text as the database can hold it: what it can't stands as its number. */
  async storable(text: string): Promise<string> {
    await this.characters?.learn([text]);
    return this.characters?.storable(text) ?? text;
  }

  /** Whether the connection is gone; nothing works on it any more. */
  get isBroken(): boolean {
    return this.brokenBy !== null;
  }

  /** What this database is asked for `sql/<name>.sql`. */
  text(name: string, parts: Record<string, string> = {}): string {
    return sqlText(name, this.schema, parts, this.isDistributed);
  }

  /**
   * Runs `sql/<name>.sql`. Values are bound, never spliced.
   * @param parts see `sqlText`
   */
  async query<Row extends object = Record<string, unknown>>(
    name: string,
    values: unknown[] = [],
    parts: Record<string, string> = {},
  ): Promise<Row[]> {
    return (await this.run<Row>(name, values, parts)).rows;
  }

  /** The same, for a statement that gives exactly one row. */
  async one<Row extends object>(
    name: string,
    values: unknown[] = [],
    parts: Record<string, string> = {},
  ): Promise<Row> {
    const [row] = await this.query<Row>(name, values, parts);
    if (!row) throw new Error(`${name} gave no row`);
    return row;
  }

  /** Runs a statement that gives no rows; the result is how many it wrote. */
  async execute(
    name: string,
    values: unknown[] = [],
    parts: Record<string, string> = {},
  ): Promise<number> {
    return (await this.run(name, values, parts)).rowCount ?? 0;
  }

  /**
   * Runs a statement that writes so many rows.
   * @param what the rows, for the sentence that says that they were not written
   * @throws FailedError `write_suppressed` where the server wrote another number of them
   */
  async write(name: string, values: unknown[], rows: number, what: string): Promise<void> {
    if ((await this.execute(name, values)) !== rows) throw suppressed(what);
  }

  private async run<Row extends object>(
    name: string,
    values: unknown[],
    parts: Record<string, string> = {},
  ): Promise<pg.QueryResult<Row>> {
    this.throwIfEnded();
    const text = this.text(name, parts);
    try {
      if (this.isOpen) return await this.client.query<Row>(text, values);
      return await this.client.ask<Row>({ text, values });
    } catch (error) {
      if (isSqlState(error, lockNotAvailable)) (error as Error).message += `, at ${name}`;
      const { schema, level } = this;
      throw lackingRight(error, { schema, level, user: this.client.user ?? 'the user' });
    }
  }

  /** Runs a statement that no file can hold, as the database itself made it up. */
  async perform(statement: string): Promise<void> {
    this.throwIfEnded();
    await this.client.query(statement);
  }

  private throwIfEnded(): void {
    // The driver would say no more than that the connection can't be used.
    if (this.brokenBy) throw this.brokenBy;
    this.heeded?.throwIfAborted();
  }

  /**
   * Begins a transaction, with all that statements rely on set for it.
   * @param mode what it sees of others, and whether it may write
   */
  async begin(mode = 'read committed'): Promise<void> {
    this.throwIfEnded();
    this.isOpen = true;
    await this.client.query(beginText(mode));
  }

  async commit(): Promise<void> {
    this.isOpen = false;
    await this.client.query('commit');
  }

  /**
   * Runs `work` between BEGIN and COMMIT; anything it throws rolls back and is thrown on.
   * @param signal rolls back, too, until COMMIT is on its way; see `heeding`
   */
  async transaction<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.begin();
    try {
      const result = await (signal ? this.heeding(signal, work) : work());
      signal?.throwIfAborted();
      await this.commit().catch(rethrowCommit);
      return result;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /**
   * Does `work`, unless `signal` ends it: that cancels the statement that runs, and lets none begin.
   * In a transaction, or where no pooler stands between: the server process must stay the same.
   */
  async heeding<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const { pid } = await this.one<{ pid: number }>('db/backend_pid');
    this.heeded = signal;
    const cancel = () => void this.cancel(pid).catch(() => undefined);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', cancel);
      this.heeded = null;
    }
  }

  private async cancel(pid: number): Promise<void> {
    const other = await this.connectAgain();
    try {
      // Later the process may serve others: a pooler hands it on.
      if (this.heeded) await other.ask({ text: this.text('db/cancel'), values: [pid] });
    } finally {
      await other.end();
    }
  }

  /** Ends the transaction, whatever state the connection is in. */
  async rollback(): Promise<void> {
    this.isOpen = false;
    await this.client.query('rollback').catch(() => undefined);
  }

  /**
   * Feeds a COPY … FROM STDIN with chunks of text format. Back-pressure holds, and a failure on
   * either side ends both. The next chunk is asked for when the system has taken the last one, whose
   * bytes may then be written anew.
   * @param parts see `sqlText`
   */
  async copyIn(
    name: string,
    parts: Record<string, string>,
    chunks: AsyncIterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<number> {
    const { default: copyStreams } = await import('pg-copy-streams');
    const options = { highWaterMark: 1 };
    const copy = this.client.query(copyStreams.from(this.text(name, parts), options));
    this.copying = copy;
    try {
      await pipeline(chunks, copy, { signal });
    } finally {
      this.copying = null;
    }
    return copy.rowCount;
  }

  /** Whether it is the server's turn. A COPY whose rows are still to come waits for us. */
  isWaiting(): boolean {
    const { readyForQuery } = this.client as unknown as { readyForQuery: boolean };
    if (readyForQuery) return false;
    const isFed = this.copying !== null && !this.copying.writableEnded;
    return !isFed || this.socket.writableLength > 0;
  }

  /** Bytes that went through in both directions: a connection that moves is alive. */
  bytesMoved(): number {
    const { bytesRead, bytesWritten, writableLength } = this.socket;
    return bytesRead + bytesWritten - writableLength;
  }

  /** Asks over another connection whether the server works on the statement of this one. */
  async isAtWork(other: Connection, silentMs: number, timeoutMs: number): Promise<boolean> {
    const { rows } = await other.ask<{ at_work: boolean }>({
      text: this.text('db/is_at_work'),
      values: [this.client.toldProcess, other.toldProcess, silentMs],
      query_timeout: timeoutMs,
    } as pg.QueryConfig);
    return rows[0]!.at_work;
  }

  /** Breaks the connection; what waits on it fails with this error. */
  cut(error: Error): void {
    this.brokenBy ??= error;
    this.socket.destroy(error);
  }

  /** Says goodbye, but does not wait for long that the server hears it. */
  async end(): Promise<void> {
    await this.asked?.end();
    const { socket } = this;
    const timer = setTimeout(() => socket.destroy(), endTimeoutMs);
    const closed = socket.destroyed ? null : once(socket, 'close').catch(() => undefined);
    await Promise.race([this.client.end().catch(() => undefined), closed]);
    clearTimeout(timer);
  }

  private get socket(): Socket {
    return this.client.connection.stream as Socket;
  }
}

/** @throws DatabaseError where the server may have committed without our hearing of it */
function rethrowCommit(error: unknown): never {
  if (!isConnectionLost(error)) throw error;
  throw new DatabaseError(
    'The connection was lost before the server confirmed the change: it may be done, or not. Look at the catalogue before you try again (`prodimport db info` counts its products).',
    'commit_unknown',
    { cause: error },
  );
}
