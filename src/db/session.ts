import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { sqlText } from './sql.js';

const pageRows = 1000;

/**
 * One connection. int8 and numeric come as strings, as pg gives them: a price must never become a
 * float, and an id must never be rounded. Settings and locks are taken for a transaction only, so
 * that a pooler in transaction mode serves as well.
 */
export class Session {
  constructor(
    readonly client: pg.Client,
    readonly schema: string,
  ) {}

  /** Runs `sql/<name>.sql`. Values are bound, never spliced. */
  async query<Row extends object = Record<string, unknown>>(
    name: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const result = await this.client.query<Row>(sqlText(name, this.schema), values);
    return result.rows;
  }

  /** The same, for a statement that gives exactly one row. */
  async one<Row extends object>(name: string, values: unknown[] = []): Promise<Row> {
    const [row] = await this.query<Row>(name, values);
    if (!row) throw new Error(`${name} gave no row`);
    return row;
  }

  /** Runs `work` between BEGIN and COMMIT; anything it throws rolls back and is thrown on. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('begin');
    try {
      const result = await work();
      await this.client.query('commit');
      return result;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** Ends the transaction, whatever state the connection is in. */
  async rollback(): Promise<void> {
    await this.client.query('rollback').catch(() => undefined);
  }

  /**
   * Feeds a COPY … FROM STDIN with chunks of text format. Back-pressure holds, and a failure on
   * either side ends both.
   * @param parts see `sqlText`
   */
  async copyIn(
    name: string,
    parts: Record<string, string>,
    chunks: AsyncIterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<number> {
    const copy = this.client.query(copyStreams.from(sqlText(name, this.schema, parts)));
    await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 4 }), copy, { signal });
    return copy.rowCount;
  }

  /**
   * The rows of a select, page by page through a cursor, so that millions need no memory. Only
   * inside a transaction, and one at a time.
   */
  async *stream<Row extends object>(name: string, values: unknown[] = []): AsyncGenerator<Row> {
    const text = sqlText(name, this.schema);
    await this.client.query(`declare pages no scroll cursor for ${text}`, values);
    try {
      for (;;) {
        const { rows } = await this.client.query<Row>(`fetch ${pageRows} from pages`);
        yield* rows;
        if (rows.length < pageRows) return;
      }
    } finally {
      await this.client.query('close pages').catch(() => undefined);
    }
  }

  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
