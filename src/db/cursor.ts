import type { Session } from './session.js';
import { sqlText } from './sql.js';

/**
 * Runs a SELECT in a read-only transaction of its own and reads its rows by and by, so that any
 * number of them needs the memory of one batch. All of them are of one moment.
 * @param name see `Session.query`
 */
export async function* readInBatches<Row extends object>(
  session: Session,
  name: string,
  values: unknown[],
  batchRows = 1000,
): AsyncGenerator<Row[]> {
  const { client, schema } = session;
  await client.query('begin isolation level repeatable read, read only');
  try {
    await client.query(`declare batches no scroll cursor for ${sqlText(name, schema)}`, values);
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${batchRows} from batches`);
      if (rows.length > 0) yield rows;
      if (rows.length < batchRows) return;
    }
  } finally {
    await session.rollback();
  }
}
