import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSource } from '../../src/source/open.js';
import type { Cell } from '../../src/source/source.js';
import { writeText, writeWorkbook } from '../../src/output/rows.js';
import { plainDialect } from '../../src/source/csv.js';
import { automatic } from './reading.js';

const folder = mkdtempSync(join(tmpdir(), 'prodimport-write-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const awkward = [
  '00012',
  '12345678901234567890',
  'a,b;c',
  '"q"',
  'line\nbreak',
  ' x ',
  'é€',
  '=1+1',
];

it('writes text in the dialect and encoding that it was given', async () => {
  const path = join(folder, 'out.csv');
  await writeText(path, rowsOf(['sku', 'näme'], ['1;2', 'Ä']), {
    ...plainDialect,
    delimiter: ';',
    encoding: 'windows-1252',
    hasMark: false,
  });
  expect(readFileSync(path, 'latin1')).toBe('sku;näme\n"1;2";Ä\n');
});

it.each(['utf-8', 'utf-16le'])('writes %s text that reads back the same', async (encoding) => {
  const path = join(folder, `${encoding}.csv`);
  await writeText(path, rowsOf(header, awkward), { ...plainDialect, encoding, hasMark: false });
  expect(await cellsOf(path)).toEqual([header, awkward]);
});

it('gives UTF-8 the byte order mark that the input had', async () => {
  const path = join(folder, 'marked.csv');
  const as = { ...plainDialect, hasMark: true };
  await writeText(path, rowsOf(['sku'], ['Ä']), as);
  expect(readFileSync(path, 'utf8')).toBe('\ufeffsku\nÄ\n');
});

it('writes a workbook whose texts read back byte for byte, escapes and line ends included', async () => {
  const path = join(folder, 'out.xlsx');
  const texts = [...awkward.slice(0, 6), 'a\r\nb', '_x0041_'];
  await writeWorkbook(path, rowsOf(header, texts));
  expect(await cellsOf(path)).toEqual([header, texts]);
});

it('writes a workbook whose numbers, errors and booleans are what they were', async () => {
  const path = join(folder, 'numbers.xlsx');
  const cells: Cell[] = [
    { kind: 'number', text: '12.5', format: null },
    { kind: 'number', text: '7', format: '0000' },
    { kind: 'error', text: '#DIV/0!' },
    { kind: 'boolean', value: true },
  ];
  await writeWorkbook(path, rowsOf(['a', 'b', 'c', 'd'], cells));
  expect(await cellsOf(path)).toEqual([['a', 'b', 'c', 'd'], cells]);
});

const header = awkward.map((_, i) => `column ${i}`);

async function* rowsOf<T extends Cell>(...rows: T[][]): AsyncGenerator<T[]> {
  for (const row of rows) yield await Promise.resolve(row);
}

async function cellsOf(file: string): Promise<Cell[][]> {
  const source = await openSource({ ...automatic, file, recognise: () => 0 });
  const cells: Cell[][] = [];
  for await (const rows of source.rows()) {
    for (const row of rows) if ('cells' in row) cells.push(row.cells);
  }
  await source.close();
  return cells;
}
