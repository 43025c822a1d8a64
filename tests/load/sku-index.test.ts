import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { isAscii, SkuIndex } from '../../src/load/sku-index.js';

it('finds an ASCII SKU again in any case, and says in which row it stood last', () => {
  const index = new SkuIndex(true);
  expect(index.add('Abc-1', 2, 'upsert')).toEqual({ kind: 'new' });
  expect(index.add('aBC-1', 3, 'upsert')).toEqual({ kind: 'duplicate', row: 2 });
  expect(index.add('ABC-1', 9, 'upsert')).toEqual({ kind: 'duplicate', row: 3 });
});

it('takes other letters for equal only when they are spelled alike', () => {
  const index = new SkuIndex(true);
  index.add('É-1', 2, 'upsert');
  expect(index.add('é-1', 3, 'upsert')).toEqual({ kind: 'new' });
  expect(index.add('É-1', 4, 'upsert')).toEqual({ kind: 'duplicate', row: 2 });
});

it('takes ASCII letters for equal only when spelled alike, where the database says so', () => {
  const index = new SkuIndex(false);
  index.add('ISPARTA', 2, 'upsert');
  expect(index.add('isparta', 3, 'upsert')).toEqual({ kind: 'new' });
  expect(index.add('ISPARTA', 4, 'upsert')).toEqual({ kind: 'duplicate', row: 2 });
});

it('tells a SKU that comes with another action', () => {
  const index = new SkuIndex(true);
  index.add('A-1', 2, 'add');
  expect(index.add('a-1', 3, 'delete')).toEqual({ kind: 'conflict', row: 2 });
});

it('keeps apart what differs by one character, by length or by order', () => {
  const index = new SkuIndex(true);
  const skus = ['a', 'b', 'aa', 'ab', 'ba', '[', '{', '@', '`', 'a ', 'a\u0000', '0', '00'];
  const seen = skus.map((sku, i) => index.add(sku, i, 'upsert').kind);
  expect(seen).toEqual(skus.map(() => 'new'));
});

it('finds every one of many again, across all its growing', () => {
  const index = new SkuIndex(true);
  const count = 200_000;
  for (let i = 1; i <= count; i++) index.add(`SKU-${i}`, i, 'upsert');
  const lost = Array.from({ length: count }, (_, i) => i + 1).filter((i) => {
    const seen = index.add(`sku-${i}`, count + i, 'upsert');
    return seen.kind !== 'duplicate' || seen.row !== i;
  });
  expect(lost).toEqual([]);
});

it('takes 40 bytes a SKU at most, however long the SKUs are', () => {
  const index = new SkuIndex(true);
  const before = heldBytes();
  let most = 0;
  for (let i = 0; i < 600_000; i++) {
    index.add(`${'a long beginning of a SKU '.repeat(6)}${i}`, i, 'upsert');
    // Of so many that what the test and its runner keep besides is a byte of each, or two.
    if (i % 50_000 === 49_999 && i > 250_000) {
      most = Math.max(most, (heldBytes() - before) / (i + 1));
    }
  }
  expect(most).toBeLessThanOrEqual(40);
});

/** What is alive of the memory in arrays and on the heap. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The second waits until the arrays that the first found dead are given back.
  for (let times = 0; times < 2; times++) collect();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

it('knows what is ASCII', () => {
  expect(isAscii('SKU-1~')).toBe(true);
  expect(isAscii('')).toBe(true);
  expect(isAscii('SKU-é')).toBe(false);
  expect(isAscii('\u0080')).toBe(false);
});
