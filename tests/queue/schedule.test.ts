import { describe, expect, it } from 'vitest';
import { schedule as ofImages } from '../../src/image/queue.js';
import { waitAfter } from '../../src/queue/queue.js';
import { schedule as ofWebhooks } from '../../src/webhook/attempt.js';

describe('the schedule of webhooks', () => {
  it('makes ten attempts in 75 hours, 35 minutes and 5 seconds', () => {
    const totalMs = ofWebhooks.delaysMs.reduce((sum, delayMs) => sum + delayMs, 0);
    expect(totalMs).toBe((75 * 3600 + 35 * 60 + 5) * 1000);
    expect(waitAfter(ofWebhooks, 9, null)).not.toBeNull();
    expect(waitAfter(ofWebhooks, 10, null)).toBeNull();
  });

  it('spreads each wait by a tenth to both sides', () => {
    expect(waitAfter(ofWebhooks, 1, null, 0)).toBe(4500);
    expect(waitAfter(ofWebhooks, 1, null, 0.5)).toBe(5000);
    expect(waitAfter(ofWebhooks, 1, null, 1)).toBe(5500);
  });

  it('waits as long as the receiver asks instead, but ends all the same', () => {
    expect(waitAfter(ofWebhooks, 1, 120_000)).toBe(120_000);
    expect(waitAfter(ofWebhooks, 9, 1000)).toBe(1000);
    expect(waitAfter(ofWebhooks, 9, 1)).toBe(1000);
    expect(waitAfter(ofWebhooks, 10, 1000)).toBeNull();
  });
});

describe('the schedule of images', () => {
  it('grows, and ends after four attempts', () => {
    expect([1, 2, 3, 4].map((attempt) => waitAfter(ofImages, attempt, null, 0.5))).toEqual([
      1000,
      4000,
      15_000,
      null,
    ]);
  });

  it('is never shorter than what the host asked for', () => {
    expect(waitAfter(ofImages, 1, 30_000, 0.5)).toBe(30_000);
    expect(waitAfter(ofImages, 2, 1000, 0.5)).toBe(4000);
  });
});
