import { readFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { rejectCodes } from '../../src/product/reject.js';
import { insertProduct, useCatalogue } from '../setup/catalogue.js';
import { fieldAdd } from '../../src/commands/field/add.js';
import { loadText, runCommand } from '../setup/load.js';

const db = useCatalogue();
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
const readme = readFileSync(new URL('../../fixtures/README.md', import.meta.url), 'utf8');

beforeEach(async () => {
  await insertProduct(db(), { sku: 'TEA-001', name: 'Assam tea' });
  await insertProduct(db(), { sku: 'OWNED-1', name: 'Owned', owner: 'globex' });
});

const workbooks = ['excel_date', 'excel_precision', 'excel_format', 'excel_error'];
/** Of fields of one's own, which have to be there. */
const ownFields: Record<string, string[]> = {
  number_invalid: ['stock'],
  date_invalid: ['launch', '--type', 'date'],
  choice_invalid: ['state', '--type', 'choice', '--choices', 'new,used'],
  gtin_invalid: ['gtin'],
};
const options: Record<string, string> = { duplicate_in_file: '--on-duplicate error' };
/** Of a database in another encoding than that of the tests; see encoding.test.ts. */
const ofEncoding = 'not_in_database_encoding';
const withFixture = rejectCodes.filter((code) => code !== 'record_too_large');

it.each(withFixture.filter((code) => code !== ofEncoding))(
  'rejects the row of its fixture with %s, and loads the good one',
  async (code) => {
    const name = `rejects/${code}.${workbooks.includes(code) ? 'xlsx' : 'csv'}`;
    const own = ownFields[code];
    if (own) await runCommand(db(), fieldAdd, own);
    const { exitCode, report } = await loadText(db(), fixture(name), options[code] ?? '');
    expect(exitCode).toBe(3);
    expect([...new Set(report.failedRows.map((failed) => failed.code))]).toEqual([code]);
    expect(report.successfulRows).toBeGreaterThan(0);
  },
);

it('rejects a row over 1 MB with record_too_large, and loads the rows around it', async () => {
  const large = `CUP-002,Cup,"${'x'.repeat(1_100_000)}"\n`;
  const content = `sku,name,description\nCUP-001,Cup,small\n${large}CUP-003,Mug,small\n`;
  const { report } = await loadText(db(), content);
  expect(report.failedRows).toMatchObject([{ rowNumber: 3, code: 'record_too_large' }]);
  expect(report.products).toMatchObject({ inserted: 2 });
});

it.each(rejectCodes)('explains %s in the README', (code) => {
  expect(readme).toContain(`| \`${code}\` |`);
});

it('loads the clean fixture without a reject, and shows duplicates in another case', async () => {
  const { exitCode, report } = await loadText(db(), fixture('products.csv'));
  expect(exitCode).toBe(0);
  expect(report.rows).toEqual({ read: 7, rejected: 0, duplicates: 2 });
});

it('names every fixture in the README of the fixtures', () => {
  const list = fixture('README.md').toString();
  for (const code of withFixture) expect(list).toContain(`rejects/${code}.`);
});
