import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyText, copyTextArray } from '../../src/db/copy-text.js';
import { sqlText } from '../../src/db/sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it('writes null as \\N, and the two characters \\N as a text', () => {
  expect(copyText(null)).toBe('\\N');
  expect(copyText('\\N')).toBe('\\\\N');
  expect(copyText('')).toBe('');
});

it('brings back any text and any list of texts through COPY', async () => {
  const texts = [
    '',
    ' ',
    '\\',
    '\\.',
    '\\N',
    'a\tb',
    'a\nb',
    'a\r\nb',
    '"',
    '{}',
    ',',
    "'",
    'é😀',
    'NULL',
  ];
  const { client } = db.session;
  await client.query('begin');
  const table = { kind: 'temporary', staging: 'pg_temp.staging_of_test' };
  await client.query(sqlText('load/create_staging', 'prodimport', table));
  async function* lines() {
    for (const [i, text] of texts.entries()) {
      yield Buffer.from(`${i}\t${copyText(text)}\t${copyTextArray([text, ...texts])}\n`);
    }
  }
  const parts = { ...table, columns: 'row_number, sku, images' };
  const sent = await db.session.copyIn('load/copy_staging', parts, lines());
  const { rows } = await client.query<{ sku: string; images: string[] }>(
    'select sku, images from staging order by row_number',
  );
  await client.query('rollback');

  expect(sent).toBe(texts.length);
  expect(rows).toEqual(texts.map((text) => ({ sku: text, images: [text, ...texts] })));
});
