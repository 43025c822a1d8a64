import { execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/load/job.js';
import {
  insertProduct,
  someoneWaits,
  storedNames,
  storedProduct,
  useCatalogue,
  whileLocked,
} from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';
import { workbookParts } from '../source/workbook.js';
import { zip } from '../source/zip.js';

const db = useCatalogue();
const folder = useFolder();
const run = (args: string[], stdin?: string) => runCli(args, { url: db().url, stdin });

it('writes rejected rows in the columns, the delimiter and the encoding of the input', async () => {
  const text = 'Référence;Désignation;Prix\nA-1;Thé;1,50\nA-2;;2,00\nA-3;Café;cher\n';
  const file = folder.write('fr.csv', iconv.encode(text, 'windows-1252'));
  const { code, json } = await run(['load', file, '--rejects', folder.path('no.csv'), '--json']);
  expect(code).toBe(3);
  expect(json<Report>().rejectsFile).toBe(folder.path('no.csv'));
  const [header, second, third] = iconv
    .decode(Buffer.from(folder.read('no.csv'), 'latin1'), 'latin1')
    .split('\n');
  expect(header).toContain(';_row;_errors');
  expect(second).toContain('A-2;;2,00;3;');
  expect(second).toContain('required name');
  expect(third).toContain(';cher;4;');
});

it('is in UTF-8 where the encoding of the input can only be read', async () => {
  const file = folder.write('jis.csv', 'sku,name,price\nA,\x1b$B%3%C%W\x1b(B,dear\n');
  expect((await run(['load', file, '--rejects', folder.path('no.csv')])).code).toBe(3);
  const mended = folder.write('mended.csv', folder.read('no.csv').replace('dear', '1'));
  expect((await run(['load', mended])).code).toBe(0);
  expect(await storedNames(db())).toEqual({ A: 'コップ' });
});

it('keeps the byte order mark of the input, by which Excel knows UTF-8', async () => {
  const file = folder.write('marked.csv', '\ufeffsku,name\nÉ-1,\n');
  await run(['load', file, '--rejects', folder.path('bad.csv')]);
  expect(folder.read('bad.csv')).toMatch(/^\ufeffsku,name,_row,_errors\nÉ-1,,2,/);
});

it('writes a file that loads once it is corrected, whatever it says in _row and _errors', async () => {
  const file = folder.write('a.csv', 'sku,name,price\nA-1,One,1\nA-2,,2\nA-3,Three,dear\n');
  await run(['load', file, '--rejects', folder.path('bad.csv')]);
  const corrected = folder.read('bad.csv').replace('A-2,,', 'A-2,Two,').replace(',dear,', ',3,');
  const again = await run(['load', folder.write('corrected.csv', corrected), '--json']);
  expect(again.code, again.stderr).toBe(0);
  expect(again.json<Report>().rows).toEqual({ read: 2, rejected: 0, duplicates: 0 });
  expect(await storedNames(db())).toEqual({ 'A-1': 'One', 'A-2': 'Two', 'A-3': 'Three' });
});

it.each([
  ['a text too long', 'sku,name,stock,price\nA,Pot,5,3,25\n', 'A,Pot,5,3,25,', 'A,Pot,5,"3.25",'],
  ['a blank cell too many', 'sku,name,price\nA,Bolt, M8,\n', 'A,Bolt," M8",,', 'A,Bolt M8,2,'],
  [
    'a quote out of place',
    'sku,name,price\nA,"TV 32"","299"\n',
    '"A,""TV 32"""",""299""",,,',
    'A,"TV 32""",299,',
  ],
  [
    'a delimiter missing',
    `sku,name,price\nA,Bolt9\n${'P,Plate,1\n'.repeat(12)}`,
    'A,Bolt9,,',
    'A,Bolt,9,',
  ],
])('rejects %s again until it is corrected', async (_, text, written, corrected) => {
  await run(['load', folder.write('a.csv', text), '--rejects', folder.path('bad.csv')]);
  expect(folder.read('bad.csv')).toContain(`\n${written}2,`);
  const again = ['load', folder.path('bad.csv'), '--json', '--rejects', folder.path('worse.csv')];
  const unmended = await run(again);
  expect(unmended.json<Report>().rows).toMatchObject({ read: 1, rejected: 1 });
  const third = await run(['load', folder.path('worse.csv'), '--json']);
  expect(third.json<Report>().rows).toMatchObject({ read: 1, rejected: 1 });
  const file = folder.write('corrected.csv', folder.read('bad.csv').replace(written, corrected));
  const { code, stderr } = await run(['load', file]);
  expect(code, stderr).toBe(0);
});

it('keeps all lines of a record whose quotes are misplaced, which is rejected again', async () => {
  const broken = [
    'A,TV,"a 32" wide\nscreen, new",9.90\n,,last',
    'D,"two\nlines","x"y,9',
    `E,"${'long\n'.repeat(9000)}end","x"y,9`,
  ];
  const text = `sku,name,note,price\n${broken.join('\nB,Cup,x,1.50\n')}\nC,,x,1\n`;
  const bad = folder.path('bad.csv');
  const first = await run(['load', folder.write('a.csv', text), '--rejects', bad, '--json']);
  expect(first.json<Report>().rows).toEqual({ read: 6, rejected: 4, duplicates: 1 });
  const records = parse(folder.read('bad.csv'), { from: 2 }) as string[][];
  const written = records.map(([record]) => record);
  expect(written.slice(0, 2)).toEqual(broken.slice(0, 2));
  expect(written.slice(2, -1).join('\n')).toBe(broken[2]);
  const again = await run(['load', bad, '--json']);
  const { rows, products } = again.json<Report>();
  expect(rows).toMatchObject({ read: records.length, rejected: records.length });
  expect(products).toMatchObject({ inserted: 0, updated: 0, unchanged: 0 });
});

it('writes rejects by the quote and the escape of the input, to load by the same command', async () => {
  const file = folder.write('q.csv', "sku;name;price\nA-1;'a; \\'b\\' \\\\';dear\nA-2;' c';2\n");
  const options = ['--quote', "'", '--escape', '\\'];
  await run(['load', file, ...options, '--rejects', folder.path('bad.csv')]);
  const corrected = folder.write('m.csv', folder.read('bad.csv').replace(';dear;', ';1;'));
  expect((await run(['load', corrected, ...options])).code).toBe(0);
  expect(await storedNames(db())).toEqual({ 'A-1': "a; 'b' \\", 'A-2': 'c' });
});

it('writes a workbook when the name says so, which loads again, too', async () => {
  const file = folder.write('b.csv', 'sku,name,price\n00012,,1\n');
  await run(['load', file, '--rejects', folder.path('bad.xlsx')]);
  const { code, json } = await run(['load', folder.path('bad.xlsx'), '--json']);
  expect(code).toBe(3);
  expect(json<Report>().failedRows).toMatchObject([{ rowNumber: 2, code: 'required' }]);
  const shown = await run(['inspect', folder.path('bad.xlsx'), '--json']);
  expect(shown.json<{ columns: object[] }>().columns[0]).toMatchObject({ example: '00012' });
});

describe('of a workbook whose cells are damaged', () => {
  const styles =
    '<numFmts><numFmt numFmtId="170" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="171" formatCode="000000"/></numFmts>' +
    '<cellXfs><xf/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>';
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  const header = `<row>${['sku', 'name', 'price', 'ean'].map(text).join('')}</row>`;
  const workbook = (...rows: string[]) => {
    const xml = header + rows.map((row) => `<row>${row}</row>`).join('');
    return folder.write('damaged.xlsx', zip(workbookParts({ rows: xml, styles })));
  };
  const damaged = [
    `${text('A-1')}<c t="e"><v>#N/A</v></c><c><v>1</v></c>`,
    `${text('A-2')}${text('Two')}<c/><c t="e"><v>#REF!</v></c>`,
    `${text('A-3')}${text('Three')}<c/><c><f>B9</f></c>`,
    `<c><v>12345678901234567</v></c>${text('Long')}`,
    `<c s="1"><v>45292</v></c>${text('Date')}`,
  ];

  it.each(['again.xlsx', 'again.csv'])(
    'is rejected again until it is corrected: %s',
    async (name) => {
      await run(['load', workbook(...damaged), '--rejects', folder.path(name)]);
      const again = (await run(['load', folder.path(name), '--json'])).json<Report>();
      expect(again.failedRows.map(({ rowNumber, code }) => [rowNumber, code])).toEqual([
        [2, 'excel_error'],
        [3, 'excel_error'],
        [4, 'excel_error'],
        [5, 'excel_precision'],
        [6, 'excel_date'],
      ]);
      expect(await storedNames(db())).toEqual({});
      expect((await run(['load', folder.path(name), '--allow-mangled'])).code).toBe(3);
      const taken = { '12345678901234567': 'Long', '2024-01-01': 'Date' };
      expect(await storedNames(db()), 'as they are, when asked for').toEqual(taken);
    },
  );

  it.each(['fine.xlsx', 'fine.csv'])('keeps the cells that are fine: %s', async (name) => {
    const row = '<c s="2"><v>12</v></c><c/><c><v>19.989999999999998</v></c>';
    const file = workbook(`${row}<c><v>1.2345678901234567E16</v></c>`);
    await run(['load', file, '--rejects', folder.path(name)]);
    const words = ['--action', 'update', '--json'];
    await insertProduct(db(), { sku: '000012', name: 'Dozen' });
    const { code, stderr } = await run(['load', folder.path(name), ...words]);
    expect(code, stderr).toBe(0);
    const { price, attributes } = await storedProduct(db(), '000012');
    expect({ price, attributes }).toEqual({
      price: '19.9900',
      attributes: { ean: '12345678901234567' },
    });
  });
});

it('of a file of rejects says anew what is wrong, and loads again, too', async () => {
  const file = folder.write('h.csv', 'sku,name,price\nA-1,,1\nA-2,,2\n');
  await run(['load', file, '--rejects', folder.path('once.csv')]);
  const corrected = folder.read('once.csv').replace('A-1,,', 'A-1,One,');
  const half = folder.write('partly.csv', corrected);
  expect((await run(['load', half, '--rejects', folder.path('twice.csv')])).code).toBe(3);
  expect(folder.read('twice.csv')).toMatch(/^sku,name,price,_row,_errors\nA-2,,2,3,required.*\n$/);
  const whole = folder.write('whole.csv', folder.read('twice.csv').replace('A-2,,', 'A-2,Two,'));
  const { code, stderr } = await run(['load', whole]);
  expect(code, stderr).toBe(0);
  expect(await storedNames(db())).toEqual({ 'A-1': 'One', 'A-2': 'Two' });
});

it('holds the rows that only the catalogue could reject, and all rows of a refused load', async () => {
  await run(['load', folder.write('c.csv', 'sku,name\nA-1,One\n')]);
  const file = folder.write('d.csv', 'sku,name\na-1,Again\nA-2,Two\n');
  const words = ['--action', 'add', '--max-rejects', '0', '--rejects', folder.path('late.csv')];
  expect((await run(['load', file, ...words])).code).toBe(4);
  expect(folder.read('late.csv')).toMatch(/^sku,name,_row,_errors\na-1,Again,2,.*already_exists/);
  expect(await storedNames(db())).toEqual({ 'A-1': 'One' });
});

it.runIf(process.platform !== 'win32')('goes whole to whoever reads a pipe', async () => {
  const pipe = folder.path('pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = spawn('cat', [pipe]);
  const read = text(reader.stdout);
  const file = folder.write('e.csv', 'sku,name\nA-1,One\nA-2,\n');
  const { code } = await run(['load', file, '--rejects', pipe]);
  expect(code).toBe(3);
  expect(await read).toMatch(/^sku,name,_row,_errors\nA-2,,3,required name/);
});

it('holds the rejected rows of standard input, too', async () => {
  const { code } = await run(
    ['load', '-', '--rejects', folder.path('stdin.csv')],
    'sku,name\n,None\nA-1,One\n',
  );
  expect(code).toBe(3);
  expect(folder.read('stdin.csv')).toMatch(/^sku,name,_row,_errors\n,None,2,/);
});

it('holds the rejected rows of a FIFO', async () => {
  const fifo = folder.path('fifo');
  execFileSync('mkfifo', [fifo]);
  const loading = run(['load', fifo, '--rejects', folder.path('fifo.csv')]);
  await writeFile(fifo, 'sku,name\n,None\nA-1,One\n');
  const { code, stderr } = await loading;
  expect(code, stderr).toBe(3);
  expect(folder.read('fifo.csv')).toMatch(/^sku,name,_row,_errors\n,None,2,/);
});

it('is not made of a file that has changed since it was loaded', async () => {
  const file = folder.write('changing.csv', 'sku,name\n,None\nA-1,One\n');
  const { code, stderr } = await whileLocked(db(), async (release) => {
    const loading = run(['load', file, '--rejects', folder.path('changed.csv')]);
    await someoneWaits(db().session);
    folder.write('changing.csv', 'sku,name\n,Another\nA-1,One\n');
    await release();
    return loading;
  });
  expect(code).toBe(3);
  expect(stderr).toMatch(/Job \d+ is done, but not the file of its rejects: .* has changed/);
  expect(readdirSync(dirname(file))).not.toContain('changed.csv');
  expect(await storedNames(db())).toEqual({ 'A-1': 'One' });
});

it('has only its header when nothing was rejected', async () => {
  const file = folder.write('e.csv', 'sku,name\nA-1,One\n');
  expect((await run(['load', file, '--rejects', folder.path('none.csv')])).code).toBe(0);
  expect(folder.read('none.csv')).toBe('sku,name,_row,_errors\n');
});

it('refuses to overwrite the input, or to write where it can not, before anything is loaded', async () => {
  const file = folder.write('f.csv', 'sku,name\nA-1,One\n');
  const over = await run(['load', file, '--rejects', file]);
  expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('the file that is read')]);
  const nowhere = await run(['load', file, '--rejects', folder.path('no/such/folder.csv')]);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('--rejects')]);
  expect(await storedNames(db())).toEqual({});
});

it('leaves no half-written file behind when the load fails', async () => {
  const file = folder.write('g.csv', 'name\nNo SKU column\n');
  expect((await run(['load', file, '--rejects', folder.path('half.csv')])).code).toBe(2);
  expect(readdirSync(dirname(file)).filter((name) => name.includes('half'))).toEqual([]);
});

it('leaves nothing behind when the file of --diff can not be written', async () => {
  const file = folder.write('i.csv', 'sku,name\nA-1,One\n');
  const words = ['--rejects', folder.path('left.csv'), '--diff', folder.path('no/such/diff')];
  const { code, stderr } = await run(['load', file, '--dry-run', ...words]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--diff')]);
  expect(readdirSync(dirname(file)).filter((name) => name.includes('left'))).toEqual([]);
});

it('refuses one file for --rejects and --diff', async () => {
  const file = folder.write('j.csv', 'sku,name\nA-1,One\n,None\n');
  const same = folder.path('same');
  const { code, stderr } = await run([
    'load',
    file,
    '--dry-run',
    '--rejects',
    same,
    '--diff',
    same,
  ]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Name two files')]);
});

it('lets neither a guard nor a date get lost between text and workbook', async () => {
  const file = folder.write('g.csv', 'sku,name,note\n="00123",,\'5\n2-Jan,Cup,\n');
  await run(['load', file, '--rejects', folder.path('bad.xlsx')]);
  const again = await run([
    'load',
    folder.path('bad.xlsx'),
    '--json',
    '--rejects',
    folder.path('b.csv'),
  ]);
  expect(again.json<Report>().failedRows).toMatchObject([
    { column: 'name', code: 'required' },
    { column: 'sku', code: 'excel_date' },
  ]);
  const corrected = folder.read('b.csv').replace('00123,,', '00123,Bolt,');
  await run(['load', folder.write('corrected.csv', corrected)]);
  expect(await storedProduct(db(), '00123')).toMatchObject({ attributes: { note: '5' } });
});

it('guards what a workbook has as text, where it is written as text', async () => {
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  const rows = `<row>${text('sku')}${text('name')}</row><row>${text("'007")}</row>`;
  const file = folder.write('t.xlsx', zip(workbookParts({ rows })));
  await run(['load', file, '--rejects', folder.path('bad.csv')]);
  const corrected = folder.read('bad.csv').replace(/^(.*007.*?),,/m, '$1,Bolt,');
  await run(['load', folder.write('corrected.csv', corrected)]);
  expect(await storedNames(db())).toEqual({ "'007": 'Bolt' });
});
