import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import type { Cell } from '../../src/source/source.js';
import { lines, planOf, read } from './reading.js';

function adviceFor(...table: Cell[][]): string {
  try {
    planOf(lines(...table));
  } catch (error) {
    if (error instanceof UsageError) return /Try (.*)$/s.exec(error.message)?.[1] ?? 'none';
    throw error;
  }
  return 'accepted';
}

describe('the advice where no column is known for the SKU', () => {
  it('maps all that can be guessed at once', () => {
    expect(adviceFor(['Article No', 'Product', 'Cost'], ['A-1', 'Mug', '9.90'])).toBe(
      '--map "Article No=sku" --map "Product=name" --map "Cost=price"',
    );
  });

  it.each([
    [['No.', 'UPC', 'Custom SKU', 'Manufact. SKU', 'Default Cost'], 'Custom SKU'],
    [['mainnumber', 'stocknumber', 'name'], 'stocknumber'],
    [['Product ID', 'Item #', 'Name'], 'Item #'],
    [['Brand', 'MPN', 'Product Name', 'Price'], 'MPN'],
    [['id', 'title', 'mpn', 'price'], 'id'],
    [['Supplier SKU', 'Product Name', 'RRP'], 'Supplier SKU'],
    [['Parent SKU', 'CustomLabel', 'Title'], 'CustomLabel'],
    [['Barcode', 'Model', 'Name'], 'Model'],
  ])('names of %j the column %s', (headers, sku) => {
    expect(adviceFor(headers)).toContain(`--map "${sku}=sku"`);
  });

  it.each([
    ['a header in one cell', [['sku~name~price'], ['A~Mug~9.90']], "--delimiter '~'"],
    ['an invisible sign', [['sku\u0001name'], ['A\u0001Mug']], "--delimiter $'\\x01'"],
    [
      'a header below rows as wide',
      [
        ['Report', 'of', 'May'],
        ['by', 'the', 'shop'],
        ['sku', 'name', 'price'],
        ['A', 'Mug', '1'],
      ],
      '--header-row 3',
    ],
  ])('names what helps instead of a column for %s', (_, table, advice) => {
    expect(adviceFor(...table)).toBe(advice);
  });

  it('is none where nothing is like a SKU', () => {
    expect(adviceFor(['Colour', 'Size'], ['red', 'very large'])).toBe('none');
  });

  it('is asked for a name that may be a description, in a list without another name', () => {
    const list = [
      ['Codice articolo', 'Descrizione', 'Prezzo'],
      ['A', 'Vite', '5,60'],
    ];
    expect(adviceFor(...list)).toBe(
      '--map "Codice articolo=sku" --map "Descrizione=name" --map "Prezzo=price", or ' +
        '--map "Descrizione=description" to update descriptions',
    );
    const long = `<p>${'Vite '.repeat(50)}</p>`;
    expect(adviceFor(list[0]!, ['A', long, '5,60'])).toBe('accepted');
  });

  it('names another column where that of the SKU is blank', () => {
    const { notes } = planOf(
      lines(['sku', 'model', 'name'], ['', 'M-1', 'Mug'], ['', 'M-2', 'Cup']),
    );
    expect(notes).toContain('The column "sku" is blank in the first 2 rows');
    expect(notes.at(-1)).toBe('Perhaps meant: --map "model=sku"');
  });
});

describe('following the advice', () => {
  const skuHeaders = [
    ...['Article No', 'Item #', 'Part No.', 'Custom SKU', 'CustomLabel', 'ordernumber', 'MPN'],
    ...['Vendor SKU', 'Stock No', 'Catalog #', 'Item ID', 'Model', 'Code', 'Kod', 'skuu'],
  ];
  const nameHeaders = ['name', 'Title', 'Product', 'Bezeichnung', 'Nazwa', 'Product Name', 'Label'];
  const priceHeaders = ['Price', 'Cost', 'Prijs', 'RRP', 'Price EUR', 'Selling price'];
  const others = [
    'Colour',
    'Weight',
    'Tax class',
    'Category',
    'Default Cost Center',
    'Brand',
    'Qty',
  ];
  const table = fc.record({
    headers: fc.tuple(
      fc.constantFrom(...skuHeaders),
      fc.constantFrom(...nameHeaders),
      fc.constantFrom(...priceHeaders),
    ),
    more: fc.subarray(others),
    turn: fc.nat(9),
    count: fc.integer({ min: 1, max: 4 }),
  });

  it('loads the right columns, whatever stands beside them', () => {
    fc.assert(
      fc.property(table, ({ headers, more, turn, count }) => {
        const all = [...headers, ...more];
        const at = turn % all.length;
        const turned = <T>(cells: T[]) => [...cells.slice(at), ...cells.slice(0, at)];
        const rows = Array.from({ length: count }, (_, i) =>
          turned([`K${i}`, `Thing ${i}`, `${i + 1}.50`, ...more.map((word) => `${word} x`)]),
        );
        const advice = adviceFor(turned(all), ...rows);
        const map = [...advice.matchAll(/--map "([^"]*)"/g)].map(([, text]) => text!);
        const { products } = read(lines(turned(all), ...rows), { map });
        expect(products.map(({ sku, name, price }) => [sku, name, price])).toEqual(
          rows.map((_, i) => [`K${i}`, `Thing ${i}`, `${i + 1}.5`]),
        );
      }),
    );
  });
});
