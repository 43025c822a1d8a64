import type { Session } from './session.js';

/** Reads in a transaction of its own, in which all is of one moment and nothing is changed. */
export async function* inSnapshot<Item>(
  session: Session,
  read: () => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  await session.begin('repeatable read, read only');
  try {
    yield* read();
  } finally {
    await session.rollback();
  }
}

/**
 * Runs a SELECT inside a transaction, one at a time, and reads its rows by and by, so that any number
 * of them needs the memory of one batch.
 * @param name, parts see `Session.query`
 * @param signal ends the reading between two batches
 */
export async function* readInBatches<Row extends object>(
  transaction: Session,
  name: string,
  values: unknown[] = [],
  signal?: AbortSignal,
  parts: Record<string, string> = {},
): AsyncGenerator<Row[]> {
  const { client } = transaction;
  await client.query(
    `declare batches no scroll cursor for ${transaction.text(name, parts)}`,
    values,
  );
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { rows } = await client.query<Row>(`fetch ${batchRows} from batches`);
      if (rows.length > 0) yield rows;
      if (rows.length < batchRows) return;
    }
  } finally {
    await client.query('close batches').catch(() => undefined);
  }
}

/** The same, row by row. */
export async function* readRows<Row extends object>(
  ...select: Parameters<typeof readInBatches>
): AsyncGenerator<Row> {
  for await (const rows of readInBatches<Row>(...select)) yield* rows;
}

const batchRows = 1000;
