import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/source/source.js';
import { complaints, lines, read, sheet } from './reading.js';

const error = { kind: 'error', text: '#N/A' } as const;

describe('a row', () => {
  it('becomes a product', () => {
    const { products } = read(
      lines(
        ['SKU', 'Nom', 'Description', 'Prix', 'Actif', 'Owner', 'Images', 'Couleur'],
        ['A1', 'Mug', 'Big', '9,90', 'oui', 'acme', 'https://a.test/1.jpg', 'red'],
      ),
    );
    expect(products).toEqual([
      {
        rowNumber: 2,
        line: 2,
        action: 'upsert',
        sku: 'A1',
        name: 'Mug',
        description: 'Big',
        price: '9.9',
        active: true,
        owner: 'acme',
        images: ['https://a.test/1.jpg'],
        attributes: { Couleur: 'red' },
        absent: [],
      },
    ]);
  });

  it('has null for what is blank', () => {
    const { products } = read(
      lines(
        ['sku', 'name', 'description', 'price', 'active', 'color'],
        ['A1', 'Mug', '', '', '', ''],
      ),
    );
    expect(products[0]).toMatchObject({ description: null, price: null, active: null, absent: [] });
    expect(products[0]?.attributes).toEqual({ color: null });
  });

  it('says which fields a short line does not have', () => {
    const { products } = read(
      lines(
        ['sku', 'name', 'price', 'color', 'active'],
        ['A1', 'Mug'],
        ['A2', 'Cup', '5', 'red', '1'],
      ),
    );
    expect(products[0]?.absent).toEqual(['price', 'active']);
    expect(products[0]?.attributes).toEqual({});
    expect(products[1]?.absent).toEqual([]);
  });

  it('of a sheet has all its cells, blank where nothing is stored', () => {
    const { products } = read(sheet(['sku', 'name', 'price', 'color'], ['A1', 'Mug']));
    expect(products[0]).toMatchObject({ price: null, attributes: { color: null }, absent: [] });
  });

  it('may have blank cells after the last header, but no others', () => {
    const reading = read(lines(['sku', 'name'], ['A1', 'Mug', '', ' '], ['A2', 'Cup', '', 'x']));
    expect(reading.products.map(({ sku }) => sku)).toEqual(['A1']);
    expect(reading.rejects).toMatchObject([
      { rowNumber: 3, column: null, code: 'column_count', value: 'x' },
    ]);
    expect(reading.rejectedSkus).toEqual(['A2']);
  });

  it('is not read where all its cells are blank', () => {
    const reading = read(lines(['sku', 'name'], ['', ' '], ['A1', 'Mug']));
    expect(reading.products).toHaveLength(1);
    expect(reading.rejects).toEqual([]);
  });

  it('tells everything that is wrong with it', () => {
    const reading = read(
      lines(
        ['sku', 'name', 'price', 'active', 'images', 'action'],
        ['', '', 'free', 'maybe', 'ftp://a.test', 'remove'],
        ['A1', 'Mug', '1', '', '', ''],
      ),
    );
    expect(complaints(reading).sort()).toEqual([
      'action: action_invalid',
      'active: boolean_invalid',
      'images: url_invalid',
      'name: required',
      'price: price_invalid',
      'sku: required',
    ]);
    expect(reading.rejectedSkus).toEqual([null]);
    expect(reading.products.map(({ sku }) => sku)).toEqual(['A1']);
  });

  it('names the field, the value and the reason', () => {
    const { rejects } = read(lines(['sku', 'name', 'price'], ['A1', '', '4,204']));
    expect(rejects).toEqual([
      {
        rowNumber: 2,
        line: 2,
        column: 'name',
        value: '',
        code: 'required',
        error: 'Missing required field: name',
        cells: ['A1', '', '4,204'],
      },
      {
        rowNumber: 2,
        line: 2,
        column: 'price',
        value: '4,204',
        code: 'price_ambiguous',
        error: '"4,204" could be 4204 or 4.204: say which with --decimal . or --decimal ,',
      },
    ]);
  });

  it('that could not be read is a reject with its reason', () => {
    const unreadable = { code: 'quote_unterminated', value: '"A1', message: 'No end' } as const;
    const { rejects, rejectedSkus } = read([
      ...lines(['sku', 'name']),
      { rowNumber: 2, line: 2, unreadable },
    ]);
    expect(rejects).toEqual([
      {
        rowNumber: 2,
        line: 2,
        column: null,
        value: '"A1',
        code: unreadable.code,
        error: 'No end; reading resumed on the next line',
      },
    ]);
    expect(rejectedSkus).toEqual([null]);
  });

  it('is refused for an error in any cell, named by its header', () => {
    const reading = read(sheet(['sku', 'name', 'color'], ['A1', 'Mug', error], ['A2', error, '']));
    expect(complaints(reading)).toEqual(['color: excel_error', 'name: excel_error']);
  });

  it('does not care for an error in a column that is ignored', () => {
    const rows = sheet(['sku', 'name', 'color'], ['A1', 'Mug', error]);
    expect(read(rows, { extra: 'ignore' }).products).toHaveLength(1);
  });
});

describe('the name', () => {
  const rows = lines(
    ['sku', 'name', 'action'],
    ['A1', '', 'UPDATE'],
    ['A2', '', 'ADD'],
    ['A3', ''],
  );

  it('is required wherever the row may insert', () => {
    const reading = read(rows);
    expect(reading.products.map(({ sku }) => sku)).toEqual(['A1']);
    expect(reading.rejectedSkus).toEqual(['A2', 'A3']);
  });

  it('is not required by rows that only update', () => {
    expect(read(rows, { action: 'update' }).rejectedSkus).toEqual(['A2']);
  });

  it('is left to the merge where the file has no column for it', () => {
    expect(read(lines(['sku', 'price'], ['A1', '5'])).products[0]).toMatchObject({ name: null });
  });
});

describe('a deletion', () => {
  it('needs only the SKU', () => {
    const reading = read(
      lines(
        ['sku', 'name', 'price', 'action'],
        ['A1', '', 'free', 'DELETE'],
        ['', 'Mug', '', 'delete'],
      ),
    );
    expect(reading.products).toMatchObject([{ sku: 'A1', action: 'delete', price: null }]);
    expect(complaints(reading)).toEqual(['sku: required']);
  });

  it('may be what --action says for rows without an action of their own', () => {
    const { products } = read(lines(['sku', 'action'], ['A1', ''], ['A2', 'update']), {
      action: 'delete',
    });
    expect(products.map(({ action }) => action)).toEqual(['delete', 'update']);
  });
});

describe('the owner', () => {
  const rows = lines(['sku', 'name', 'owner'], ['A1', 'Mug', ''], ['A2', 'Cup', 'acme']);

  it('is what the file says', () => {
    expect(read(rows).products.map(({ owner }) => owner)).toEqual([null, 'acme']);
  });

  it('is stamped on every row, and another one in the file is refused', () => {
    const reading = read(rows, { owner: 'zeta' });
    expect(reading.products.map(({ owner }) => owner)).toEqual(['zeta']);
    expect(complaints(reading)).toEqual(['owner: owner_conflict']);
    expect(read(rows, { owner: 'acme' }).products).toHaveLength(2);
  });
});

describe('attributes', () => {
  it('take any header for a key', () => {
    const { products } = read(
      lines(['sku', 'name', '__proto__', 'constructor'], ['A1', 'Mug', 'x', 'y']),
    );
    const json = JSON.stringify(products[0]?.attributes);
    expect(json).toBe('{"__proto__":"x","constructor":"y"}');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('keep every byte of their text', () => {
    const { products } = read(lines(['sku', 'name', 'note'], ['A1', 'Mug', ' a\r\n"b" ']));
    expect(products[0]?.attributes).toEqual({ note: ' a\r\n"b" ' });
  });

  it('keep a column without header only where it holds something', () => {
    const { products } = read(lines(['', 'sku', 'name'], ['0', 'A1', 'Mug'], ['', 'A2', 'Cup']));
    expect(products.map(({ attributes }) => attributes)).toEqual([{ 'column 1': '0' }, {}]);
  });
});

describe('images that are paths', () => {
  const rows = lines(
    ['sku', 'name', 'image'],
    ['A1', 'Mug', 'mug.jpg'],
    ['A2', 'Cup', 'cup.jpg'],
    ['A3', 'Jug', 'https://a.test/1.jpg'],
  );

  it('stay in the attributes, leave the stored images alone, and are told once', () => {
    const { products, warnings } = read(rows);
    expect(products[0]).toMatchObject({ images: null, attributes: { image: 'mug.jpg' } });
    expect(products[0]?.absent).toEqual(['images']);
    expect(products[2]).toMatchObject({ images: ['https://a.test/1.jpg'], absent: [] });
    expect(warnings).toEqual([
      '2 rows name images by a path instead of an http or https address: they are kept in attributes (--image-root DIR takes them as files of that folder)',
    ]);
  });
});

describe('any table', () => {
  it('comes out whole: each row is a product or a reject', () => {
    const cell: fc.Arbitrary<Cell> = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom<Cell>('1.234', 'https://a.test', 'DELETE', 'yes', '1.23457E+12', error),
      fc.double().map((value): Cell => ({ kind: 'number', text: String(value), format: null })),
    );
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 9 }), { maxLength: 10 });
    const header = ['sku', 'name', 'price', 'active', 'images', 'action', 'owner', 'size'];
    fc.assert(
      fc.property(table, (body) => {
        const rows = body.map((cells) => [...cells, 'end'].slice(0, 9));
        const { products, rejectedSkus } = read(lines(header, ...rows));
        expect(products.length + rejectedSkus.length).toBe(rows.length);
      }),
    );
  });
});
