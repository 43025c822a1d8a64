/**
 * Whole numbers below a bound, the same sequence for the same seed on every machine: mulberry32,
 * which needs nothing but 32-bit arithmetic.
 */
export type Random = (bound: number) => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/**
 * Picks exactly `wanted` of `total`, asked one after the other (Knuth's selection sampling).
 * @param picks tells for the next one, each call once
 */
export function createPicker(random: Random, wanted: number, total: number): () => boolean {
  let [missing, left] = [wanted, total];
  return () => {
    const isPicked = random(left--) < missing;
    if (isPicked) missing--;
    return isPicked;
  };
}
