import { SSF } from '@e965/xlsx';
import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { mangledMark, namedSku, skuFault, type SkuCheck } from '../../src/product/sku.js';
import type { Cell } from '../../src/source/source.js';

const number = (text: string, format: string | null = null): Cell => ({
  kind: 'number',
  text,
  format,
});

function verdict(cell: Cell, allowMangled = false, check: SkuCheck = 'all'): string {
  const sku = namedSku(cell);
  return skuFault(cell, sku, allowMangled ? 'none' : check)?.code ?? sku;
}

describe('a written SKU', () => {
  it.each([
    ['A-1', 'A-1'],
    ['  A 1\t', 'A 1'],
    ['\u00a0A1\u202f', 'A1'],
    ['\ufeffA1', 'A1'],
    ['A\u200b1', 'A1'],
    ['A\u00ad1', 'A1'],
    ['A\u200d1\u200e', 'A1'],
    ['A\u00071', 'A1'],
    ['cafe\u0301', 'caf\u00e9'],
    ["'4160", "'4160"],
    ['000123', '000123'],
    ['12345678901234567890', '12345678901234567890'],
    ['5E3', '5E3'],
  ])('reads %j as %j', (text, expected) => {
    expect(verdict(text)).toBe(expected);
  });

  it.each(['', '   ', '\u200b', '\u00a0\ufeff'])('is required, and %j is none', (text) => {
    expect(verdict(text)).toBe('required');
  });

  it('has at most 255 characters, counted as a person counts emoji', () => {
    expect(verdict('😀'.repeat(255))).toBe('😀'.repeat(255));
    expect(verdict('x'.repeat(256))).toBe('too_long');
  });

  it.each(['1.23457E+12', '1,23457E+12', '1E+15', '1.2e+100'])(
    'refuses %s, which Excel has shortened',
    (text) => {
      expect(verdict(text)).toBe('excel_scientific');
      expect(verdict(text, true)).toBe(text);
    },
  );

  it.each(['1.23E-05', '12.5E+10', '1.0E-100'])('refuses %s, too, whatever its sign', (text) => {
    expect(verdict(text)).toBe('excel_scientific');
  });

  it.each([
    '2-Jan',
    '31-Dec',
    '02-May',
    'Jan-24',
    'Sep-00',
    '1/2/2024',
    '01/02/2024',
    '12/31/1999',
  ])('refuses %s, which Excel has made of something else, in a text file alone', (text) => {
    expect(verdict(text)).toBe('excel_date');
    expect(verdict(text, false, 'numbers')).toBe(text);
    expect(verdict(text, true)).toBe(text);
  });

  it.each([
    ...['MAR-10', '2-JAN', '2-jan', '32-Jan', '0-Jan', 'Jan-2024', 'Jan-1', '2-January', 'A2-Jan'],
    ...['2024-01-02', '1.2.2024', '13/13/2024', '1/2/24', '1-2-2024', '2-Jan-24', 'May-24A'],
  ])('takes %s for a SKU', (text) => {
    expect(verdict(text)).toBe(text);
  });

  it.each(['A1E+12', '1E12', '12E+3', 'E+12', '1.2E+1X', '1E-05', '12E-10', '1.2E-5'])(
    'leaves %s alone',
    (text) => {
      expect(verdict(text)).toBe(text);
    },
  );

  it('can hold neither NUL nor half a character', () => {
    expect(verdict('A\u00001')).toBe('nul_character');
    expect(verdict('A\ud800')).toBe('invalid_encoding');
  });
});

describe('a SKU in a sheet', () => {
  it('drops .0 and the exponent of a whole number', () => {
    expect(verdict(number('123.0'))).toBe('123');
    expect(verdict(number('1.23456789012E+11'))).toBe('123456789012');
    expect(verdict(number('7.5'))).toBe('7.5');
  });

  it('gets the zeros that its format shows', () => {
    expect(verdict(number('123', '000000'))).toBe('000123');
    expect(verdict(number('1234567', '000000'))).toBe('1234567');
    expect(verdict(number('123', '0'))).toBe('123');
    expect(verdict(number('123', '0.00'))).toBe('123');
  });

  it.each([
    '000000;-000000',
    '[$-409]000000',
    '[$-en-US]000000',
    '[Blue]000000',
    '[Color10]000000',
    '000000_);(000000)',
    '000000_);[Red]\\(000000\\)',
    '000000_-',
    '_-* 000000_-;-* 000000_-;_-* "-"_-;_-@_-',
    '000000\\ ',
    '000000_;',
    '#000000',
  ])('gets them whatever shows nothing beside them: %s', (format) => {
    expect(verdict(number('4529', format))).toBe('004529');
  });

  it.each([
    ['"SKU-"000000', '4529', 'SKU-004529'],
    ['"ART-"0000', '42', 'ART-0042'],
    ['00\\-000', '12345', '12-345'],
    ['00-000', '1', '00-001'],
    ['000-000', '1234567', '1234-567'],
    ['0\\ 000000\\ 000000', '4006381333931', '4 006381 333931'],
    ['"V"General', '12.5', 'V12.5'],
    ['"F"0000', '12', 'F0012'],
    ['(000) 000', '12345', '(012) 345'],
    ['0.00', '1.1', '1.10'],
    ['0.000', '90.75', '90.750'],
    ['0.00', '0.055', '0.06'],
    ['[Blue]00.00_)', '1.5', '01.50'],
    ['"A-"0.0', '9.95', 'A-10.0'],
    ['"N"00', '-7', '-N07'],
  ])('is what %s shows of %s: %s', (format, text, shown) => {
    expect(verdict(number(text, format))).toBe(shown);
  });

  it.each([
    ...['@', '0', '#', '#,##0', '#,##0.00', '0.00', '0.000000', '0;000000', 'General'],
    ...['_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', '[Red]#,##0;[Red]-#,##0'],
  ])('is the digits of a whole number under %s', (format) => {
    expect(verdict(number('4529', format))).toBe('4529');
  });

  it.each([
    ...['0%', '0.00%', '"€ "0', '"$"#,##0', '[$€-407]000000', '0.00 "€"', '"USD "0.00', '# ?/?'],
    ...['0.00E+00', '0" pcs"', '0000" kg"', '[>=5000]000000;0', '[DBNum1]000000', '"A"#,##0'],
    ...['[$-2000401]000000', '0,', '??0', ';;;', '"only"'],
  ])('is refused under %s, unless told otherwise', (format) => {
    expect(verdict(number('4529', format))).toBe('excel_format');
    expect(verdict(number('4529', format), true)).toBe('4529');
    expect(verdict(mangledMark + namedSku(number('4529', format)))).not.toBe('4529');
  });

  it('is what another reader shows, wherever it is taken from a format', () => {
    const literal = fc.constantFrom('"ART-"', '"A"', '\\-', '-', '\\ ', '"."', '');
    const zeros = fc.constantFrom('0', '00', '000', '0000', '000000');
    const format = fc
      .tuple(
        literal,
        zeros,
        literal,
        fc.constantFrom('00', '000'),
        fc.constantFrom('', '.0', '.00'),
      )
      .map(([first, one, between, two, decimals]) =>
        between === '' ? first + one + decimals : first + one + between + two + decimals,
      );
    const value = fc.oneof(
      fc.integer({ min: 1, max: 9_999_999 }),
      fc.integer({ min: 100, max: 999_999 }).map((cents) => cents / 100),
    );
    fc.assert(
      fc.property(format, value, (code, amount) => {
        // The other reader drops digits that have no place in a format of two groups, and zeros that
        // pad a number with decimals; Excel does neither.
        const [whole, decimals] = code.replace(/"[^"]*"/g, '_').split('.');
        const places = whole!.match(/0/g)!.length;
        fc.pre(Math.trunc(amount).toString().length <= places || !/0[^0]+0/.test(whole!));
        fc.pre(decimals === undefined || places === 1);
        const sku = verdict(number(String(amount), code));
        const plain = /^(?:\\ )*0(?:\.0+)?$/.test(code);
        if (sku === 'excel_format' || (plain && sku === String(amount))) return;
        expect(sku).toBe(SSF.format(code, amount).trim());
      }),
    );
  });

  it('refuses 16 digits and more, of which Excel has lost some', () => {
    expect(verdict(number('123456789012345'))).toBe('123456789012345');
    expect(verdict(number('1234567890123456'))).toBe('excel_precision');
    expect(verdict(number('1.23456789012346E+19'))).toBe('excel_precision');
    expect(verdict(number('1234567890123456'), true)).toBe('1234567890123456');
  });

  it.each(['1E300', '1E-300', '-1E300'])(
    'refuses %s as damaged, not as too long, also in a file of rejects',
    (text) => {
      expect(verdict(number(text))).toBe('excel_precision');
      expect(verdict(mangledMark + namedSku(number(text)))).toBe('excel_precision');
      expect(verdict(number(text), true)).toBe('too_long');
    },
  );

  it('refuses a date unless told otherwise', () => {
    expect(verdict({ kind: 'date', iso: '2024-03-01' })).toBe('excel_date');
    expect(verdict({ kind: 'date', iso: '2024-03-01' }, true)).toBe('2024-03-01');
  });

  it('refuses an error whatever it is told', () => {
    expect(verdict({ kind: 'error', text: '#N/A' }, true)).toBe('excel_error');
    expect(verdict({ kind: 'error', text: '' }, true)).toBe('excel_error');
  });

  it('keeps text as it is, even where it looks like a number', () => {
    expect(verdict('12345678901234567890')).toBe('12345678901234567890');
  });
});

describe('any SKU', () => {
  it('is the same when it is cleaned twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = namedSku(text);
        expect(namedSku(once)).toBe(once);
      }),
    );
  });
});
