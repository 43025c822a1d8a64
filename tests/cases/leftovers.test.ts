import fc from '../setup/property.js';
import { expect, it, test } from 'vitest';
import { useCatalogue } from '../setup/catalogue.js';
import { outcomeOf } from '../setup/outcome.js';
import { cellsOf, readText } from '../source/reading.js';

const db = useCatalogue();
const mark = '\ufeff';

it.each([
  ['a quoted cell', `sku,name,price\nA,Kettle,9.90\n${mark}"B",Cup,1.50\nC,Pot,4\n`, 'B | Cup'],
  ['a cell with a comma', `sku,name,price\nA,Kettle,9.90\n${mark}"B,1",Cup,1.50\n`, 'B,1 | Cup'],
  ['a header', `sku,name,price\nA,Kettle,9.90\n${mark}sku,name,price\nB,Cup,1.50\n`, 'B | Cup'],
])(
  'takes a byte order mark off the line where a file was joined: before %s',
  async (_, text, b) => {
    const { products, rejects } = await outcomeOf(db(), text);
    expect(products.slice(0, 2)).toEqual(['A | Kettle | 9.90', `${b} | 1.50`]);
    expect(rejects).toEqual([]);
  },
);

it.each(['\n', '\r\n'])('reads no row in the end mark of DOS (%j)', async (end) => {
  const lines = ['sku,name,price', 'A,Kettle,9.90', 'B,Cup,1.50', '\x1a'];
  const { exitCode, products, rejects } = await outcomeOf(db(), lines.join(end));
  expect([exitCode, rejects]).toEqual([0, []]);
  expect(products).toEqual(['A | Kettle | 9.90', 'B | Cup | 1.50']);
});

test('files that are joined, each with its byte order mark, read as one', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', ' x'), minLength: 1 });
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
  const written = (rows: [string, string][]) =>
    rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\n');
  fc.assert(
    fc.property(fc.array(table, { minLength: 1, maxLength: 4 }), (tables) => {
      const text = tables.map((rows) => `${mark}${written(rows)}\n`).join('');
      const wanted = tables.flat().filter((row) => row.some((one) => one.trim() !== ''));
      expect(cellsOf(readText(text))).toEqual(wanted);
    }),
  );
});
