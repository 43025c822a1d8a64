import fc from '../setup/property.js';
import { expect, test } from 'vitest';
import { shownNumber } from '../../src/product/sku-format.js';
import {
  builtInFormat,
  customFormat,
  isDateFormat,
  shownFormat,
} from '../../src/source/xlsx/number-format.js';

test.each([
  'yyyy-mm-dd',
  'd/m/yy h:mm',
  'mmm\\ yy',
  '[h]:mm',
  '[mm]:ss',
  'mm:ss.0',
  'h:mm:ss.000',
  'DD.MM.YYYY',
  '[$-409]d\\-mmm\\-yyyy;@',
  '[Red]yyyy',
  'h"h"mm',
  '[$-F800]dddd, mmmm dd, yyyy',
  'ggge"年"m"月"d"日"',
])('takes %s for a date', (code) => expect(isDateFormat(code)).toBe(true));

test.each([
  '0',
  '0.00',
  '#,##0.00',
  '000000',
  '@',
  '0.00E+00',
  '[Red]0.00',
  '#,##0 "days"',
  '0\\d',
  '"SKU-"0000',
  '_-* #,##0.00\\ [$€-407]_-',
  '0.00_d',
  '[$USD] #,##0',
  '0.00 h',
  '[>=100]0;[Red]-0',
  ';;;',
  '0;dd',
  '0*s',
])('takes %s for a number', (code) => expect(isDateFormat(code)).toBe(false));

test('knows formats that files name by number alone', () => {
  const dates = [...Array(90).keys()].filter((id) => isDateFormat(builtInFormat(id)));
  const run = (from: number, to: number): number[] =>
    [...Array(to - from + 1).keys()].map((step) => from + step);
  expect(dates).toEqual([
    ...run(14, 22),
    ...run(27, 36),
    ...run(45, 47),
    ...run(50, 58),
    ...run(71, 81),
  ]);
  expect(builtInFormat(0)).toBeNull();
  expect(builtInFormat(2)).toBe('0.00');
});

test('General in any case is no format', () => {
  expect(['General', 'GENERAL', '', 'General ', '0'].map(customFormat)).toEqual([
    null,
    null,
    null,
    null,
    '0',
  ]);
});

/** What becomes of a SKU that is this number, shown so, in a column whose format is not known. */
function skuShown(value: number, shown: string, code: string | null = null, groups = true) {
  const format = shownFormat(value, shown, { code, groups });
  return shownNumber({ kind: 'number', text: String(value), format });
}

test.each([
  [123, '123', '123'],
  [123, '00123', '00123'],
  [0, '000', '000'],
  [-12, '-0012', '-0012'],
  [12, 'ART-0012', 'ART-0012'],
  [12, 'ART-12', 'ART-12'],
  [12, '2024-012', '2024-012'],
  [12345, '12-345', '12-345'],
  [123, '00-123', '00-123'],
  [12, '12.00', '12'],
  [12, '12,00', '12'],
  [1234, '1,234', '1234'],
  [1234567, '1\u202f234\u202f567', '1234567'],
  [1234, '1.234,00', '1234'],
  [9.99, '9,99', '9.99'],
  [12.5, '12.50', '12.50'],
  [123000, '1.23E+05', null],
  [0.12, '12%', null],
  [5, '5 pcs', null],
  [5, '€ 5.00', null],
  [5, '5,00 €', null],
  [12.5, '12 1/2', null],
  [1234567, '1,235', null],
  [0, '-', null],
])('takes %s, shown as %s, for the SKU %s', (value, shown, sku) => {
  expect(skuShown(value, shown)).toBe(sku);
});

test('takes signs between digits for text where a format may have put them there', () => {
  expect(skuShown(1234, '1.234', '0000"."')).toBe('1.234');
  expect(skuShown(1234, '1.234', '#,##0')).toBe('1234');
  expect(skuShown(1234, '1.234', null, false)).toBeNull();
});

test('goes by the format of the cell where the plain number stands in it', () => {
  expect(skuShown(123, '123', '00000')).toBe('00123');
  expect(skuShown(123, '0123', '00')).toBe('0123');
});

test('gives a SKU as it is shown, or none, for any text before any number', () => {
  const text = fc.string({ maxLength: 6 }).filter((one) => !/[\d.,'\u2019%\s]/.test(one));
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(9), (before, value, zeros) => {
      const shown = before + '0'.repeat(zeros) + String(value);
      expect([shown, null]).toContain(skuShown(value, shown));
    }),
  );
});
