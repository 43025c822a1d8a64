import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../src/net/failure.js';

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  const dayMs = 86_400_000;

  it.each([
    ['120', 120_000],
    [' 5 ', 5000],
    ['0', 0],
    ['99999999999', 86_400_000],
    ['Thu, 01 Jan 2026 00:10:00 GMT', 600_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['Fri, 01 Jan 2027 00:00:00 GMT', 86_400_000],
  ])('reads "%s"', (header, waitMs) => {
    expect(readRetryAfter(header, dayMs, now)).toBe(waitMs);
  });

  it.each([undefined, '', 'soon', '-5', '1.5', '0x10', '1e3', 'Thu, nonsense'])(
    'ignores %s',
    (header) => expect(readRetryAfter(header, dayMs, now)).toBeNull(),
  );
});
