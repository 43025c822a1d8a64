import { expect, test } from 'vitest';
import { builtInFormat, customFormat, isDateFormat } from '../../src/source/xlsx/number-format.js';

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
