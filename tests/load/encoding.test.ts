import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { createPlainDatabase, type TestDatabase } from '../setup/database.js';
import { storedNames } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const fixture = new URL('../../fixtures/rejects/not_in_database_encoding.csv', import.meta.url);

describe('a database in LATIN1', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createPlainDatabase({ locale: 'LATIN1' });
  });
  afterAll(() => db.drop());

  it('takes what it can hold, and has the rest as rejects of their rows', async () => {
    const { exitCode, report } = await loadText(db, readFileSync(fixture));
    expect(exitCode).toBe(3);
    expect(report.failedRows).toMatchObject([
      {
        rowNumber: 3,
        column: 'name',
        value: 'Cup for 5 <U+20AC>',
        code: 'not_in_database_encoding',
      },
    ]);
    expect(report.failedRows[0]!.error).toContain('keeps its text in LATIN1');
    expect(await storedNames(db)).toEqual({ 'CUP-001': 'Caf\u00e9 cup' });
  });

  it('looks at every field, at what NFC makes of it, and keeps other rows and their order', async () => {
    const file = [
      'sku,name,description,\u0426\u0432\u0435\u0442,Colour',
      'Cafe\u0301,Lamp,,,red',
      'A-\u03b2,Beta,,,',
      'A-2,Two,\u4e00,,',
      'A-3,Three,,\u0431,',
      'A-4,Four,,,\u{1f600}',
      'CAF\u00c9-2,Caf\u00e9 again,,,',
      'Caf\u00e9,Lamp again,,,',
    ].join('\n');
    const { report } = await loadText(db, file, '--encoding utf-8 --blank clear');
    expect(report.failedRows.map(({ rowNumber, column }) => [rowNumber, column])).toEqual([
      [3, 'sku'],
      [4, 'description'],
      [5, '<U+0426><U+0432><U+0435><U+0442>'],
      [6, 'Colour'],
    ]);
    expect(report.rows).toEqual({ read: 7, rejected: 4, duplicates: 1 });
    expect(await storedNames(db)).toMatchObject({ 'Caf\u00e9': 'Lamp again' });
  });

  it('gives the cells of what it can not hold back as they stood', async () => {
    const { rows } = await db.session.client.query<{ cells: string[] }>(
      `select cells from prodimport.rejects where job_id = 1`,
    );
    expect(rows).toEqual([{ cells: ['CUP-002', 'Cup for 5 \u20ac'] }]);
  });

  it('counts them in a dry run as the load does, and no row that it names is missing', async () => {
    const file = 'sku,name\nCUP-001,\u20ac\nA-1,Still there\n';
    const words = '--missing delete --missing-limit 100%';
    const dry = await loadText(db, file, `${words} --dry-run`);
    const { report } = await loadText(db, file, words);
    expect(dry.report.rows).toEqual(report.rows);
    expect(dry.report.missing).toEqual(report.missing);
    expect(Object.keys(await storedNames(db))).toContain('CUP-001');
  });

  it('does not take what is typed by hand with another character for it', async () => {
    const add = ['product', 'add', '--sku', 'E-1', '--name', '5 \u20ac'];
    const { code, stderr } = await runCli(add, { url: db.url });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('LATIN1') });
  });
});

it('a database in SQL_ASCII is refused by db migrate: exit 5', async () => {
  const db = await createPlainDatabase({ locale: 'SQL_ASCII', migrated: false });
  const { code, stderr } = await runCli(['db', 'migrate'], { url: db.url });
  await db.drop();
  expect(code).toBe(5);
  expect(stderr).toContain('--encoding=UTF8');
});
