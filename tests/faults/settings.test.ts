import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { tryEveryCommand } from './every-command.js';
import { counted } from './table.js';
import { firstFile } from './trial.js';

/** What an administrator may set for a database, and what has changed the meaning of statements. */
const settings: [name: string, value: string][] = [
  ['default_transaction_isolation', 'serializable'],
  ['DateStyle', 'SQL, DMY'],
  ['array_nulls', 'off'],
  ['default_transaction_isolation', 'repeatable read'],
  ['default_transaction_deferrable', 'on'],
  ['DateStyle', 'German'],
  ['DateStyle', 'Postgres, MDY'],
  ['IntervalStyle', 'sql_standard'],
  ['TimeZone', 'Asia/Kathmandu'],
  ['TimeZone', 'America/St_Johns'],
  ['lc_messages', 'C'],
  ['lc_monetary', 'C'],
  ['lc_numeric', 'C'],
  ['lc_time', 'C'],
  ['standard_conforming_strings', 'off'],
  ['bytea_output', 'escape'],
  ['client_encoding', 'LATIN1'],
  ['default_tablespace', 'pg_default'],
  ['row_security', 'off'],
  ['synchronous_commit', 'off'],
  ['statement_timeout', '10min'],
  ['extra_float_digits', '-15'],
  ['transform_null_equals', 'on'],
  ['plan_cache_mode', 'force_generic_plan'],
  ['search_path', ''],
];

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

async function set(name: string, value: string): Promise<void> {
  const { client } = db.session;
  const list = name === 'search_path' ? `''` : client.escapeLiteral(value);
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  await client.query(`alter database ${rows[0]!.name} set ${name} = ${list}`);
}

describe('a database whose setting is', () => {
  const some = inject('thorough') ? settings : settings.slice(0, 3);
  it.each(some)('%s = %s is served as any other, by every command', async (name, value) => {
    await set(name, value);
    await counted('every command under a setting of the server', 'after', () =>
      tryEveryCommand(db.url),
    );
  });

  it('a statement_timeout too short for the work ends a command with 5, and says so', async () => {
    await set('statement_timeout', '1ms');
    const { code, stderr } = await runCli(['load', firstFile], { url: db.url });
    expect(code, stderr).toBe(5);
    expect(stderr).toContain('a statement_timeout?');
  });
});
