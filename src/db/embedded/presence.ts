import { defaultSchema, sqlText } from '../sql.js';

/** As much of a database client as it takes. */
interface Queryable {
  query(text: string, values: unknown[]): Promise<{ rows: { held: boolean }[] }>;
}

/** Any number that nothing else locks in the embedded server's database. */
const presenceKey = 7_063_210;

/**
 * Every command holds a shared lock while it is at work, on one connection that lives as long as it
 * does. So the last one out knows that it is: counting connections instead would let two commands
 * that leave together each take the other for one that stays.
 *
 * To be called in the `connect` of `connectWithStart`, after which it is retried on a new server
 * when the old one is about to stop.
 *
 * @throws Error with the SQLSTATE 57P03 when the last one out has the server already
 */
export async function enterEmbedded(client: Queryable): Promise<void> {
  if (await held(client, 'db/enter_embedded')) return;
  throw Object.assign(new Error('the embedded server is about to stop'), { code: '57P03' });
}

/**
 * Gives the shared lock back.
 *
 * @returns true for the last one out, who then holds off newcomers until its connection ends, and
 *   has to call `releaseEmbedded(folders)` before that
 */
export async function leaveEmbedded(client: Queryable): Promise<boolean> {
  await held(client, 'db/leave_embedded');
  return await held(client, 'db/hold_embedded');
}

async function held(client: Queryable, statement: string): Promise<boolean> {
  const text = sqlText(statement, defaultSchema);
  const { rows } = await client.query(text, [presenceKey]);
  return rows[0]?.held === true;
}
