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

/** The known word that somebody who typed `word` most likely meant; null where none is near. */
export function closest(word: string, known: readonly string[]): string | null {
  const typed = word.toLowerCase();
  const distances = known.map((name) => ({
    name,
    distance: editDistance(typed, name.toLowerCase()),
  }));
  const nearest = distances.sort((a, b) => a.distance - b.distance)[0];
  const isNear =
    nearest && nearest.distance <= Math.min(word.length - 1, Math.max(2, word.length / 3));
  return isNear ? nearest.name : null;
}

/** ` Did you mean …?` for the end of a sentence, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = closest(word, known);
  return meant === null ? '' : ` Did you mean ${meant}?`;
}
