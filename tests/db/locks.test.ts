import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { databaseFailure } from '../../src/db/failure.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it('bounds every wait for a lock, on every connection', async () => {
  const session = await db.database.session();
  const { rows } = await session.client.query('show lock_timeout');
  expect(rows).toEqual([{ lock_timeout: '10min' }]);
});

it('leaves a bound alone that the server or the user has set', async () => {
  await db.session.client.query(`do $$ begin
    execute format('alter database %I set lock_timeout = %L', current_database(), '50ms');
  end $$`);
  const session = await db.database.session();
  await db.session.client.query('begin; lock table prodimport.jobs in access exclusive mode');
  const waiting = session.query('job/list', [null, 1]).catch((error: unknown) => {
    throw databaseFailure(error, 'PostgreSQL');
  });
  await expect(waiting).rejects.toMatchObject({ exitCode: 4, code: 'locked' });
  await expect(waiting).rejects.toThrow(/lock timeout, at job\/list\. Another session/);
  await db.session.client.query('rollback');
});

it('does not wait for a migration without end either', async () => {
  const [one, other] = [await db.database.session(), await db.database.session()];
  await one.query('db/lock_migrations');
  // Where all were applied, there is nothing to wait for.
  await one.client.query('delete from prodimport.migrations where version > 1');
  await expect(migrate(other)).rejects.toThrow(/lock timeout, at db\/lock_migrations/);
});
