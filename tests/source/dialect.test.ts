import { afterAll, beforeAll, expect, test } from 'vitest';
import { folder, readFileRows } from './reading.js';

let files: Awaited<ReturnType<typeof folder>>;
beforeAll(async () => {
  files = await folder();
});
afterAll(() => files.remove());

test.each([
  [',', 'csv', 'sku,name,price\nA,"Pipe | semicolon; tab\t",1\nB,x,2\n'],
  [';', 'csv', 'sku;name;price\nA;one, two, three;1,50\nB;x;2,75\n'],
  ['\t', 'tsv', 'sku\tname\tprice\nA\tone, two; three\t1,50\n'],
  ['|', 'csv', 'sku|name|price\nA|one, two|1\nB|three, four|2\n'],
])('finds the delimiter %j', async (delimiter, format, text) => {
  const { source, cells } = await readFileRows(await files.write('x.csv', text));
  expect(source).toMatchObject({ delimiter, format });
  expect(cells[0]).toEqual(['sku', 'name', 'price']);
  expect(cells[1]).toHaveLength(3);
});

test('trusts known headers more than rows of equal length', async () => {
  const text = 'sku;name\nA;one, two\nB;three, four\nC;five, six\nD;seven, eight;nine\n';
  const { source } = await readFileRows(await files.write('x.csv', text));
  expect(source.delimiter).toBe(';');
});

test('finds the delimiter of headers that it does not know', async () => {
  const text = 'Artikel;Preis\nKanne;1,50\nTasse;2,00\n';
  const { source } = await readFileRows(await files.write('x.csv', text));
  expect(source.delimiter).toBe(';');
});

test('finds the delimiter below a title and blank lines', async () => {
  const text = 'Our catalogue, spring, all prices net\n\nsku;name;price\nA;x;1\n';
  const { source, rows } = await readFileRows(await files.write('x.csv', text));
  expect(source.delimiter).toBe(';');
  expect(rows.map((row) => row.rowNumber)).toEqual([1, 3, 4]);
});

test('reads a file of one column', async () => {
  const { source, cells } = await readFileRows(await files.write('x.csv', 'sku\nA\nB\n'));
  expect(source.delimiter).toBeNull();
  expect(cells).toEqual([['sku'], ['A'], ['B']]);
});

test('keeps a rare sign in a file of one column as text', async () => {
  const { source, cells } = await readFileRows(await files.write('x.csv', 'sku\nA|1\nB^2\n'));
  expect(source.delimiter).toBeNull();
  expect(cells).toEqual([['sku'], ['A|1'], ['B^2']]);
});

test('obeys a sep= line, which is a line but no row', async () => {
  const { source, rows } = await readFileRows(
    await files.write('x.csv', '\ufeffsep=;\r\nsku;name\r\nA;x, y\r\n'),
  );
  expect(source.delimiter).toBe(';');
  expect(source.head).toEqual(rows);
  expect(rows).toEqual([
    { rowNumber: 1, line: 2, cells: ['sku', 'name'] },
    { rowNumber: 2, line: 3, cells: ['A', 'x, y'] },
  ]);
});

test('takes the delimiter that was asked for', async () => {
  const file = await files.write('x.csv', 'sku\tname,x\nA\tb,c\n');
  const asked = async (delimiter: string) => (await readFileRows(file, { delimiter })).cells[1];
  expect(await asked('tab')).toEqual(['A', 'b,c']);
  expect(await asked('\\t')).toEqual(['A', 'b,c']);
  expect(await asked(',')).toEqual(['A\tb', 'c']);
  await expect(asked('"')).rejects.toThrow(/--delimiter/);
  await expect(asked('ab')).rejects.toThrow(/one character/);
});

test('takes the tab when asked for tsv', async () => {
  const file = await files.write('x.txt', 'sku\tname, price\nA\tb, c\n');
  const { source, cells } = await readFileRows(file, { format: 'tsv' });
  expect(source.format).toBe('tsv');
  expect(cells[1]).toEqual(['A', 'b, c']);
});

test('reads quoted headers', async () => {
  const { source, cells } = await readFileRows(
    await files.write('x.csv', '"sku";"name";"price, net"\n"A";"x;y";"1"\n'),
  );
  expect(source.delimiter).toBe(';');
  expect(cells).toEqual([
    ['sku', 'name', 'price, net'],
    ['A', 'x;y', '1'],
  ]);
});
