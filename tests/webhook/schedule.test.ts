import { describe, expect, it } from 'vitest';
import { delaysMs, waitAfter } from '../../src/webhook/schedule.js';

describe('the schedule', () => {
  it('makes ten attempts in 75 hours, 35 minutes and 5 seconds', () => {
    const totalMs = delaysMs.reduce((sum, delayMs) => sum + delayMs, 0);
    expect(totalMs).toBe((75 * 3600 + 35 * 60 + 5) * 1000);
    expect(waitAfter(9, null)).not.toBeNull();
    expect(waitAfter(10, null)).toBeNull();
  });

  it('spreads each wait by a tenth to both sides', () => {
    expect(waitAfter(1, null, 0)).toBe(4500);
    expect(waitAfter(1, null, 0.5)).toBe(5000);
    expect(waitAfter(1, null, 1)).toBe(5500);
  });

  it('waits as long as the receiver asks instead, but ends all the same', () => {
    expect(waitAfter(1, 120_000)).toBe(120_000);
    expect(waitAfter(9, 1000)).toBe(1000);
    expect(waitAfter(10, 1000)).toBeNull();
  });
});
