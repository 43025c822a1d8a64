import { expect, it } from 'vitest';
import { checkSchema, knownMigrations, migrate, schemaVersion } from '../../src/db/migrate.js';
import { createTestDatabase } from '../setup/database.js';

it('knows its migrations in order, without a gap', () => {
  const versions = knownMigrations().map(({ version }) => version);
  expect(versions).toEqual(versions.map((_, i) => i + 1));
});

it('applies each once, and two that start at once do not disturb each other', async () => {
  const db = await createTestDatabase({ migrated: false });
  const other = await db.database.session();
  const both = await Promise.all([migrate(db.session), migrate(other)]);
  const version = await schemaVersion(db.session);
  await checkSchema(db.session);
  await db.drop();

  const names = knownMigrations().map(({ name }) => name);
  expect(both.flat().sort()).toEqual(names);
  expect(version).toBe(names.length);
});

it('refuses what is older, newer or not there, with the way out', async () => {
  const db = await createTestDatabase({ migrated: false });
  const { session } = db;
  await expect(checkSchema(session)).rejects.toMatchObject({
    exitCode: 5,
    code: 'schema_not_migrated',
  });
  await migrate(session);
  await session.query('db/add_migration', [9999, '9999_future']);
  const newer = { exitCode: 5, code: 'schema_newer' };
  await expect(checkSchema(session)).rejects.toMatchObject(newer);
  await expect(migrate(session)).rejects.toMatchObject(newer);
  await session.client.query('delete from prodimport.migrations where version > 1');
  await expect(checkSchema(session)).rejects.toMatchObject({ code: 'schema_not_migrated' });
  await db.drop();
});
