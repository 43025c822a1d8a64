import { describe, expect, it } from 'vitest';
import { plainPalette } from '../../../src/terminal/colour.js';
import { barLine } from '../../../src/terminal/progress/bar.js';
import { displayWidth } from '../../../src/terminal/escape.js';

const halfway = {
  phase: 'reading' as const,
  message: null,
  step: null,
  stepMs: null,
  stepSince: 0,
  read: { bytesRead: 35_000_000, bytesTotal: 70_000_000, rows: 250_000, rejected: 3 },
  since: 0,
  now: 2000,
};

describe('the bar', () => {
  it('tells bytes, rows, pace, rejects and the time left', () => {
    expect(barLine(halfway, 120, plainPalette)).toBe(
      `${'━'.repeat(16)}${'─'.repeat(16)}  50%  35.0 MB of 70.0 MB  250,000 rows  ` +
        '125,000 rows/s  3 rejected  2 s left',
    );
  });

  it('gives up what matters least on a narrow terminal, and never wraps', () => {
    const line = barLine(halfway, 50, plainPalette);
    expect(line).toMatch(/ 50% {2}250,000 rows {2}3 rejected$/);
    for (const columns of [40, 50, 80, 100, 200]) {
      expect(displayWidth(barLine(halfway, columns, plainPalette))).toBeLessThan(columns);
    }
  });

  it('counts other things than rows where their number is known', () => {
    const counted = { noun: 'image', total: 2000, rejected: 'dead' };
    const read = { bytesRead: 35_000_000, bytesTotal: null, rows: 500, rejected: 3, counted };
    expect(barLine({ ...halfway, read }, 120, plainPalette)).toBe(
      `${'━'.repeat(8)}${'─'.repeat(24)}  25%  35.0 MB  500 images  250 images/s  3 dead  6 s left`,
    );
  });

  it('does not call it reading before the number of images is known', () => {
    const counted = { noun: 'image', total: 0, rejected: 'dead' };
    const read = { bytesRead: 0, bytesTotal: null, rows: 0, rejected: 0, counted };
    expect(barLine({ ...halfway, read }, 100, plainPalette)).toMatch(/^0 B {2}0 images/);
  });

  it('has no bar and no time left where the size is unknown', () => {
    const piped = { ...halfway, read: { ...halfway.read, bytesTotal: null } };
    expect(barLine(piped, 100, plainPalette)).toBe(
      'reading  35.0 MB  250,000 rows  125,000 rows/s  3 rejected',
    );
  });
});
