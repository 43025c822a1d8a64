/**
 * Counts the letters of `src/source/languages.json`: `tsx tests/bench/languages.ts FOLDER`, where
 * FOLDER is the unpacked package cldr-annotations-full (48.2.0). Names and keywords of emoji are near
 * to what shops write, and are there in every language.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const spelled = (
  'en fr de es pt it nl sv da no fi is ca pl cs sk hu ro hr sl sq tr lt lv et ' +
  'ru uk be bg sr mk el he ar fa th vi'
).split(' ');
const ideographic = { zh: 'zh', zht: 'zh-Hant', ja: 'ja', ko: 'ko' };

/** Letters that a language writes, though too seldom for this text. */
const rare: Record<string, string> = {
  ...{ en: 'éèñ', fr: 'ëùüÿæñö', de: 'éèàêñçô', es: 'üçàè', pt: 'àüòè', it: 'éìòîçü', ca: 'ñ' },
  ...{ nl: 'éèêïöüçàâ', sv: 'éèüàç', da: 'éöäüèà', no: 'éèòôöäüà', fi: 'éšžåü', is: 'ü' },
  ...{ pl: 'éöü', cs: 'öüä', sk: 'öüŕěř', hu: 'äâ', ro: 'éöü', hr: 'éöü', sl: 'đćéöü' },
  ...{ tr: 'âîûé', lt: 'é', lv: 'ōé', et: 'éå', ru: 'ё', uk: 'ґ', be: 'ґ', bg: 'ѝ' },
  ...{ sr: 'ѐ', mk: 'ѐ', el: 'ΐΰϋ' },
};

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const folder = process.argv[2]!;

function texts(language: string): string[] {
  const file = join(folder, 'annotations', language, 'annotations.json');
  const { annotations } = JSON.parse(readFileSync(file, 'utf8')).annotations;
  return Object.values(annotations as Record<string, Record<string, string[]>>)
    .flatMap((kinds) => Object.values(kinds))
    .flat();
}

/** Each word with its weight: a word that comes often weighs little more. */
function words(language: string): Map<string, number> {
  const counts = new Map<string, number>();
  const form = language === 'vi' ? 'NFD' : 'NFC';
  for (const text of texts(language)) {
    const cedillas = text.normalize(form).toLocaleLowerCase(language === 'tr' ? 'tr' : 'en');
    const plain = cedillas.replaceAll('ș', 'ş').replaceAll('ț', 'ţ').replaceAll("'", '’');
    for (const part of plain.split(/[^\p{L}\p{M}’]+/u)) {
      const word = part.replace(/^’+|’+$/g, '');
      if (word) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return new Map([...counts].map(([word, count]) => [word, 1 + Math.log(count)]));
}

function alphabet(language: string, found: Map<string, number>): string[] {
  const weights = new Map<string, number>();
  for (const [word, weight] of found) {
    for (const letter of word) weights.set(letter, (weights.get(letter) ?? 0) + weight);
  }
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const latin = [...weights].filter(([letter]) => /[a-z]/.test(letter));
  const isLatin = latin.reduce((sum, [, weight]) => sum + weight, 0) > all / 2;
  const own = isLatin ? /[\p{Script=Latin}\p{M}’]/u : /[^\p{Script=Latin}’]/u;
  const kept = [...weights].filter(
    ([letter, weight]) => own.test(letter) && (/[a-z]/.test(letter) || weight / all > 0.0002),
  );
  const basic = isLatin ? 'abcdefghijklmnopqrstuvwxyz' : '';
  const letters = kept.map(([letter]) => letter).sort();
  return [' ', ...new Set([...basic, ...letters, ...(rare[language] ?? '')])];
}

function count(language: string): { letters: string; costs: string } {
  const found = words(language);
  const letters = alphabet(language, found);
  const index = new Map(letters.map((letter, at) => [letter, at]));
  const single = letters.map(() => 0.5);
  const pairs = letters.map(() => letters.map(() => 0));
  for (const [word, weight] of found) {
    const at = [' ', ...word, ' '].map((letter) => index.get(letter) ?? -1);
    for (let i = 1; i < at.length; i++) {
      const [last, next] = [at[i - 1]!, at[i]!];
      if (next >= 0) single[next]! += weight;
      if (next >= 0 && last >= 0) pairs[last]![next]! += weight;
    }
  }
  return { letters: letters.join(''), costs: costsOf(pairs, single) };
}

/** Pairs that never came are as likely as their second letter is, eight times a row. */
function costsOf(pairs: number[][], single: number[]): string {
  const all = single.reduce((sum, weight) => sum + weight, 0);
  const costs = pairs.map((row) => {
    const sum = row.reduce((total, weight) => total + weight, 0);
    return row.map((weight, at) => -Math.log((weight + (8 * single[at]!) / all) / (sum + 8)));
  });
  return costs
    .flatMap((row) => row.map((cost) => digits[Math.min(63, Math.round(cost * 4))]))
    .join('');
}

/** The commonest letters first. */
function ranked(language: string): { letters: string; costs: string } {
  const counts = new Map<string, number>();
  const own = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u;
  for (const letter of texts(language).join('')) {
    if (own.test(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one).slice(0, 1500);
  return { letters: sorted.map(([letter]) => letter).join(''), costs: '' };
}

const counted = Object.fromEntries([
  ...spelled.map((language) => [language, count(language)]),
  ...Object.entries(ideographic).map(([code, language]) => [code, ranked(language)]),
]);
const out = new URL('../../src/source/languages.json', import.meta.url);
writeFileSync(out, `${JSON.stringify(counted, null, 2)}\n`);
