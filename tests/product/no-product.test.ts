import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { lines, read } from './reading.js';

const skus = (reading: ReturnType<typeof read>) => reading.products.map(({ sku }) => sku);

describe('a row that is no product', () => {
  it.each([
    ['the header again', ['sku', 'name', 'colour']],
    ['the header in other letters', ['SKU', ' Name ', 'Colour*']],
    ['another name of each field', ['Item number', 'Title', 'colour']],
    ['a part of the header', ['sku', 'name', '']],
    ['a ruler', ['---', '====', '--+--']],
    ['a ruler in one cell', ['-----+------+------']],
  ])('is %s: skipped, and said in one note', (_, row) => {
    const reading = read(lines(['sku', 'name', 'colour'], ['A', 'Mug', 'red'], row, row));
    expect(skus(reading)).toEqual(['A']);
    expect(reading.skipped).toEqual([3, 4]);
    expect(reading.warnings).toHaveLength(1);
    expect(reading.warnings[0]).toMatch(
      /^2 rows are no products and are skipped: .*\(rows 3, 4\)$/,
    );
  });

  it.each([
    ['one cell of the header', ['sku', '', '']],
    ['a product that has a word of the header', ['sku', 'name', 'red']],
    ['dashes in some cells', ['--', 'Mug', '--']],
    ['a single dash in each cell', ['-', '-', '-']],
    ['plus signs', ['++', '++', '++']],
  ])('is not %s', (_, row) => {
    expect(read(lines(['sku', 'name', 'colour'], row)).skipped).toEqual([]);
  });

  it('is told once, with the first rows of many', () => {
    const again = Array.from({ length: 9 }, () => ['sku', 'name']);
    const { warnings } = read(lines(['sku', 'name'], ...again, ['--', '--']));
    expect(warnings).toEqual([
      '10 rows are no products and are skipped: the header once more and lines of dashes ' +
        '(rows 2, 3, 4, 5, 6, …)',
    ]);
    expect(read(lines(['sku', 'name'], ['--', '--'])).warnings).toEqual([
      'Row 2 is no product and is skipped: a line of dashes',
    ]);
  });

  it('is found in the rows of a profile, too', () => {
    const header = ['Handle', 'Title', 'Variant SKU', 'Variant Price'];
    const reading = read(lines(header, ['mug', 'Mug', 'M', '1'], header, ['cup', 'Cup', 'C', '2']));
    expect([skus(reading), reading.skipped]).toEqual([['M', 'C'], [3]]);
  });

  it('never takes a product away, wherever the header stands again', () => {
    const product = fc.tuple(
      fc.stringMatching(/^[A-Z]{1,3}-?\d{1,4}$/),
      fc.constantFrom('Mug', 'name'),
    );
    const rows = fc.array(fc.oneof(product, fc.constant<[string, string]>(['SKU', 'Name'])), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(rows, (body) => {
        const reading = read(lines(['sku', 'name'], ...body));
        const real = body.filter(([sku]) => sku !== 'SKU').map(([sku]) => sku);
        expect(skus(reading)).toEqual(real);
        expect(reading.skipped).toHaveLength(body.length - real.length);
      }),
    );
  });
});

describe('--data-row', () => {
  const rows = lines(['sku', 'name'], ['the code', 'the name'], ['A', 'Mug']);

  it('says where the products begin', () => {
    const reading = read(rows, { dataRow: 3 });
    expect(skus(reading)).toEqual(['A']);
    expect(reading.plan.notes).toContain('The products begin in row 3; row 2 is not read');
  });

  it('must name a row below the header', () => {
    expect(() => read(rows, { dataRow: 1 })).toThrow('--data-row 1: the header is in row 1');
  });
});

describe('technical rows below the header', () => {
  it('are keys, types and duties of the columns: the products begin after them', () => {
    const template = lines(
      ['Columns:', 'Item Code', 'Item Name', 'Rate'],
      ['Mandatory:', 'Yes', 'Yes', 'No'],
      ['Type:', 'Data (text)', 'Data', 'Currency'],
      ['Info:', '', '', ''],
      ['', 'A', 'Mug', '1'],
    );
    const reading = read(template);
    expect(skus(reading)).toEqual(['A']);
    expect(reading.plan.notes).toContain('The products begin in row 5; rows 2 to 4 are not read');
    expect(read(template, { dataRow: 2 }).products).toHaveLength(3);
  });

  it('are the labels again as keys, which a header with labels twice leaves to the keys', () => {
    const labels = ['ID', 'Item Code', 'Item Name'];
    const keys = ['name', 'item_code', 'item_name'];
    const product = ['x', 'A', 'Mug'];
    expect(read(lines(labels, keys, product)).products).toMatchObject([{ sku: 'A', name: 'Mug' }]);
    const twice = lines(
      ['Seller SKU', 'Title', 'Author', 'Author'],
      ['item_sku', 'item_name', 'author1', 'author2'],
      ['A', 'Mug', '', ''],
    );
    expect(read(twice).plan.headerRowNumber).toBe(2);
    expect(read(twice).products).toMatchObject([{ sku: 'A', name: 'Mug' }]);
  });

  it('are none where a product has such words', () => {
    const reading = read(lines(['sku', 'name', 'size'], ['Data', 'Text', 'XL'], ['A', 'Mug', '']));
    expect(skus(reading)).toEqual(['Data', 'A']);
  });

  it('are not skipped where the header is followed by a product whose cells are names of fields', () => {
    const reading = read(lines(['sku', 'name', 'price'], ['Ref', 'Title', '9.90']));
    expect(skus(reading)).toEqual(['Ref']);
  });
});
