import { expect, it } from 'vitest';
import { FailedError } from '../../src/errors.js';
import { newResult, type RunResult } from '../../src/load/job.js';
import { checkBalance } from '../../src/load/load.js';

const counted = (read: number, unchanged: number): RunResult => ({
  ...newResult(),
  rows: { read, rejected: 10, duplicates: 5 },
  products: { inserted: 40, updated: 20, unchanged, skipped: 3, deleted: 2 },
});

it('passes where every row went exactly one way', () => {
  expect(() => checkBalance(counted(100, 20))).not.toThrow();
});

it('refuses a load that lost a row', () => {
  expect(() => checkBalance(counted(101, 20))).toThrow(FailedError);
});

it('refuses a load that counts a row twice, even where the sum is made good by a negative count', () => {
  expect(() => checkBalance(counted(75, -5))).toThrow(/do not add up to the 75 rows read/);
});
