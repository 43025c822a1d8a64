import { expect, it } from 'vitest';
import { RowSet } from '../../src/load/sku-index.js';

it('gives row numbers once each, in ascending order', () => {
  const rows = new RowSet();
  for (const row of [900, 3, 31, 32, 3, 64, 63]) rows.add(row);
  expect([...rows]).toEqual([3, 31, 32, 63, 64, 900]);
});

it('holds rows that lie far apart', () => {
  const rows = new RowSet();
  const far = [1, 524_287, 524_288, 5_000_000, 1_000_000_000];
  for (const row of far.toReversed()) rows.add(row);
  expect([...rows]).toEqual(far);
});

it('is empty at first', () => {
  expect([...new RowSet()]).toEqual([]);
});
