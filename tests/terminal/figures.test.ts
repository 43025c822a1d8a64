import { describe, expect, it } from 'vitest';
import {
  countOf,
  showBytes,
  showCount,
  showDuration,
  showRate,
  showSeconds,
  showShare,
} from '../../src/terminal/figures.js';

describe('figures for people', () => {
  it('separate thousands as English does', () => {
    const english = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
    for (const count of [0, 7, 999, 1000, 12_345, 123_456, 1_234_567, -1, -999, -1000, -123_456]) {
      expect(showCount(count)).toBe(english.format(count));
    }
    expect(showCount(1234.4)).toBe('1,234');
    expect(showCount(999.6)).toBe('1,000');
    expect(showCount(Number.MAX_SAFE_INTEGER)).toBe('9,007,199,254,740,991');
  });

  it('know one from many', () => {
    expect([countOf(1, 'row'), countOf(0, 'row'), countOf(2000, 'row')]).toEqual([
      '1 row',
      '0 rows',
      '2,000 rows',
    ]);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_960, '1.0 MB'],
    [70_112_354, '70.1 MB'],
    [150_000_000, '150 MB'],
  ])('give %d bytes as %s', (bytes, shown) => {
    expect(showBytes(bytes)).toBe(shown);
  });

  it.each([
    [0, '0 ms'],
    [850, '850 ms'],
    [999.7, '1.0 s'],
    [3456, '3.5 s'],
    [59_960, '1 min 00 s'],
    [64_000, '1 min 04 s'],
    [7_380_000, '2 h 03 min'],
  ])('give %d milliseconds as %s', (ms, shown) => {
    expect(showDuration(ms)).toBe(shown);
  });

  it('give whole seconds for what changes before the eyes', () => {
    expect([showSeconds(4200), showSeconds(0), showSeconds(64_000)]).toEqual([
      '4 s',
      '0 s',
      '1 min 04 s',
    ]);
  });

  it('say 100% only when all is there', () => {
    expect([showShare(0.9999), showShare(1), showShare(1.2)]).toEqual(['99%', '100%', '100%']);
  });

  it('give a pace in whole rows', () => {
    expect(showRate(144_000.4)).toBe('144,000 rows/s');
  });
});
