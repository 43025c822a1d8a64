import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import type { FieldDefinition, FieldType } from '../../src/product/field.js';
import { checkDigit, fieldReader, fieldText, listText } from '../../src/product/field-types.js';
import { Fault } from '../../src/product/reject.js';
import type { Cell } from '../../src/source/source.js';
import { lines, read, type Options } from './reading.js';

const fieldOf = (type: FieldType, rules: Partial<FieldDefinition> = {}): FieldDefinition => ({
  ...{ name: 'own', label: null, type, required: false, min: null, max: null },
  ...{ choices: null, decimal: null, aliases: [], isIndexed: false, ...rules },
});

const reading = { mark: 'auto', dateOrder: 'ymd', isOfFile: true } as const;

/** The value, or the code of what is wrong. */
function taken(field: FieldDefinition, cell: Cell, how: object = {}): unknown {
  const value = fieldReader(field, { ...reading, ...how })(cell);
  return value instanceof Fault ? value.code : value;
}

const number = (text: string, format: string | null = null): Cell => ({
  kind: 'number',
  text,
  format,
});

describe('a whole number', () => {
  it.each<[Cell, unknown]>([
    ['12', 12],
    ['-4', -4],
    [' +7 ', 7],
    ['007', 7],
    ['5,00', 5],
    ['1.234.567', 1_234_567],
    ['1 234', 1234],
    ['', null],
    ['  ', null],
    ['1.234', 'number_invalid'],
    ['2,5', 'number_invalid'],
    ['n/a', 'number_invalid'],
    ['5 €', 'number_invalid'],
    ['12 pcs', 'number_invalid'],
    ['1e3', 'number_invalid'],
    ['999999999999999', 999_999_999_999_999],
    ['9999999999999999', 'out_of_range'],
    [number('12'), 12],
    [number('1.2E+3'), 1200],
    [number('2.5'), 'number_invalid'],
    [number('0.5', '0%'), 'number_invalid'],
    [{ kind: 'boolean', value: true }, 'number_invalid'],
    [{ kind: 'error', text: '#N/A' }, 'excel_error'],
    ['5\0', 'nul_character'],
  ])('%j is %j', (cell, value) => {
    expect(taken(fieldOf('integer'), cell)).toEqual(value);
  });

  it('keeps to its limits', () => {
    const field = fieldOf('integer', { min: '0', max: '10' });
    expect(['-1', '0', '10', '11'].map((text) => taken(field, text))).toEqual([
      'out_of_range',
      0,
      10,
      'out_of_range',
    ]);
  });

  it('follows the decimal mark that is given', () => {
    expect(taken(fieldOf('integer'), '1.234', { mark: ',' })).toBe(1234);
    expect(taken(fieldOf('integer'), '1.234', { mark: '.' })).toBe('number_invalid');
  });
});

describe('a number', () => {
  it.each<[Cell, unknown]>([
    ['2,5', 2.5],
    ['2.50', 2.5],
    ['-0.125000', -0.125],
    ['1.234,5', 1234.5],
    ['1,234', 'number_invalid'],
    ['0,234', 0.234],
    ['0.0000001', 1e-7],
    ['0.123456789012345', 0.123456789012345],
    ['0.1234567890123456', 'out_of_range'],
    [`0.${'0'.repeat(30)}1`, 'out_of_range'],
    ['1.2 kg', 'number_invalid'],
    [number('0.1'), 0.1],
    [number('0.30000000000000004'), 0.3],
  ])('%j is %j', (cell, value) => {
    expect(taken(fieldOf('number'), cell)).toEqual(value);
  });
});

describe('an amount of money', () => {
  it.each<[Cell, unknown]>([
    ['9,95 €', '9.95'],
    ['USD 10', '10.00'],
    ['1.234,50', '1234.50'],
    ['0.125', '0.125'],
    ['1.234', 'number_invalid'],
    ['-1', 'out_of_range'],
    ['1.23456', 'out_of_range'],
    ['POA', 'number_invalid'],
    [number('2.1'), '2.10'],
  ])('%j is %j', (cell, value) => {
    expect(taken(fieldOf('money'), cell)).toEqual(value);
  });

  it('may be negative where its limits say so', () => {
    expect(taken(fieldOf('money', { min: '-5' }), '-1')).toBe('-1.00');
  });
});

describe('a date', () => {
  it.each<[string, string, unknown]>([
    ['2026-01-31', 'ymd', '2026-01-31'],
    ['2026-1-5', 'ymd', '2026-01-05'],
    ['20260131', 'ymd', '2026-01-31'],
    ['2026/01/31', 'ymd', '2026-01-31'],
    ['2026-01-31T00:00:00Z', 'ymd', '2026-01-31'],
    ['2026-01-31T10:00:00Z', 'ymd', 'date_invalid'],
    ['2026-02-29', 'ymd', 'date_invalid'],
    ['2024-02-29', 'ymd', '2024-02-29'],
    ['0000-01-01', 'ymd', 'date_invalid'],
    ['31.01.2026', 'ymd', 'date_invalid'],
    ['31.01.2026', 'dmy', '2026-01-31'],
    ['31/1/2026', 'dmy', '2026-01-31'],
    ['01/31/2026', 'dmy', 'date_invalid'],
    ['01/31/2026', 'mdy', '2026-01-31'],
    ['2026-01-31', 'mdy', '2026-01-31'],
    ['31.01.26', 'dmy', 'date_invalid'],
    ['soon', 'dmy', 'date_invalid'],
    ['', 'dmy', null],
  ])('%j in the order %s is %j', (text, dateOrder, value) => {
    expect(taken(fieldOf('date'), text, { dateOrder })).toEqual(value);
  });

  it('of a workbook is its day', () => {
    expect(taken(fieldOf('date'), { kind: 'date', iso: '2026-01-31' })).toBe('2026-01-31');
    expect(taken(fieldOf('date'), { kind: 'date', iso: '10:20:30' })).toBe('date_invalid');
  });

  it('keeps to its limits', () => {
    const field = fieldOf('date', { min: '2026-01-01' });
    expect(taken(field, '2025-12-31')).toBe('out_of_range');
  });

  it('names the order that would make a day of it', () => {
    const fault = fieldReader(fieldOf('date'), reading)('31.01.2026') as Fault;
    expect(fault.error).toContain('--date-order dmy');
    expect(fault.error).not.toContain('mdy');
  });
});

describe('the other types', () => {
  const choice = fieldOf('choice', { choices: ['New', 'Like new'] });
  it.each<[FieldDefinition, Cell, unknown]>([
    [choice, ' NEW ', 'New'],
    [choice, 'like  new', 'Like new'],
    [choice, 'old', 'choice_invalid'],
    [choice, '', null],
    [fieldOf('gtin'), '4006381333931', '4006381333931'],
    [fieldOf('gtin'), '978-3-16-148410-0', '9783161484100'],
    [fieldOf('gtin'), '96385074', '96385074'],
    [fieldOf('gtin'), '036000291452', '036000291452'],
    [fieldOf('gtin'), '00012345600012', '00012345600012'],
    [fieldOf('gtin'), '4006381333932', 'gtin_invalid'],
    [fieldOf('gtin'), '36000291452', 'gtin_invalid'],
    [fieldOf('gtin'), '4.00638E+12', 'gtin_invalid'],
    [fieldOf('gtin'), number('4006381333931'), '4006381333931'],
    [fieldOf('url'), 'https://shop.example/a', 'https://shop.example/a'],
    [fieldOf('url'), 'ftp://shop.example/a', 'url_invalid'],
    [fieldOf('url'), 'shop.example', 'url_invalid'],
    [fieldOf('url'), 'https://a.example/ https://b.example/', 'url_invalid'],
    [fieldOf('boolean'), 'ja', true],
    [fieldOf('boolean'), '0', false],
    [fieldOf('boolean'), 'perhaps', 'boolean_invalid'],
    [fieldOf('list'), 'a|b', ['a', 'b']],
    [fieldOf('list'), 'a, b', ['a, b']],
    [fieldOf('list'), ' a | | b\\|c ', ['a', 'b|c']],
    [fieldOf('list'), '||', null],
    [fieldOf('text'), ' kept ', ' kept '],
  ])('%#: %j → %j', (field, cell, value) => {
    expect(taken(field, cell)).toEqual(value);
  });
});

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const exact = fc
  .tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.integer({ min: 0, max: 9_999_999 }))
  .map(([whole, part]) => Number(`${whole}.${String(part).padStart(7, '0')}`));
const valid: [FieldType, fc.Arbitrary<unknown>][] = [
  [
    'text',
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !text.includes('\0')),
  ],
  ['integer', fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 })],
  ['number', exact],
  [
    'money',
    fc
      .tuple(fc.integer({ min: 0, max: 999_999_999_999 }), digits(2), digits(2))
      .map(([whole, cents, more]) => `${whole}.${cents}${more.replace(/0+$/, '')}`),
  ],
  ['boolean', fc.boolean()],
  [
    'date',
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10)),
  ],
  ['gtin', fc.oneof(...[7, 11, 12, 13].map(digits)).map((body) => body + checkDigit(body))],
  ['url', fc.webUrl({ withQueryParameters: true }).filter((url) => !/[|;,]https?:/i.test(url))],
  [
    'list',
    fc.array(
      fc
        .string({ minLength: 1 })
        .map((text) => text.replaceAll('\0', ''))
        .filter((text) => text !== '' && text.trim() === text),
      { minLength: 1 },
    ),
  ],
];

describe.each(valid)('a value of type %s', (type, values) => {
  it.each(['.', ',', null] as const)(
    'is the same once it was written as a cell and read again (decimal mark %s)',
    (decimal) => {
      const field = fieldOf(type, { decimal });
      fc.assert(
        fc.property(values, (value) => {
          const cell = fieldText(field, value);
          const again = fieldReader(field, { ...reading, mark: decimal ?? 'auto' })(cell);
          expect(again instanceof Fault ? again.error : again).toEqual(
            type === 'number' && value === 0 ? 0 : value,
          );
          // What JSON makes of it is the same number, digit by digit.
          expect(JSON.parse(JSON.stringify(again))).toEqual(again);
        }),
      );
    },
  );
});

it('reads entries back whatever stands in them', () => {
  expect(listText(['a|b', 'c\\', '\\|'])).toBe('a\\|b|c\\\\|\\\\\\|');
});

describe('a column of numbers', () => {
  const own = (rules: Partial<FieldDefinition> = {}): Options => ({
    fields: [fieldOf('number', { name: 'weight', ...rules })],
  });
  const values = (cells: string[], options: Options) =>
    read(
      lines(['sku', 'name', 'weight'], ...cells.map((cell, at) => [`A${at}`, 'a', cell])),
      options,
    );

  it('is read by the mark of the load, else of the field', () => {
    const asked = values(['1.234'], { ...own(), decimal: ',' });
    expect(asked.products[0]!.attributes).toEqual({ weight: 1234 });
    const known = values(['1.234'], own({ decimal: '.' }));
    expect(known.products[0]!.attributes).toEqual({ weight: 1.234 });
    const none = values(['1.234'], own());
    expect(none.rejects).toMatchObject([{ column: 'weight', code: 'number_invalid' }]);
  });
});

describe('columns', () => {
  const stock = fieldOf('integer', { name: 'stock', aliases: ['Bestand'] });
  const planned = (headers: string[], options: Options = {}) =>
    read(lines(headers, ['A-1', 'a', ...headers.slice(2).map((_, at) => String(at + 1))]), {
      fields: [stock],
      ...options,
    });

  it.each<[string[], Options, Record<string, unknown>]>([
    [['sku', 'name', 'stock'], {}, { stock: 1 }],
    [['sku', 'name', 'BESTAND'], {}, { stock: 1 }],
    [['sku', 'name', 'Bestand (optional)'], {}, { stock: 1 }],
    [['sku', 'name', 'attributes.stock'], {}, { stock: 1 }],
    [['sku', 'name', 'Lager', 'stock'], { map: ['Lager=stock'] }, { stock: 1 }],
    [['sku', 'name', 'Bestand', 'stock'], {}, { stock: 2, Bestand: '1' }],
    [['sku', 'name', 'stock'], { extra: 'ignore' }, { stock: 1 }],
    [['sku', 'name', 'stock'], { extra: 'error' }, { stock: 1 }],
    [['sku', 'name', 'stock'], { nullWords: ['stock=1'] }, { stock: null }],
  ])('%j with %j gives %j', (headers, options, attributes) => {
    expect(planned(headers, options).products[0]?.attributes).toEqual(attributes);
  });

  it('say which of two fills a field', () => {
    const { plan } = planned(['sku', 'name', 'Bestand', 'stock']);
    expect(plan.notes.join()).toContain('Both "stock" and "Bestand" could be the column of stock');
  });

  it('of JSON objects hold fields as well', () => {
    const rows = lines(
      ['sku', 'name', 'attributes'],
      ['A', 'a', '{"stock":"5","x":"y"}'],
      ['B', 'b', '{"stock":"n/a"}'],
    );
    const { products, rejects } = read(rows, { fields: [stock] });
    expect(products[0]!.attributes).toEqual({ stock: 5, x: 'y' });
    expect(rejects).toMatchObject([{ rowNumber: 3, column: 'stock', code: 'number_invalid' }]);
  });

  it('that are required may not be blank where a row may insert', () => {
    const fields = [{ ...stock, required: true }];
    const table = (...more: string[][]) => lines(['sku', 'name', 'action', 'stock'], ...more);
    const rows = table(
      ['A', 'a', '', ''],
      ['B', 'b', 'update', ''],
      ['C', 'c', '', '0'],
      ['D', 'd', 'delete', ''],
    );
    const { products, rejects } = read(rows, { fields });
    expect(products.map(({ sku }) => sku)).toEqual(['B', 'C', 'D']);
    expect(rejects).toMatchObject([{ rowNumber: 2, column: 'stock', code: 'required' }]);
  });
});
