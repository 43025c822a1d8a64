import { expect, it } from 'vitest';
import { Attempts } from '../../src/queue/attempts.js';

const { signal } = new AbortController();

it('makes so many attempts at once, and no more, whatever was claimed', async () => {
  const attempts = new Attempts<number>(3);
  let underWay = 0;
  let most = 0;
  for (let item = 0; item < 10; item++) {
    attempts.add(item, async () => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
    });
  }
  expect(attempts.size).toBe(10);
  await attempts.end();
  expect(most).toBe(3);
  expect([attempts.size, attempts.room]).toEqual([0, 3]);
});

it('wakes whoever waits, asks the others to stop, and gives the first error', async () => {
  const attempts = new Attempts<string>(2);
  attempts.add('endless', () => {
    return new Promise((resolve) => {
      attempts.stopSignal.addEventListener('abort', () => resolve());
    });
  });
  await new Promise(setImmediate);
  const waiting = attempts.change(3_600_000, signal);
  attempts.fail(new Error('the first'));
  attempts.fail(new Error('the second'));
  await expect(waiting).rejects.toThrow('the first');
  await attempts.end();
  expect(() => attempts.throwFailure()).toThrow('the first');
});

it('waits for no attempt where one has ended since it last waited', async () => {
  const attempts = new Attempts<string>(2);
  attempts.add('endless', () => {
    return new Promise((resolve) => {
      attempts.stopSignal.addEventListener('abort', () => resolve());
    });
  });
  attempts.add('quick', () => Promise.resolve());
  // As when the next ones are claimed meanwhile.
  await new Promise(setImmediate);
  expect([attempts.hasChanged, attempts.size]).toEqual([true, 1]);
  await attempts.change(null, signal);
  expect(attempts.hasChanged).toBe(false);
  attempts.stop();
  await attempts.end();
});
