import { describe, expect, it } from 'vitest';
import { Widths } from '../../src/product/widths.js';
import { useCatalogue, storedProducts } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';
import fc from '../setup/property.js';
import { lines, read } from '../product/reading.js';

const header = ['sku', 'name', 'description', 'stock', 'price'];

/** What becomes of rows as a text has them. */
function readText(table: string[][], ragged: 'auto' | 'accept' = 'auto') {
  const rows = lines(...table);
  const widths = new Widths(table[0]!.length, rows.slice(1), ragged);
  const { products, rejects } = read(rows, { widths });
  return {
    skus: products.map(({ sku }) => sku),
    rejected: rejects.map(({ rowNumber, code }) => `${rowNumber} ${code}`),
  };
}

/** A row as two or three, where a line end in one of its cells is not in quotes. */
function cutAt(row: string[], at: number, words: string[]): string[][] {
  const [first = '', ...rest] = words;
  const last = rest.pop()!;
  return [
    [...row.slice(0, at), first],
    ...rest.map((word) => [word]),
    [last, ...row.slice(at + 1)],
  ];
}

const word = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8})?$/);
const count = fc.integer({ min: 0, max: 3 });

describe('rows that are one, cut by a line end', () => {
  it('are rejected, both, wherever in the row the line ends', () => {
    const words = fc.array(word, { minLength: 2, maxLength: 4 });
    const at = fc.constantFrom(1, 2);
    fc.assert(
      fc.property(at, words, count, count, (place, cell, before, after) => {
        const full = (n: number) => [`A-${n}`, 'Cup', 'Blue', '5', '9.90'];
        const fulls = (number: number, from: number) =>
          Array.from({ length: number }, (_, n) => full(from + n));
        const cut = cutAt(full(99), place, cell);
        const table = [header, ...fulls(before, 10), ...cut, ...fulls(after, 20)];
        const { skus, rejected } = readText(table);
        expect(skus).toEqual([...fulls(before, 10), ...fulls(after, 20)].map(([sku]) => sku));
        const numbers = cut.map((_, n) => before + 2 + n);
        const ofWidth = rejected.filter((each) => each.endsWith('column_count'));
        expect(ofWidth).toEqual(numbers.map((number) => `${number} column_count`));
      }),
    );
  });

  it('are found without a column of numbers, by what is no SKU', () => {
    const texts = ['sku', 'name', 'description', 'brand'];
    const full = [texts, ['A-1', 'Cup', 'Blue', 'X'], ['A-2', 'Mug', 'Red', 'X']];
    const cut = [
      ['A-3', 'Cup'],
      ['line two', 'Green', 'X'],
    ];
    expect(readText([...full, ...cut])).toEqual({
      skus: ['A-1', 'A-2'],
      rejected: ['4 column_count', '5 column_count'],
    });
    const apart = [
      ['A-3', 'Cup'],
      ['A-4', 'Mug', 'Green'],
    ];
    expect(readText([...full, ...apart])).toMatchObject({ skus: ['A-1', 'A-2', 'A-3', 'A-4'] });
  });

  it('are taken where --ragged accept says so', () => {
    const table = [header, ['A-1', 'Cup'], ['line two', 'Blue', '5', '9.90']];
    expect(readText(table)).toMatchObject({ skus: [], rejected: { length: 2 } });
    expect(readText(table, 'accept')).toEqual({ skus: ['A-1', 'line two'], rejected: [] });
  });
});

it('loads files whose writer drops blank cells at the end of a row', () => {
  const cell = (text: fc.Arbitrary<string>) => fc.oneof(text, fc.constant(''));
  const row = fc.tuple(
    ...[fc.constant(''), word, cell(word), cell(fc.nat({ max: 99 }).map(String))],
    cell(fc.nat({ max: 99 }).map((price) => `${price}.50`)),
  );
  const orders = [header, ['sku', 'name', 'price', 'stock', 'description']];
  fc.assert(
    fc.property(fc.array(row, { maxLength: 9 }), fc.constantFrom(...orders), (rows, order) => {
      const table = rows.map((cells, n) => {
        const all = order.map((name) => (name === 'sku' ? `A-${n}` : cells[header.indexOf(name)]!));
        return all.slice(0, all.findLastIndex((text) => text !== '') + 1);
      });
      expect(readText([order, ...table])).toEqual({
        skus: table.map(([sku]) => sku),
        rejected: [],
      });
    }),
  );
});

describe('a file', () => {
  const db = useCatalogue();

  it('with a cut row ends in exit 3, and its rejects are still to be mended', async () => {
    const file = 'sku,name,price\nA-1,Cup,5.50\nA-2,Mug\nline two,9.90\nA-3,Pot,7\n';
    const { exitCode, report } = await loadText(db(), file);
    expect(exitCode).toBe(3);
    expect(report.failedRows.map(({ rowNumber, code }) => [rowNumber, code])).toEqual([
      [3, 'column_count'],
      [4, 'column_count'],
    ]);
    expect((await storedProducts(db())).map(({ sku }) => sku)).toEqual(['A-1', 'A-3']);
  });

  it('of one column is a list, however many rows it has', async () => {
    const { exitCode, report } = await loadText(db(), 'sku\nA\nB b\nC\n', '--action update');
    expect(exitCode).toBe(3);
    expect(report.failedRows.map(({ code }) => code)).toEqual(Array(3).fill('not_found'));
  });
});
