import { describe, expect, it } from 'vitest';
import { cellText } from '../../src/product/cell.js';
import { Fault } from '../../src/product/reject.js';
import { suggestField } from '../../src/product/aliases.js';
import { readImages } from '../../src/product/images.js';
import { readPrice } from '../../src/product/price.js';
import { namedSku, skuFault } from '../../src/product/sku.js';
import type { Cell } from '../../src/source/source.js';
import { customFormat, isDateFormat } from '../../src/source/xlsx/number-format.js';
import { toCell } from '../../src/source/xlsx/cell.js';
import { lines, planOf } from './reading.js';

/** What takes the square of it takes minutes, far beyond the limit of a test. */
const much = 500_000;
const digits = '1'.repeat(much);
const numberCell = (text: string): Cell => ({ kind: 'number', text, format: null });

const price = { mark: 'auto' as const, rounds: false, isOfFile: true };

describe('a cell of half a million characters is read at once:', () => {
  it('an images cell that is mostly separators', () => {
    const cell = `a${' |'.repeat(much)}b`;
    expect(readImages(cell)).toEqual({ urls: [], hasPaths: true });
    const urls = `https://x.example/1${' '.repeat(much)}https://x.example/2`;
    expect(readImages(urls)).toMatchObject({ urls: [urls.slice(0, 19), urls.slice(-19)] });
  });

  it('a workbook cell that is no number for its last character', () => {
    const raw = { type: 'n', style: 0, value: `${digits}x`, isFormula: false };
    expect(toCell(raw, [], false)).toBe(`${digits}x`);
  });

  it('a number that no double could be', () => {
    expect(readPrice(numberCell(`${digits}x`), price)).toBeInstanceOf(Fault);
    expect(readPrice(`0.${'0'.repeat(much)}1`, price)).toBeInstanceOf(Fault);
    expect(cellText(numberCell(digits))).toBe(digits);
    const sku = numberCell(digits);
    expect(skuFault(sku, namedSku(sku), 'all')).toMatchObject({ code: 'too_long' });
  });

  it('a number format that is mostly brackets', () => {
    expect(isDateFormat(customFormat('['.repeat(much)))).toBe(false);
  });
});

describe('a header of half a million characters is read at once:', () => {
  it('one cell', () => {
    expect(suggestField('reference'.repeat(much / 9))).toBeNull();
    const plan = planOf(lines(['sku', 'x'.repeat(much)], ['A-1', 'y']));
    expect(plan.columns[1]!.attributeKey).toHaveLength(much);
    expect(() => planOf(lines(['x'.repeat(much)], ['A-1']))).toThrow('no column for the SKU');
    expect(() => planOf(lines(['x'.repeat(much)]), { map: ['y=sku'] })).toThrow('no column "y"');
  });

  it('cells without a name, or with names that nobody knows', () => {
    const unnamed = planOf(lines(['sku', ...new Array<string>(much / 5).fill('')]));
    expect(unnamed.columns.at(-1)!.header).toBe(`column ${much / 5 + 1}`);
    const named = Array.from({ length: much / 10 }, (_, i) => `feature ${i}`);
    expect(planOf(lines(['sku', ...named])).columns).toHaveLength(much / 10 + 1);
    expect(() => planOf(lines(named))).toThrow('no column for the SKU');
  });
});
