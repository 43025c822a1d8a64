import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';

const db = useCatalogue();
const folder = useFolder();
const load = (file: string, ...options: string[]) =>
  runCli(['load', file, ...options], { url: db().url });
const stored = async () =>
  (await storedProducts(db())).map(({ sku, name, price }) => [sku, name, price]);

async function workbook(): Promise<string> {
  const book = new exceljs.Workbook();
  book.addWorksheet('Old').addRows([
    ['sku', 'name'],
    ['OLD-1', 'Old'],
  ]);
  book.addWorksheet('Prices').addRows([
    ['sku', 'name'],
    ['NEW-1', 'New'],
  ]);
  return folder.write('book.xlsx', Buffer.from(await book.xlsx.writeBuffer()));
}

it.each([
  ['by name', 'Prices', 'NEW-1'],
  ['by number', '1', 'OLD-1'],
])('--sheet takes a sheet %s', async (_how, sheet, sku) => {
  expect((await load(await workbook(), '--sheet', sheet)).code).toBe(0);
  expect(await stored()).toMatchObject([[sku, expect.any(String), null]]);
});

it('--sheet names the sheets there are when it finds none', async () => {
  const { code, stderr } = await load(await workbook(), '--sheet', 'Stock');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/Old.*Prices/)]);
});

it('--format refuses what the file is not', async () => {
  expect((await load(await workbook(), '--format', 'csv')).code).toBe(2);
  expect((await load(folder.write('t.csv', 'sku,name\nA,One\n'), '--format', 'xlsx')).code).toBe(2);
});

it('--delimiter wins over what the file looks like', async () => {
  const file = folder.write('d.csv', 'sku|name,x\nA-1|One, two\n');
  expect((await load(file, '--delimiter', '|', '--map', 'name,x=name')).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'One, two', null]]);
});

it('--encoding wins over what the bytes look like', async () => {
  const file = folder.write('e.csv', iconv.encode('sku,name\nA-1,Łódź\n', 'windows-1250'));
  expect((await load(file, '--encoding', 'windows-1250')).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'Łódź', null]]);
});

it('--data-row names the row where the products begin', async () => {
  const file = folder.write('keyed.csv', 'sku,name\nyour code,your name\nA-1,Lamp\n');
  expect((await load(file, '--data-row', '3')).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'Lamp', null]]);
  expect((await load(file, '--data-row', '1')).stderr).toContain('the header is in row 1');
});

it('--header-row names the row of the header, and 0 says that there is none', async () => {
  const below = folder.write('h.csv', 'Our catalogue,\nas of today,\nsku,name\nA-1,One\n');
  expect((await load(below, '--header-row', '3')).code).toBe(0);
  const bare = folder.write('n.csv', 'B-2,Two\n');
  const words = ['--header-row', '0', '--map', '1=sku', '--map', '2=name'];
  expect((await load(bare, ...words)).code).toBe(0);
  expect(await stored()).toEqual([
    ['A-1', 'One', null],
    ['B-2', 'Two', null],
  ]);
});

it('--decimal settles the price that auto refuses', async () => {
  const file = folder.write('p.csv', 'sku;name;price\nA-1;One;4,204\n');
  expect((await load(file)).code).toBe(3);
  expect((await load(file, '--decimal', ',')).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'One', '4.2040']]);
  expect((await load(file, '--decimal', '.')).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'One', '4204.0000']]);
});

it('--allow-mangled takes a SKU that Excel has shortened', async () => {
  const file = folder.write('m.csv', 'sku,name\n1.23457E+12,One\n');
  expect((await load(file)).code).toBe(3);
  expect((await load(file, '--allow-mangled')).code).toBe(0);
  expect(await stored()).toEqual([['1.23457E+12', 'One', null]]);
});

it('--extra keeps, ignores or refuses columns that match no field', async () => {
  const file = folder.write('x.csv', 'sku,name,Warehouse\nA-1,One,North\n');
  expect((await load(file, '--extra', 'error')).code).toBe(2);
  await load(file, '--extra', 'ignore');
  expect((await storedProducts(db()))[0]!.attributes).toEqual({});
  await load(file, '--extra', 'keep');
  expect((await storedProducts(db()))[0]!.attributes).toEqual({ Warehouse: 'North' });
});

it('--profile reads a file of mappings and options, below what the command line says', async () => {
  const profile = folder.write(
    'supplier.json',
    JSON.stringify({
      map: { Artikel: 'sku', Text: 'name', VK: 'price' },
      options: { decimal: ',' },
    }),
  );
  const file = folder.write('s.csv', 'Artikel;Text;VK\nA-1;Eins;1,250\n');
  expect((await load(file, '--profile', profile)).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'Eins', '1.2500']]);
  expect((await load(file, '--profile', profile, '--decimal', '.')).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'Eins', '1250.0000']]);
  const unknown = await load(file, '--profile', 'nobody');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('shopify')]);
});

it.each([
  [
    '--escape has no effect: there are no quotes',
    'plain.csv',
    ['--quote', 'none', '--escape', '\\'],
  ],
  ['--quote has no effect: only CSV and TSV', 'book.xlsx', ['--quote', 'none']],
  ['--delimiter has no effect: only CSV and TSV', 'book.xlsx', ['--delimiter', ';']],
  ['--encoding has no effect: the file names', 'book.xlsx', ['--encoding', 'utf-8']],
  ['--missing-limit has no effect: it needs --missing', 'plain.csv', ['--missing-limit', '3']],
  ['--record-changes has no effect', 'plain.csv', ['--dry-run', '--record-changes']],
])('says "%s" of %s', async (said, name, options) => {
  await workbook();
  folder.write('plain.csv', 'sku,name\nA-1,One\n');
  const { code, stderr } = await load(folder.path(name), ...options);
  expect(code).toBe(0);
  expect(stderr).toContain(said);
});

it('refuses --sheet for a text, which has none', async () => {
  const file = folder.write('plain.csv', 'sku,name\nA-1,One\n');
  const { code, stderr } = await load(file, '--sheet', '1');
  expect([code, stderr]).toEqual([2, expect.stringContaining('has no sheets')]);
});

it('--quote, --escape and --ragged say how a text is read', async () => {
  const file = folder.write('quotes.csv', "sku,name,price\nA-1,'Pipe 2\\', blue',1\nA-2,Lid\n");
  expect((await load(file, '--quote', "'", '--escape', '\\')).code).toBe(0);
  expect(await stored()).toEqual([
    ['A-1', "Pipe 2', blue", '1.0000'],
    ['A-2', 'Lid', null],
  ]);
  expect((await load(file, '--quote', "'", '--escape', '\\', '--ragged', 'reject')).code).toBe(3);
});

it('says nothing of a limit for every load that the configuration file sets', async () => {
  folder.write('prodimport.config.json', '{"load": {"missingLimit": "5%"}}');
  folder.write('plain.csv', 'sku,name\nA-1,One\n');
  const where = { url: db().url, cwd: folder.path('.') };
  const { code, stderr } = await runCli(['load', 'plain.csv'], where);
  expect(code).toBe(0);
  expect(stderr).not.toContain('has no effect');
});

it('makes no job of a dry run of a file that was loaded', async () => {
  const file = folder.write('again.csv', 'sku,name\nA-1,One\n');
  await load(file);
  const { json } = await load(file, '--dry-run', '--skip-loaded', '--json');
  expect(json()).toMatchObject({ jobId: null, dryRun: true, products: { unchanged: 1 } });
});

it('says on standard error, too, what came up while the rows were read', async () => {
  const file = folder.write('paths.csv', 'sku,name,images\nA-1,Lamp,/lamp.jpg\n');
  const { code, stderr } = await load(file);
  expect(code).toBe(0);
  expect(stderr).toContain('One row names images by a path instead of an http or https address');
});

it('--null takes words for blank, in all columns or in one', async () => {
  const file = folder.write('w.csv', 'sku,name,price\nA-1,One,POA\nA-2,Two,n/a\n');
  const { code, stdout } = await load(file, '--json');
  expect([code, stdout]).toEqual([3, expect.stringContaining("--null 'price=POA'")]);
  expect((await load(file, '--null', 'price=POA', '--null', 'n/a')).code).toBe(0);
  expect((await load(file, '--null', 'cost=POA')).code).toBe(2);
  expect((await load(file, '--null', '')).code).toBe(3);
});

it('--guards keep leaves what --guards strip takes off', async () => {
  const file = folder.write('g.csv', 'sku,name\n="007",\'60s lamp\n');
  expect((await load(file)).code).toBe(0);
  expect((await load(file, '--guards', 'keep')).code).toBe(0);
  expect(await stored()).toEqual([
    ['007', '60s lamp', null],
    ['="007"', "'60s lamp", null],
  ]);
});

it('--round-prices takes prices of more than four decimals', async () => {
  const file = folder.write('r.csv', 'sku,name,price\nA-1,One,9.95652\n');
  expect((await load(file)).code).toBe(3);
  expect((await load(file, '--round-prices')).code).toBe(0);
  expect(await stored()).toEqual([['A-1', 'One', '9.9565']]);
});
