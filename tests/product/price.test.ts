import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/product/reject.js';
import { type DecimalMark, readPrice } from '../../src/product/price.js';

const reading = (mark: DecimalMark) => ({ mark, rounds: false, isOfFile: true });

function price(text: string, mark: DecimalMark = 'auto'): string | null {
  const result = readPrice(text, reading(mark));
  return result instanceof Fault ? result.code : result;
}

function sheetPrice(text: string): string | null {
  const result = readPrice({ kind: 'number', text, format: null }, reading('auto'));
  return result instanceof Fault ? result.code : result;
}

describe('a written price', () => {
  it.each([
    ['9.90', '9.9'],
    ['12', '12'],
    ['12.00', '12'],
    ['0', '0'],
    ['0.00', '0'],
    ['007.5', '7.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+5', '5'],
    ['123456789012.1234', '123456789012.1234'],
    ['1.23450', '1.2345'],
  ])('takes %s as the plain number %s', (text, expected) => {
    expect(price(text)).toBe(expected);
  });

  it.each([
    ['1.234,56', '1234.56'],
    ['1,234.56', '1234.56'],
    ['1 234,56', '1234.56'],
    ['1\u00a0234,56 €', '1234.56'],
    ['1\u202f234,56\u00a0€', '1234.56'],
    ["1'234.50", '1234.5'],
    ['CHF 1’234.50', '1234.5'],
    ['1,234,567', '1234567'],
    ['1.234.567', '1234567'],
    ['1.234.567,8', '1234567.8'],
    ['1 234,567', '1234.567'],
    ['1,23,456.78', '123456.78'],
    ['21,95', '21.95'],
  ])('tells separators apart in %s', (text, expected) => {
    expect(price(text)).toBe(expected);
  });

  it.each([
    ['$9.90', '9.9'],
    ['9,90 €', '9.9'],
    ['EUR 12.5', '12.5'],
    ['EUR12.5', '12.5'],
    ['zł9', '9'],
    ['1200円', '1200'],
    ['12.5usd', '12.5'],
    ['US$12', '12'],
    ['12,5 kr.', '12.5'],
    ['Rs.500', '500'],
    ['$.50', '0.5'],
    ['1 500 FCFA', '1500'],
  ])('takes the currency off %s', (text, expected) => {
    expect(price(text)).toBe(expected);
  });

  it.each(['4,204', '4.204', '42,204', '999.000', '€ 1,234', '10.000'])(
    'refuses to guess what %s means',
    (text) => {
      expect(price(text)).toBe('price_ambiguous');
    },
  );

  it.each([
    ['0,125', '0.125'],
    ['0.500', '0.5'],
    ['1234.567', '1234.567'],
    ['1234,567', '1234.567'],
    ['.567', '0.567'],
    ['1,2345', '1.2345'],
  ])('sees nothing ambiguous in %s', (text, expected) => {
    expect(price(text)).toBe(expected);
  });

  it('takes the decimal mark that the user names instead of refusing', () => {
    expect(price('4,204', '.')).toBe('4204');
    expect(price('4,204', ',')).toBe('4.204');
    expect(price('4.204', '.')).toBe('4.204');
    expect(price('4.204', ',')).toBe('4204');
  });

  it('refuses a number that contradicts the decimal mark', () => {
    expect(price('12.50', ',')).toBe('price_invalid');
    expect(price('12,50', '.')).toBe('price_invalid');
    expect(price('0,125', '.')).toBe('price_invalid');
  });

  it.each([
    ...['free', '€', '12%', '1.2.3', '1,23.45', '12 50', '12\n500', '1e3', '1.5 EUR/kg', '1-2'],
    ...['abc 1.5', 'EUR,50', '(5)', '1 234.567,5', '٣'],
  ])('does not take %j for a price', (text) => {
    expect(price(text)).toBe('price_invalid');
  });

  it.each(['-5', '-$5', '$-5', '€ −5', '1234567890123', '1.23456', '0.00001'])(
    'finds %s out of range',
    (text) => {
      expect(price(text)).toBe('out_of_range');
    },
  );

  it('takes a negative zero for zero', () => {
    expect(price('-0.00')).toBe('0');
  });

  it.each(['', '  ', '\u00a0'])('takes %j for blank', (text) => {
    expect(price(text)).toBeNull();
  });

  it('names the value and both of its readings where it is ambiguous', () => {
    expect(readPrice('4,204', reading('auto'))).toMatchObject({
      error: '"4,204" could be 4204 or 4.204: say which with --decimal . or --decimal ,',
    });
  });
});

describe('a price in a sheet', () => {
  it.each([
    ['19.989999999999998', '19.99'],
    ['0.30000000000000004', '0.3'],
    ['4.204', '4.204'],
    ['1234', '1234'],
    ['1E+5', '100000'],
    ['1.5E-2', '0.015'],
    ['0.99999999999999999', '1'],
    ['10.0', '10'],
    ['3.3333333333333335', '3.3333'],
  ])('is %s, rounded to 15 digits and four decimals: %s', (text, expected) => {
    expect(sheetPrice(text)).toBe(expected);
  });

  it.each(['-1', '1E-5', '1E+12'])('finds %s out of range', (text) => {
    expect(sheetPrice(text)).toBe('out_of_range');
  });

  it('is neither a date nor a boolean nor an error', () => {
    expect(readPrice({ kind: 'date', iso: '2024-12-05' }, reading('auto'))).toMatchObject({
      code: 'price_invalid',
    });
    expect(readPrice({ kind: 'boolean', value: true }, reading('auto'))).toMatchObject({
      code: 'price_invalid',
    });
    expect(readPrice({ kind: 'error', text: '#DIV/0!' }, reading('auto'))).toMatchObject({
      code: 'excel_error',
    });
  });
});

describe('any price', () => {
  const amounts = fc.record({
    whole: fc.bigInt({ min: 0n, max: 999_999_999_999n }),
    cents: fc.integer({ min: 0, max: 99 }),
  });
  const grouped = (digits: string, mark: string) => digits.replace(/\B(?=(\d{3})+$)/g, mark);

  it('means the same in every notation with two decimals', () => {
    fc.assert(
      fc.property(amounts, ({ whole, cents }) => {
        const fraction = String(cents).padStart(2, '0');
        const plain = fraction === '00' ? '' : `.${fraction.replace(/0$/, '')}`;
        for (const [group, mark] of [',.', '.,', ' .', ' ,', "'.", '\u202f,'].map((s) => [...s])) {
          const text = `${grouped(String(whole), group ?? '')}${mark}${fraction}`;
          expect(price(text)).toBe(`${whole}${plain}`);
          expect(price(`${text} €`, mark as DecimalMark)).toBe(`${whole}${plain}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never comes out as anything but a plain decimal that fits, whatever is written', () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789.,- €$e'\u00a0") });
    fc.assert(
      fc.property(text, fc.constantFrom('auto' as const, '.' as const, ',' as const), (t, mark) => {
        const result = readPrice(t, reading(mark));
        if (typeof result === 'string') {
          expect(result).toMatch(/^(0|[1-9]\d{0,11})(\.\d{0,3}[1-9])?$/);
        }
      }),
    );
  });
});
