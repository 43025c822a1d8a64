import { expect, it } from 'vitest';
import {
  checkSchema,
  knownMigrations,
  migrate,
  runStep,
  schemaVersion,
} from '../../src/db/migrate.js';
import type { Session } from '../../src/db/session.js';
import { planImages } from '../../src/image/process.js';
import { completeProducts } from '../../src/image/complete.js';
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

it('gives images of an older schema the store that was written after their settings', async () => {
  const db = await createTestDatabase({ migrated: false });
  const { session } = db;
  await migrateTo(session, 6);
  await session.client.query(`
    insert into prodimport.images (url, url_hash, host, status, key, made_for)
    select
      'https://h/' || n, sha256(n::text::bytea), 'h', status, key, 'webp 1600 80 ' || store
    from (values
      (1, 'done', '1.webp', '/my images'),
      (2, 'dead', null, null),
      (3, 'done', '3.webp', '/my images'),
      (4, 'waiting', null, null),
      (5, 'done', 's3://b/5.webp', 's3://b')) as t (n, status, key, store);
    insert into prodimport.products (sku, images, compressed_images) values
      ('THREE', '{https://h/1,https://h/2,https://h/3}', '{1.webp,3.webp}'),
      ('MIXED', '{https://h/1,https://h/5}', '{1.webp,s3://b/5.webp}');
    insert into prodimport.changes (job_id, sku_key, sku, action, old) values
      (1, 'a', 'A', 'deleted', '{"images": ["1", "2"], "compressedImages": ["1.webp"]}'),
      (1, 'b', 'B', 'deleted', '{"images": ["1"], "compressedImages": ["1.webp"]}')`);
  expect(await migrate(session)).toContain('0007_images_of_stores');

  const rows = async (text: string) => (await session.client.query(text)).rows as unknown[];
  expect(
    await rows('select store, made_for, status from prodimport.images order by url'),
  ).toMatchObject([
    { store: '/my images', made_for: 'webp 1600 80', status: 'done' },
    { store: '/my images', made_for: null, status: 'dead' },
    { store: '/my images', made_for: 'webp 1600 80', status: 'done' },
    { store: '/my images', made_for: null, status: 'waiting' },
    { store: 's3://b', made_for: 'webp 1600 80', status: 'done' },
  ]);
  expect(
    await rows(`select old -> 'compressedImages' as keys from prodimport.changes order by sku`),
  ).toEqual([{ keys: [] }, { keys: ['1.webp'] }]);
  // A run puts right what the dead were left out of, and asks for what is in another store.
  expect(await planImages(session, '/my images')).toBe(1);
  await completeProducts(session, { store: '/my images', takesOver: false });
  expect(
    await rows('select compressed_images as keys from prodimport.products order by id'),
  ).toEqual([{ keys: ['1.webp', null, '3.webp'] }, { keys: ['1.webp', 's3://b/5.webp'] }]);
  await db.drop();
});

/** Brings a database to an older schema. */
async function migrateTo(session: Session, version: number): Promise<void> {
  await session.client.query('create schema prodimport');
  await session.query('db/create_migrations');
  for (const step of knownMigrations().slice(0, version)) {
    await runStep(session, session.text(`migrations/${step.name}`));
    await session.query('db/add_migration', [step.version, step.name]);
  }
}
