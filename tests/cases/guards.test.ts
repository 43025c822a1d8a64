import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { guarded, unguarded } from '../../src/product/bare-cells.js';
import { insertProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';
import { lines, read, sheet } from '../product/reading.js';

const db = useCatalogue();
const stored = async () =>
  (await storedProducts(db())).map(({ sku, name, price }) => [sku, name, price]);

describe('a guard', () => {
  it.each([
    ['="00123"', '00123'],
    [' ="00123" ', '00123'],
    ['="say ""hi"""', 'say "hi"'],
    ['=""', ''],
    ["'00126", '00126'],
    ["'=A", '=A'],
    ["'+49", '+49'],
    ["'-3", '-3'],
    ["'@home", '@home'],
    ['\'="1"', '="1"'],
  ])('is taken off %j', (cell, text) => {
    expect(unguarded(cell)).toBe(text);
  });

  it.each(['', '=', '="', '="a"b"', '="a"&"b"', '=A1', "'", "''5", "'tis", "5'", '"5"', '= "5"'])(
    'is not what stands in %j',
    (cell) => {
      expect(unguarded(cell)).toBeNull();
    },
  );

  it('goes and any text comes back, whichever program put it there', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'=\'"+-@019 a') }),
    );
    const start = fc.constantFrom(...'0123456789=+-@');
    fc.assert(
      fc.property(text, start, (any, first) => {
        expect(unguarded(`="${any.replaceAll('"', '""')}"`)).toBe(any);
        const begun = `${first}${any}`.trimEnd();
        expect(unguarded(`'${begun}`)).toBe(begun);
        const written = guarded(any);
        expect(unguarded(written) ?? written).toBe(any);
      }),
    );
  });

  it('is taken off the cells of any field, once, and kept by what is told of a reject', () => {
    const header = ['sku', 'name', 'price', 'active', 'UPC'];
    const row = ['="00123"', "'3 in 1", '="9.90"', '="yes"', "'000123"];
    const { products } = read(lines(header, row));
    expect(products).toMatchObject([
      { sku: '00123', name: '3 in 1', price: '9.9', active: true, attributes: { UPC: '000123' } },
    ]);
    const { rejects } = read(lines(header, ['="00123"', 'Cup', "'-5", 'yes', '']));
    expect(rejects).toMatchObject([
      { value: "'-5", code: 'out_of_range', cells: ['="00123"', 'Cup', "'-5", 'yes', ''] },
    ]);
  });

  it('stays in texts of a workbook', () => {
    const cells = sheet(['sku', 'name'], ['="00123"', "'5"]);
    const { products } = read(cells, { isText: false, stripsGuards: false });
    expect(products).toMatchObject([{ sku: '="00123"', name: "'5" }]);
  });
});

it('reads both spellings that a spreadsheet writes, and an apostrophe', async () => {
  const content =
    'SKU,Name,Price,UPC\n="00123",Washer,0.50,="000123456789"\n' +
    '"=""00125""",Nut,="0.70","=""000123456791"""\n\'00126,Rivet,\'0.70,\'000123456792\n' +
    '\'=A,Cup,"=""1.50""",\n';
  expect((await loadText(db(), content)).exitCode).toBe(0);
  expect(await stored()).toEqual([
    ['00123', 'Washer', '0.5000'],
    ['00125', 'Nut', '0.7000'],
    ['00126', 'Rivet', '0.7000'],
    ['=A', 'Cup', '1.5000'],
  ]);
});

it('keeps guards where it is told to', async () => {
  await loadText(db(), 'sku,name\n="00123",Washer\n\'5,Nut\n', '--guards keep');
  expect(await stored()).toEqual([
    ["'5", 'Nut', null],
    ['="00123"', 'Washer', null],
  ]);
});

describe('where a product is stored with the guard in its SKU', () => {
  const file = 'sku,name\n="00123",Washer\n';
  const rename = `prodimport product update '="00123"' --sku 00123`;

  it('tells the command that renames it', async () => {
    await insertProduct(db(), { sku: '="00123"', name: 'Old' });
    const dry = await loadText(db(), file, '--dry-run');
    expect(dry.report.notes.join()).toContain(`Rename first: ${rename}`);
    const { report } = await loadText(db(), file);
    expect(report.notes.join()).toContain(
      `prodimport product delete 00123 --yes && ${rename}, then load again`,
    );
  });

  it('refuses to say what is missing, and changes nothing', async () => {
    await insertProduct(db(), { sku: "'00123", name: 'Old' });
    const { exitCode, error } = await loadText(db(), file, '--missing delete --missing-limit 100%');
    expect(exitCode).toBe(4);
    expect(error!.message).toContain(`prodimport product update ''\\''00123' --sku 00123`);
    expect(await stored()).toEqual([["'00123", 'Old', null]]);
    const kept = await loadText(
      db(),
      `sku,name\n'00123,Washer\n`,
      '--missing delete --guards keep',
    );
    expect(kept.exitCode).toBe(0);
    expect(await stored()).toEqual([["'00123", 'Washer', null]]);
  });

  it('says nothing where the file has no guard, or names others', async () => {
    await insertProduct(db(), { sku: '="00123"', name: 'Old' });
    for (const other of ['sku,name\n00123,Washer\n', 'sku,name\n="00124",Washer\n']) {
      const { report } = await loadText(db(), other);
      expect(report.notes.join()).not.toContain('guard');
    }
  });
});

it.each(['#N/A', '#NV', '#REF!', '#BEZUG!', '#NAME?', '#VALEUR!', '#¡REF!', '#DIV/0!', '######'])(
  'takes no error of a spreadsheet for a SKU: %s',
  async (shown) => {
    const text = `sku,name\n${shown},Cup\n#00123,Mug\n#N,Pot\n`;
    const { report } = await loadText(db(), text);
    expect(report.failedRows).toMatchObject([
      { rowNumber: 2, column: 'sku', value: shown, code: 'excel_error' },
    ]);
    expect((await stored()).map(([sku]) => sku)).toEqual(['#00123', '#N']);
    expect((await loadText(db(), text, '--allow-mangled')).exitCode).toBe(0);
  },
);
