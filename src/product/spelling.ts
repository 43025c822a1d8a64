import { editDistance } from '../errors.js';
import { aliases, type NamedField } from './aliases.js';
import { bareHeaderKey, headerKey, maxHeaderLength } from './header-text.js';

/** `customLabel #` is custom, label and number. */
export function wordsOf(header: string): string[] {
  const letters = header.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ł/g, 'l');
  const split = letters.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').replace(/[#№]/gu, ' number ');
  return split
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

const spellings = (Object.keys(aliases) as NamedField[]).flatMap((field) =>
  [field, ...aliases[field]].map((name) => ({ field, key: headerKey(name), words: wordsOf(name) })),
);

/** The field that the header was probably meant to be, by its spelling; null where none is near. */
export function suggestField(header: string): NamedField | null {
  if (header.length > maxHeaderLength) return null;
  const key = bareHeaderKey(header);
  const words = wordsOf(header);
  let best: { field: NamedField; distance: number } | null = null;
  for (const spelling of spellings) {
    const most = Math.min(2, Math.floor(spelling.key.length / 3));
    if (Math.abs(key.length - spelling.key.length) > most) continue;
    // Hardly anybody mistypes the beginning, and comparing costs much.
    if (key[0] !== spelling.key[0] && key[1] !== spelling.key[0]) continue;
    const distance = editDistance(key, spelling.key);
    if (distance > most || !wordsAreNear(words, spelling.words)) continue;
    if (best === null || distance < best.distance) best = { field: spelling.field, distance };
  }
  return best?.field ?? null;
}

/** A whole word that differs is another thing: `default cost` is no `default code`. */
function wordsAreNear(words: readonly string[], others: readonly string[]): boolean {
  if (words.length !== others.length) return true;
  return words.every((word, at) => {
    return editDistance(word, others[at]!) <= Math.max(1, Math.floor(others[at]!.length / 4));
  });
}
