import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { guarded, isNoValue, unguarded } from '../../src/product/bare-cells.js';
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
    ['= "5"', '5'],
    ['="0" & "123"', '0123'],
    ['="a"&CHAR(10)&"b"', 'a\nb'],
    ['=T("00123")', '00123'],
    ['=t( "say ""hi""" )&"!"', 'say "hi"!'],
    ['=CONCATENATE("0","123")', '0123'],
    ['=VERKETTEN("0";"123")', '0123'],
    ['=TEXT("00123","@")', '00123'],
    ['=HYPERLINK("https://x.example/?a=1,2","ABC-1")', 'ABC-1'],
    ['=HYPERLINK("https://x.example/"; T("ABC-1"))', 'ABC-1'],
    ['=HYPERLINK("https://x.example/")', 'https://x.example/'],
    ['=IMAGE("https://x.example/a.jpg",,1)', 'https://x.example/a.jpg'],
  ])('is taken off %j', (cell, text) => {
    expect(unguarded(cell)).toBe(text);
  });

  it.each(['', '=', '="', '="a"b"', '=A1', "'", "''5", "'tis", "5'", '"5"', '=Sale=', '=T("a"'])(
    'is not what stands in %j',
    (cell) => {
      expect(unguarded(cell)).toBeNull();
    },
  );

  const withoutValue = [
    ...['=A1', '=\'My Sheet\'!$B$2&"x"', '=VALUE("00123")', '=TEXT("00123","0")', '="0"&123'],
    ...['=1+2', '=-5', '=50%', '=VLOOKUP(A2,Prices!A:C,3,FALSE)', '=IF(A1>0,"a","b")', '=(A1)'],
    ...['=CONCATENATE("0",A2)', '=#REF!', '=Table[SKU]', '=T("a"', `=${'('.repeat(1e5)}`],
  ];

  it.each(withoutValue)('can not be taken off a formula with a value of its own: %.40s', (cell) => {
    const isCutOff = cell.startsWith('=((');
    expect([unguarded(cell), isNoValue(cell)]).toEqual([null, !isCutOff]);
    const { rejects, products } = read(lines(['sku', 'name'], [cell, 'Cup'], ['A', 'Mug']));
    expect(rejects).toMatchObject([{ column: 'sku', code: 'excel_error' }]);
    expect(products).toMatchObject([{ sku: 'A' }]);
  });

  it.each(['=Sale=', '=== NEW ===', '= Cup =', '=Cup (large)', '=', '=)', '=great deal'])(
    'leaves a name alone that only begins like a formula: %s',
    (name) => {
      const { products } = read(lines(['sku', 'name'], ['A', name]));
      expect(products).toMatchObject([{ sku: 'A', name }]);
    },
  );

  it('gives the address of a link where images are wanted, and its text elsewhere', () => {
    const link = '=HYPERLINK("https://x.example/a.jpg","View")';
    const { products, warnings } = read(lines(['sku', 'name', 'images'], ['A', link, link]));
    expect(products).toMatchObject([{ name: 'View', images: ['https://x.example/a.jpg'] }]);
    expect(warnings.join()).toContain('2 formulas of texts are taken as the text');
  });

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

const shownErrors = [
  ...['#N/A', '#NV', '#REF!', '#BEZUG!', '#NAME?', '#NOM?', '#VALEUR!', '#¡REF!', '#¿NOMBRE?'],
  ...['#DIV/0!', '#YOK', '#ЗНАЧ!', '######', 'Err:502'],
];

it.each(shownErrors)('takes no error of a spreadsheet for a SKU: %s', (shown) => {
  const rows = lines(['sku', 'name'], [shown, 'Cup'], ['#00123', 'Mug'], ['#N', 'Pot']);
  const { rejects, products } = read(rows);
  expect(rejects).toMatchObject([{ column: 'sku', value: shown, code: 'excel_error' }]);
  expect(products.map(({ sku }) => sku)).toEqual(['#00123', '#N']);
  expect(read(rows, { allowMangled: true }).products[0]!.sku).toBe(shown);
});

describe('an error of a spreadsheet, or a formula, in any other cell', () => {
  const header = ['sku', 'name', 'description', 'price', 'active', 'owner', 'images', 'Color'];
  const full = ['A', 'Cup', 'Blue', '1.50', 'yes', 'X', 'https://x.example/a.jpg', 'blue'];
  const cells = fc.tuple(
    fc.integer({ min: 1, max: header.length - 1 }),
    fc.constantFrom(...shownErrors, '=A2', ' =VLOOKUP(A2;B:C;2;0) ', '=VALUE("1.50")'),
  );

  it('rejects the row, and tells what to do', () => {
    fc.assert(
      fc.property(cells, ([at, cell]) => {
        const { rejects, products } = read(lines(header, full.with(at, cell), full.with(0, 'B')));
        expect(rejects).toMatchObject([{ column: header[at], value: cell, code: 'excel_error' }]);
        expect(rejects[0]!.error).toMatch(/--guards keep|--null/);
        expect(products).toMatchObject([{ sku: 'B', name: 'Cup', attributes: { Color: 'blue' } }]);
      }),
    );
  });

  it('is taken for blank, or as text, as the message says', async () => {
    const file = 'sku,name,Color\nA,Cup,#N/A\nB,=A2,red\nC,#SALE!,#1\n';
    const { exitCode, report } = await loadText(db(), file);
    expect([exitCode, report.failedRows.map(({ column }) => column)]).toEqual([
      3,
      ['Color', 'name'],
    ]);
    expect((await loadText(db(), file, '--null #N/A --guards keep')).exitCode).toBe(0);
    expect(await stored()).toEqual([
      ['A', 'Cup', null],
      ['B', '=A2', null],
      ['C', '#SALE!', null],
    ]);
  });

  it('is a text where a guard says so, and comes back from an export', () => {
    fc.assert(
      fc.property(fc.constantFrom(...shownErrors, '=A2', '=Sale='), (text) => {
        const { products } = read(lines(['sku', 'name'], ['A', guarded(text)]));
        expect(products).toMatchObject([{ name: text }]);
      }),
    );
  });
});
