import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { nullOption } from '../../src/product/null-words.js';
import { insertProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';
import { lines, read, sheet } from '../product/reading.js';

const db = useCatalogue();

describe('a word for nothing', () => {
  const header = ['sku', 'name', 'description', 'price', 'Color'];
  const row = (word: string) => lines(header, ['A', 'Cup', word, word, word]);

  it('is \\N unless told otherwise, in texts of workbooks too', () => {
    for (const cells of [row('\\N'), sheet(header, ['A', 'Cup', '\\N', ' \\N ', '\\N'])]) {
      const { products, rejects } = read(cells);
      expect(rejects).toEqual([]);
      expect(products).toMatchObject([
        { description: null, price: null, attributes: { Color: null } },
      ]);
    }
    expect(read(row('\\n')).products).toEqual([]);
  });

  it('is any that --null lists, in exact case, instead of \\N', () => {
    const nullWords = ['NULL, n/a', '-'];
    for (const word of ['NULL', 'n/a', '-', ' NULL ']) {
      expect(read(row(word), { nullWords }).products).toMatchObject([{ price: null }]);
    }
    for (const word of ['null', 'N/A', '--', '\\N']) {
      expect(read(row(word), { nullWords }).rejects).toMatchObject([{ value: word }]);
    }
  });

  it('may mean so in one column, by field or header, besides those of all', () => {
    const { products } = read(lines(header, ['A', 'Cup', 'POA', 'POA', '\\N']), {
      nullWords: ['price=POA,n/a'],
    });
    expect(products).toMatchObject([
      { description: 'POA', price: null, attributes: { Color: null } },
    ]);
    const byHeader = read(row('POA'), { nullWords: ['price=POA', 'COLOR=POA'] });
    expect(byHeader.products).toMatchObject([{ description: 'POA', attributes: { Color: null } }]);
  });

  it('is none where that is said', () => {
    expect(read(row('\\N'), { nullWords: [''] }).rejects).toMatchObject([{ column: 'price' }]);
  });

  it('never blanks a SKU', () => {
    const { products } = read(lines(['sku', 'name'], ['NULL', 'Cup']), { nullWords: ['NULL'] });
    expect(products).toMatchObject([{ sku: 'NULL' }]);
    expect(() => read(row('x'), { nullWords: ['sku=x'] })).toThrow(/SKU can't be blank/);
    expect(() => read(row('x'), { nullWords: ['cost=x'] })).toThrow(
      /no such column. Found sku, name/,
    );
  });

  it('is taken off after a guard, and told as it stands where its blank fails', () => {
    const { rejects } = read(lines(['sku', 'name'], ['A', '="\\N"']));
    expect(rejects).toMatchObject([{ code: 'required', column: 'name', value: '="\\N"' }]);
  });

  it('can be any word at all: the option that names it makes it blank', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((text) => text.trim())
      .filter((text) => text !== '' && nullOption('price', text) !== null);
    fc.assert(
      fc.property(word, (text) => {
        const quoted = nullOption('price', text)!.slice('--null '.length);
        const shell = /^'.*'$/su.test(quoted)
          ? quoted.slice(1, -1).replaceAll(`'\\''`, "'")
          : quoted;
        const options = { nullWords: [shell], stripsGuards: false };
        const { products } = read(row(text), options);
        expect(products).toMatchObject([{ price: null, description: text }]);
      }),
    );
  });
});

it('keeps or clears what is stored, as a blank cell does', async () => {
  await insertProduct(db(), { sku: 'A', name: 'Cup', description: 'Old' });
  const file = 'sku,name,description\nA,Cup,\\N\n';
  expect((await loadText(db(), file)).report.products).toMatchObject({ unchanged: 1 });
  await loadText(db(), file, '--blank clear');
  expect(await storedProducts(db())).toMatchObject([{ description: null }]);
});

it('reads what a database writes', async () => {
  const content = 'sku;name;description;price\nA;Kettle;\\N;9,90\nB;Cup;\\N;\\N\nC;Pot;NULL;NULL\n';
  const { report } = await loadText(db(), content);
  expect(report.failedRows).toMatchObject([
    { rowNumber: 4, code: 'price_invalid', error: expect.stringContaining("--null 'price=NULL'") },
  ]);
  expect(report.notes.join()).toContain('2 cells hold the word NULL');
  const again = await loadText(db(), content, '--null \\N,NULL');
  expect(again.exitCode).toBe(0);
  expect(again.report.notes).toEqual([]);
  const products = await storedProducts(db());
  expect(products.map(({ sku, description, price }) => [sku, description, price])).toEqual([
    ['A', null, '9.9000'],
    ['B', null, null],
    ['C', null, null],
  ]);
});

it('says which words of programs for nothing it has taken as they are', async () => {
  const rows = 'A,Cup,None,1\nB,Mug,nan,2\nC,Pot,(null),3\nD,Lid,Nonesuch,4\nE,Tea,null,5\n';
  const text = `sku,name,description,price\n${rows}`;
  const { report } = await loadText(db(), text);
  expect(report.notes.join()).toContain(
    "4 cells hold the words None, nan, (null), null, which are taken as they are (--null '\\N,None,nan,(null),null' takes them for blank)",
  );
  const again = await loadText(db(), text, '--null \\N,None,nan,(null),null --blank clear');
  expect(again.report.notes).toEqual([]);
  expect((await storedProducts(db())).map(({ description }) => description)).toEqual([
    ...[null, null, null],
    ...['Nonesuch', null],
  ]);
});

it('finds such a word among many rows that are plain, at whichever end of a cell', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => `P${i},Navy cup ${i},Nu,1\n`).join('');
  const { report } = await loadText(db(), `sku,name,description,price\n${many}A,Cup,null,1\n`);
  expect(report.notes.join()).toContain('One cell holds the word null');
});
