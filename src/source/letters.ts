import { readFileSync } from 'node:fs';

/**
 * How likely a text is, as a cost: the natural logarithm of its improbability, so that costs add up
 * and a difference of 7 means a thousand to one. Wrongly decoded text is dear: no language has such
 * letters beside each other, and symbols and capitals stand within words.
 */

/** Letters of a word, in lower case, and what each costs after each other (`costs`, row by row). */
interface Counted {
  /** The first is a blank: the beginning and the end of a word. */
  letters: string;
  /** One digit a pair, see `digits`. Empty where `letters` are ideographs, the commonest first. */
  costs: string;
}

export type Language = ReturnType<typeof language>;

/** A quarter of the cost each. */
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

let counted: Record<string, Counted> | null = null;
const languages = new Map<string, Language>();

/**
 * Counted in the names and keywords that Unicode's CLDR 48.2 gives to emoji ("teapot", "kitchen
 * knife"), by `tests/bench/languages.ts`.
 * @param code of a language; `zht` is traditional Chinese
 */
export function languageOf(code: string): Language {
  const file = new URL('languages.json', import.meta.url);
  counted ??= JSON.parse(readFileSync(file, 'utf8')) as Record<string, Counted>;
  let found = languages.get(code);
  if (!found) languages.set(code, (found = language(counted[code]!)));
  return found;
}

function language({ letters, costs }: Counted) {
  const index = new Map([...letters].map((letter, at) => [letter, at]));
  const isIdeographic = costs === '';
  return {
    index,
    isIdeographic,
    isLatin: !isIdeographic && index.has('a'),
    pairs: Float64Array.from(costs, (digit) => digits.indexOf(digit) / 4),
  };
}

type Kind = 'letter' | 'mark' | 'digit' | 'symbol' | 'other';

export interface Character {
  text: string;
  lower: string;
  kind: Kind;
  isCapital: boolean;
  isAscii: boolean;
  script: string;
  cost: number;
}

const known = new Map<string, Character>();

/** A letter that stands for a sign: the diameter of a pipe. */
const diameter = /(?<!\p{L})[Øø](?!\p{L})/gu;

export function charactersOf(text: string): Character[] {
  return Array.from(text.replace(diameter, '⌀'), (character) => {
    let found = known.get(character);
    if (!found) known.set(character, (found = look(character)));
    return found;
  });
}

function look(text: string): Character {
  const isAscii = text < '\x80';
  // Turkish I has a dot that JavaScript leaves behind; Romanian has its commas as cedillas.
  const lower = text.toLowerCase().replace('\u0307', '').replace('ș', 'ş').replace('ț', 'ţ');
  const kind = kindOf(text, isAscii);
  const cost = kind === 'symbol' ? symbolCost(text) : 0;
  const isCapital = kind === 'letter' && lower !== text;
  return { text, lower, kind, isCapital, isAscii, script: scriptOf(text), cost };
}

function kindOf(text: string, isAscii: boolean): Kind {
  if (isAscii) return /[a-z]/i.test(text) ? 'letter' : /\d/.test(text) ? 'digit' : 'other';
  if (/[µºªƒ]/.test(text)) return 'symbol';
  if (/\p{M}/u.test(text)) return 'mark';
  return /\p{L}/u.test(text) ? 'letter' : 'symbol';
}

const scripts: [string, RegExp][] = [
  ['latin', /\p{Script=Latin}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['thai', /\p{Script=Thai}/u],
  ['east', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u],
];

function scriptOf(text: string): string {
  return scripts.find(([, pattern]) => pattern.test(text))?.[0] ?? '';
}

function symbolCost(text: string): number {
  if (/[–’°€£®™“”«»„×⌀µ\u00a0]/.test(text)) return 4;
  if (/[…—‘½¼¾²³±·•©ºª¿¡§†¥¢№‰‹›‚、。「」・（）％：！～\u3000，]/.test(text)) return 6;
  if (text === '\ufffd') return 25;
  if (/[¤¦¨¯´¸]/.test(text)) return 13;
  if (/[\p{Cc}\p{Co}\p{Cn}]/u.test(text)) return 16;
  return /[\u2500-\u25ff]/.test(text) ? 13 : 10;
}

/** What a text costs in any language: its symbols, its capitals, and scripts within a word. */
export function shapeCost(text: Character[]): number {
  let cost = 0;
  for (let at = 0; at < text.length; at++) {
    const { kind } = text[at]!;
    if (kind === 'symbol') cost += text[at]!.cost + placeCost(text, at);
    else if (kind === 'letter') cost += capitalCost(text, at) + neighbourCost(text, at);
  }
  return cost;
}

const brokenWord =
  /\p{L}[‚„“”†‡ˆ˜‰¤¦¬¨¸‹›]\p{Ll}|\p{L}[‚„](?!\p{L})|\p{Ll}(?![A-Z])\p{Lu}(?!\p{Lu})/u;

/** Whether a sign or a capital stands where no word of any language has one: one such is enough. */
export function hasBrokenWord(text: string): boolean {
  return brokenWord.test(text);
}

const strangeSign = new RegExp(
  [
    String.raw`\p{L}[–•£§¢¥·”\u00a0]\p{Ll}`,
    String.raw`(?<![\p{L}\p{N}])[‚„…€•¥ˆ]\p{Ll}{2}(?!.*[“”‘’])`,
    // No apostrophe of English, French or Italian.
    String.raw`\p{L}{3}’\p{L}(?!\p{L})(?<![stmd])|\p{L}{3}’\p{L}{4}`,
    String.raw`^[…ˆ]$`,
  ].join('|'),
  'u',
);

/** Whether a sign stands in or before a word where typography seldom has one. */
export function hasStrangeSign(text: string): boolean {
  return hasBrokenWord(text) || strangeSign.test(text);
}

/** Whether a letter is none of the language's own. */
export function isForeignTo({ index }: Language, { kind, lower }: Character): boolean {
  return kind === 'letter' && !index.has(lower);
}

/** Whether there is any sign beyond ASCII. */
export function hasSign(text: string): boolean {
  return charactersOf(text).some(({ kind }) => kind === 'symbol');
}

/** Quotes that close after a word, and none that opens before one. */
export function openQuotes(texts: string[]): number {
  const all = texts.join(' ');
  const isOpen = (closes: RegExp, opens: RegExp) => (closes.test(all) && !opens.test(all) ? 4 : 0);
  return isOpen(/\p{L}”/u, /[“„”]\p{L}/u) + isOpen(/\p{L}»/u, /[«»]\p{L}/u);
}

/** A symbol where none stands: in the middle of a word, a closing quote before one. */
function placeCost(text: Character[], at: number): number {
  const symbol = text[at]!.text;
  const before = text[at - 1]?.kind ?? 'other';
  const after = text[at + 1]?.kind ?? 'other';
  const isBehind = before === 'letter' || before === 'mark';
  const isBefore = after === 'letter' || after === 'mark';
  if (symbol === '’') return isBehind ? 0 : 3;
  if (isUnit(text, at)) return 0;
  if (symbol === '·') return 0;
  if (symbol === '\u00a0') return isBehind ? (isBefore ? 4 : 2) : 0;
  if (/[”»…™®©²³°ºª›。」）％]/.test(symbol)) return (isBefore ? 5 : 0) + (at === 0 ? 1 : 0);
  if (/[“«„¿¡‘‚‹「（]/.test(symbol)) {
    const isQuestion = /[¿¡]/.test(symbol) && isBefore && !text[at + 1]!.isCapital;
    return (isBehind || before === 'digit' ? 5 : 0) + (isQuestion ? 3 : 0);
  }
  if (/[€£¥¢]/.test(symbol)) return isBehind || isBefore ? 4 : 0;
  if (/[–—]/.test(symbol)) return (before === 'other') === (after === 'other') ? 0 : 4;
  if (/[½¼¾]/.test(symbol)) return isBehind || isBefore ? 6 : 0;
  return isBehind && isBefore ? 5 : isBehind || isBefore ? 3 : 0;
}

/** `°C`, `µm`. */
function isUnit(text: Character[], at: number): boolean {
  const [sign, unit, after] = [at, at + 1, at + 2].map((place) => text[place]);
  if (unit === undefined || after?.kind === 'letter') return false;
  return sign!.text === '°' ? /[CFK]/.test(unit.text) : sign!.text === 'µ' && unit.isAscii;
}

/** A capital alone or after a small letter, or a small letter after two capitals. */
function capitalCost(text: Character[], at: number): number {
  const letter = text[at]!;
  const before = text[at - 1];
  if (letter.isCapital) {
    const isAlone = before?.kind !== 'letter' && text[at + 1]?.kind !== 'letter';
    const isInside = before?.kind === 'letter' && !before.isCapital;
    return (letter.isAscii ? 0 : isAlone ? 4 : 0.7) + (isInside ? 6 : 0);
  }
  return before?.isCapital && text[at - 2]?.isCapital ? 4 : 0;
}

function neighbourCost(text: Character[], at: number): number {
  const letter = text[at]!;
  const before = text[at - 1];
  const isMixed = before?.kind === 'letter' && before.script !== letter.script;
  const isPlain = letter.isAscii || letter.script === 'east';
  const isByDigit = before?.kind === 'digit' || text[at + 1]?.kind === 'digit';
  return (isMixed ? 8 : 0) + (isByDigit && !isPlain ? 3 : 0);
}

/** A letter that the language does not have; for ideographs, one that it seldom has. */
const foreignLetter = 10;

/** What the letters of a text cost, as words of this language. */
export function languageCost(text: Character[], language: Language): number {
  return language.isIdeographic ? ideographCost(text, language) : wordCost(text, language);
}

function wordCost(text: Character[], { index, pairs }: Language): number {
  const { size } = index;
  let cost = 0;
  // 0 is the edge of a word, -1 a letter that the language does not have.
  let last = 0;
  for (const { kind, lower } of text) {
    let next = index.get(lower) ?? -1;
    if (kind !== 'letter' && kind !== 'mark' && (last === 0 || next <= 0)) next = 0;
    if (last === 0 && next === 0) continue;
    if (next < 0) cost += foreignLetter;
    else cost += last < 0 ? Math.max(3, pairs[next]!) : pairs[last * size + next]!;
    last = next;
  }
  if (last === 0) return cost;
  return cost + (last < 0 ? 3 : pairs[last * size]!);
}

function ideographCost(text: Character[], { index }: Language): number {
  let cost = 0;
  for (const { text: letter, kind, isAscii, script } of text) {
    if (kind !== 'letter' && kind !== 'mark') continue;
    const rank = index.get(letter);
    if (rank !== undefined) cost += Math.log(rank + 30) + 1.5;
    else cost += isAscii ? 3 : script === 'east' ? foreignLetter + 1 : foreignLetter + 2;
  }
  return cost;
}
