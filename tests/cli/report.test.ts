import { existsSync, rmSync } from 'node:fs';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/load/job.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder } from '../setup/folder.js';

const folder = useFolder();
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const run = (args: string[]) => runCli(args, { url: db.url, cwd: folder.path('.') });

async function rejectsSheet(): Promise<unknown[][]> {
  const { code, stderr } = await run(['report', 'last', '--format', 'xlsx', '--output', 'r.xlsx']);
  expect(code, stderr).toBe(0);
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(folder.path('r.xlsx'));
  const rows = workbook.getWorksheet('rejects')!.getSheetValues().slice(1);
  return rows.map((row) => (row as unknown[]).slice(1));
}

describe('the report of a recorded job', () => {
  it('has as a workbook the cells of each rejected row, as they stood in the file', async () => {
    folder.write(
      'prices.csv',
      'SKU;Name;Preis;Farbe\nA-1;Lamp;1,50;red\n 007 ;;viel;"=1+1"\nB-2;Bulb;x\n',
    );
    await run(['load', 'prices.csv', '--map', 'Preis=price', '--decimal', ',']);
    const [header, ...rows] = await rejectsSheet();
    expect(header!.slice(6)).toEqual(['SKU', 'Name', 'Preis', 'Farbe']);
    expect(rows.map((row) => [row[0], row[2], ...row.slice(6)])).toEqual([
      [3, 'name', ' 007 ', undefined, 'viel', '=1+1'],
      [3, 'price', ' 007 ', undefined, 'viel', '=1+1'],
      [3, 'Farbe', ' 007 ', undefined, 'viel', '=1+1'],
      [4, 'price', 'B-2', 'Bulb', 'x'],
    ]);
    const { json } = await run(['report', 'last', '--json']);
    expect(json<Report>().failedRows[0]).not.toHaveProperty('cells');
    const order = ['inserted', 'updated', 'unchanged', 'skipped', 'deleted'];
    expect(Object.keys(json<Report>().products!)).toEqual(order);
  });

  it('has quotes, line ends and signs beyond the first plane in these cells', async () => {
    folder.write('odd.csv', 'sku,name,note\nC-1,,"""a\\u0000b""\n\u{1f600}"\n');
    await run(['load', 'odd.csv']);
    const [, row] = await rejectsSheet();
    expect(row!.slice(6)).toEqual(['C-1', undefined, '"a\\u0000b"\n\u{1f600}']);
  });

  it('has the cells of rows that only the catalogue or another row could reject', async () => {
    folder.write('stored.csv', 'sku,name,owner\nL-1,Lamp,acme\nL-2,Bulb,acme\n');
    await run(['load', 'stored.csv']);
    const rejectedCells = async (content: string, ...options: string[]) => {
      folder.write('late.csv', content);
      expect((await run(['load', 'late.csv', ...options])).code).toBe(3);
      return (await rejectsSheet()).slice(1).map(([, , , , code, , ...cells]) => [code, ...cells]);
    };
    expect(
      await rejectedCells(
        'Kind,Article,name,owner,action\n' +
          '"a ""b"" \\",l-1,Lamp,acme,ADD\nx,L-2,Bulb,zeta,\ny,L-3,,,UPDATE\n' +
          'z,L-4,Tube,,ADD\nz,L-4,,,DELETE\n',
        ...['--map', 'Article=sku'],
      ),
    ).toEqual([
      ['already_exists', 'a "b" \\', 'l-1', 'Lamp', 'acme', 'ADD'],
      ['owner_conflict', 'x', 'L-2', 'Bulb', 'zeta'],
      ['not_found', 'y', 'L-3', undefined, undefined, 'UPDATE'],
      ['action_conflict', 'z', 'L-4', 'Tube', undefined, 'ADD'],
      ['action_conflict', 'z', 'L-4', undefined, undefined, 'DELETE'],
    ]);
    expect(await rejectedCells('sku,price\n L-5 ,"1,234.50"\nL-1,3\n')).toEqual([
      ['required', ' L-5 ', '1,234.50'],
    ]);
    expect(
      await rejectedCells('sku,name\nL-6,a\nl-6,b\nL-7,c\n', '--on-duplicate', 'error'),
    ).toEqual([
      ['duplicate_in_file', 'L-6', 'a'],
      ['duplicate_in_file', 'l-6', 'b'],
    ]);
    expect(
      await rejectedCells('sku,name\nL-8,a\n', '--owner', 'acme', '--action', 'update'),
    ).toEqual([['not_found', 'L-8', 'a']]);
  });

  it('has these cells of what can be read only once, too', async () => {
    const stdin = 'sku,name,note\nM-1,Lamp,"a, b"\n';
    const load = ['load', '-', '--action', 'update'];
    const { code } = await runCli(load, { url: db.url, stdin });
    expect(code).toBe(3);
    expect((await rejectsSheet())[1]!.slice(6)).toEqual(['M-1', 'Lamp', 'a, b']);
  });

  it('shows on the page how fast rows were read over time', async () => {
    const rows = Array.from({ length: 120_000 }, (_, i) => `S-${i},Name of ${i}`).join('\n');
    folder.write('many.csv', `sku,name\n${rows}\n`);
    await run(['load', 'many.csv', '--quiet']);
    const { stdout } = await run(['report', 'last', '--format', 'html']);
    expect(stdout).toContain('Rows per second while reading, at most ');
  });

  it('counts every error in the text, also beyond those that the document holds', async () => {
    const many = Array.from({ length: 1200 }, (_, i) => `N-${i},,1\n`).join('');
    folder.write('errors.csv', `sku,name,price\n${many}N-9999,Lamp,cheap\n`);
    const kinds = /^Rejected\n {2}required name: 1,200 rows \(2, 3, 4, 5, 6, …\) {2}Missing/m;
    for (const options of [[], ['--max-rejects', '5'], ['--dry-run']]) {
      const { stdout } = await run(['load', 'errors.csv', ...options]);
      expect(stdout).toMatch(kinds);
      expect(stdout).toMatch(/price_invalid price: 1 row \(1202\) {2}"cheap" is not a price: .*--/);
    }
    const shown = await run(['report', 'last']);
    expect(shown.stdout).toMatch(kinds);
    expect((await run(['report', 'last', '--format', 'text'])).stdout).toBe(shown.stdout);
  });

  it.each([
    ['r.html', /^<!doctype html>/],
    ['r.CSV', /^row,line,column/],
    ['r.json', /^\{"schemaVersion":1/],
    ['r.md', /^### /],
    ['r.txt', /^. Loaded /],
    ['r.xlsx', /^PK/],
    ['plain', /^. Loaded /],
  ])('is in %s what the ending promises', async (file, begin) => {
    await runCli(['load', '-'], { url: db.url, stdin: 'sku,name\nE-1,Lamp\n' });
    expect((await run(['report', 'last', '--output', file])).code).toBe(0);
    expect(folder.read(file)).toMatch(begin);
  });

  it.each([['report', 'last'], ['template'], ['product', 'export']])(
    'is not written, nor is any file, under a name that promises something else: %s',
    async (...words) => {
      const { code, stderr } = await run([...words, '--output', 'all.pdf']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('.pdf stands for no format')]);
      expect(existsSync(folder.path('all.pdf'))).toBe(false);
      expect((await run([...words, '--output', 'all.pdf', '--format', 'csv'])).code).toBe(0);
      rmSync(folder.path('all.pdf'));
    },
  );

  it('names the file of its rejects', async () => {
    folder.write('one.csv', 'sku,name\nD-1,\n');
    await run(['load', 'one.csv', '--rejects', 'correct.csv']);
    const { json } = await run(['report', 'last', '--json']);
    expect(json<Report>().rejectsFile).toBe('correct.csv');
    const { stdout } = await run(['report', 'last']);
    expect(stdout).toMatch(/load correct\.csv +once the rows in it are corrected/);
  });
});
