import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import exceljs from 'exceljs';
import type { Report } from '../../src/load/job.js';
import { storedNames, useCatalogue } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';

const db = useCatalogue();
const folder = useFolder();
const load = (...args: string[]) => runCli(['load', ...args], { url: db().url });

it.each([
  ['excel_format.xlsx', 'excel_format', /sku/],
  ['excel_date.csv', 'excel_date', /2-Jan.*--allow-mangled/],
  ['quote_misplaced.csv', 'quote_misplaced', /--escape.*--quote/],
])('%s is rejected with %s, and a sentence that helps', async (name, code, says) => {
  const fixture = fileURLToPath(new URL(`../../fixtures/rejects/${name}`, import.meta.url));
  const { code: exitCode, json } = await load(fixture, '--json');
  const { failedRows, products } = json<Report>();
  expect(exitCode).toBe(3);
  expect(failedRows.map((row) => row.code)).toEqual([code]);
  expect(`${failedRows[0]!.column}: ${failedRows[0]!.error}`).toMatch(says);
  expect(products!.inserted).toBeGreaterThan(0);
});

it('a text whose encoding is in doubt is refused, and loads as its message says', async () => {
  const text = iconv.encode('sku,name,price\nA,Lunedì rosso,1.50\n', 'windows-1252');
  const file = folder.write('doubt.csv', text);
  const { code, stderr } = await load(file, '--json');
  expect([code, stderr]).toEqual([2, expect.stringContaining('"code":"encoding_doubtful"')]);
  expect((await load(file, '--encoding', 'windows-1252')).code).toBe(0);
  expect(await storedNames(db())).toEqual({ A: 'Lunedì rosso' });
});

it('says no note twice, whatever is written and however many sheets there are', async () => {
  const book = new exceljs.Workbook();
  for (const name of ['Prices', 'More']) {
    book.addWorksheet(name).addRows([
      ['sku', 'name', 'colour'],
      ['A', 'Cup', 'red'],
      ['B', '', 'x'],
    ]);
  }
  const sheets = folder.write('book.xlsx', Buffer.from(await book.xlsx.writeBuffer()));
  const odd = 'sku;name;colour;images\nA;Cup;red;a.jpg;\nA;12" lid;NULL\n;"x"y;z;\nB;;c;d.jpg\n';
  const text = folder.write('odd.csv', iconv.encode(`${odd}C;Crème brûlée;x;\n`, 'windows-1252'));
  const options = ['--rejects', folder.path('bad.csv'), '--json'];
  for (const file of [sheets, text]) {
    for (const more of [[], ['--dry-run', '--diff', folder.path('diff.ndjson')]]) {
      const { json, stderr } = await load(file, ...options, ...more);
      const { notes } = json<Report>();
      const said = stderr.split('\n').filter((line) => notes.includes(line));
      expect(new Set(notes).size, notes.join('\n')).toBe(notes.length);
      expect(said.sort()).toEqual([...notes].sort());
      expect(notes.length).toBeGreaterThan(1);
    }
  }
});
