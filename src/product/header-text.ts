import { isCurrency } from './currency.js';

/** What is longer is a description among the first rows, not a header. */
export const maxHeaderLength = 200;

const bracket = /[([]([^()[\]]*)[)\]]/gu;

/** What a bracket may hold, besides a currency, without making another column of it. */
const remark = /^(?:0 ?\/ ?1|0 ?= ?\w+[;,] ?1 ?= ?\w+|x[;,]y[;,]z\.*|html|urls?)$/i;

const ignored = /[\s_*#:.°º'’"\-\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A header as it is compared: without case, accents, spaces, underscores, hyphens, stars and the
 * like. `Référence #`, `reference` and `REFERENCE*` are one.
 */
export function headerKey(header: string): string {
  return header.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(ignored, '');
}

/** The key without a bracket such as `(USD)` or `(0/1)`. */
export function bareHeaderKey(header: string): string {
  const bare = header.replace(bracket, (whole, inner: string) =>
    isCurrency(inner.trim()) || remark.test(inner.trim()) ? '' : whole,
  );
  return headerKey(bare);
}

/** A header as it is shown, and as it names an attribute: trimmed, storable. */
export function cleanHeader(text: string): string {
  return text
    .replace(/[\0\ufeff]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim();
}

/**
 * How many letters have to be changed, added, removed, or swapped with their neighbour, to make one
 * word the other.
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = i > 1 && j > 1 && isSwap ? beforeLast[j - 2]! + 1 : Infinity;
      current.push(Math.min(replaced, last[j]! + 1, current[j - 1]! + 1, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length]!;
}
