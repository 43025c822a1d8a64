import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import {
  type Language,
  charactersOf,
  hasBrokenWord,
  hasStrangeSign,
  hasSign,
  isForeignTo,
  languageCost,
  languageOf,
  openQuotes,
  shapeCost,
} from './letters.js';

/** An encoding, the languages that were written in it, and how rare it is, as a cost. */
type Page = [name: string, languages: string, rarity: number];

const western = 'en fr de es pt it nl sv da no fi is ca sq et';
const central = 'pl cs sk hu ro hr sl sq de';
const baltic = 'lt lv et';
const cyrillic = 'ru uk be bg sr mk';

const pages: Page[] = [
  ['windows-1252', western, 0],
  ['windows-1250', central, 3],
  ['windows-1251', cyrillic, 2],
  ['windows-1253', 'el', 3],
  ['windows-1254', 'tr', 3],
  ['windows-1255', 'he', 3],
  ['windows-1256', 'ar fa fr', 3],
  ['windows-1257', baltic, 3.5],
  ['windows-1258', 'vi', 5],
  ['windows-874', 'th', 1.5],
  ['shift-jis', 'ja', 1.5],
  ['euc-jp', 'ja', 2.5],
  ['gb18030', 'zh', 1.5],
  ['big5', 'zht', 1.5],
  ['euc-kr', 'ko', 1.5],
  ['iso-8859-2', central, 4],
  ['iso-8859-5', cyrillic, 4.5],
  ['iso-8859-6', 'ar', 3.5],
  ['iso-8859-7', 'el', 3.5],
  ['iso-8859-8', 'he', 3.5],
  ['iso-8859-9', 'tr', 4.5],
  ['iso-8859-13', baltic, 5],
  ['iso-8859-15', western, 4.5],
  ['koi8-r', 'ru bg', 4.5],
  ['koi8-u', 'uk ru be', 5],
  // DOS. cp858 is cp850 with the euro sign.
  ['cp858', western, 4.5],
  ['cp437', 'en fr de es it nl sv fi', 5.5],
  ['cp720', 'ar', 4.5],
  ['cp737', 'el', 4.5],
  ['cp775', baltic, 6],
  ['cp852', central, 4.5],
  ['cp855', 'sr mk bg', 6.5],
  ['cp857', 'tr', 5],
  ['cp860', 'pt', 7.5],
  ['cp861', 'is', 7.5],
  ['cp862', 'he', 4.5],
  ['cp863', 'fr', 5.5],
  ['cp865', 'da no', 6.5],
  ['cp866', 'ru be bg', 3.5],
  ['cp869', 'el', 5.5],
  ['cp1125', 'uk ru', 5.5],
  ['mik', 'bg', 6.5],
  // The old Macintosh.
  ['macroman', western, 4.5],
  ['maccenteuro', `pl cs sk hu sl ${baltic}`, 7.5],
  ['maccroatian', 'hr sl', 8],
  ['maccyrillic', cyrillic, 5.5],
  ['macgreek', 'el', 6],
  ['maciceland', 'is', 8],
  ['macromania', 'ro', 8],
  ['macturkish', 'tr', 7],
  ['macukraine', 'uk', 7],
];

/** Only to find out whether parts of a file are UTF-8, which is known before for a whole one. */
const utf8: Page = [
  'utf-8',
  `${western} pl cs sk hu ro hr sl tr lt lv ${cyrillic} el he ar fa th vi zh zht ja ko`,
  0,
];

/** What a text reads like in one encoding. */
interface Reading {
  name: string;
  /** Those that were written in it, and the one that the text reads like, by their codes. */
  languages: string[];
  language: string;
  cost: number;
  /** What each run of bytes says, and what it costs. */
  texts: string[];
  costs: number[];
}

/** Either one encoding beyond doubt, or those that it may be, the likeliest first. */
export interface Guess {
  names: string[];
  isMixed: boolean;
}

/** By so much the likeliest encoding must lead: of each 400 such choices one may be wrong. */
const clearLead = 6;

/** A word of a language that the rest of the text is not in. */
const otherLanguage = 5;

/** Letters of an alphabet, of which no two stand together: signs, such as in `12,50 €`. */
const loneLetters = 6;
const foreignWord = /[^\P{L}A-Za-z]\p{M}*[^\P{L}A-Za-z]/u;

/** So many different runs are enough, and take 0.2 s. */
const maxRuns = 500;

/**
 * The encoding in which the letters beyond ASCII make words of a language.
 * @param sample bytes that are not UTF-8
 */
export function guessPage(sample: Buffer): Guess {
  const text = sample.toString('latin1');
  const runs = runsOf(text);
  const context = languageContext(text);
  const readings = pages
    .map((page) => read(runs, page, context))
    .sort((one, other) => one.cost - other.cost);
  const best = readings[0]!;
  const others = readings.filter((reading) => !sameTexts(reading, best));
  const isOneWord = runs.length === 1 && best.name !== pages[0]![0];
  const lead = isOneWord ? clearLead + 2 : clearLead;
  const close = others.filter((reading) => reading.cost < best.cost + lead);
  if (close.length > 0) return { names: different([best, ...close]), isMixed: false };
  const second = secondEncoding(runs, best, others) ?? betterWord(best, others);
  if (second !== null) return { names: [best.name, second], isMixed: true };
  return { names: [best.name], isMixed: false };
}

/**
 * Where bytes beyond ASCII stand together with letters (also the second bytes of Asian letters),
 * each once. A digit tells as much as a number.
 */
function runsOf(text: string): Buffer[] {
  const found = new Set<string>();
  for (const [run] of text.replace(/\d+/g, '0').matchAll(/[0@-~]*[\x80-\xff][0@-~\x80-\xff]*/g)) {
    found.add(run.slice(0, 200));
  }
  const step = Math.max(1, found.size / maxRuns);
  const all = [...found];
  const count = Math.min(all.length, maxRuns);
  return Array.from({ length: count }, (_, at) =>
    Buffer.from(all[Math.floor(at * step)]!, 'latin1'),
  );
}

/** What the plain words of lines with other letters say about the language: a cost for each. */
function languageContext(text: string): Map<Language, number> {
  const words = new Set<string>();
  for (const [line] of text.matchAll(/.*[\x80-\xff].*/g)) {
    const plain = line
      .slice(0, 1000)
      .matchAll(/(?<![\w\x80-\xff])[A-Za-z][a-z]{2,}(?![\w\x80-\xff])/g);
    for (const [word] of plain) words.add(word.toLowerCase());
    if (words.size >= 300) break;
  }
  const latin = [...new Set(`${western} ${central} ${baltic} tr vi`.split(' '))].map(languageOf);
  const sums = new Map(latin.map((language) => [language, 0]));
  for (const word of words) {
    const letters = charactersOf(word);
    const costs = latin.map((language) => languageCost(letters, language));
    const least = Math.min(...costs);
    // Names and English words stand in texts of every language: none of them weighs much.
    latin.forEach((language, at) => {
      sums.set(language, sums.get(language)! + 0.3 * Math.min(6, costs[at]! - least));
    });
  }
  const least = Math.min(...sums.values());
  for (const [language, sum] of sums) sums.set(language, Math.min(8, sum - least));
  return sums;
}

function read(
  runs: Buffer[],
  [name, codes, rarity]: Page,
  context: Map<Language, number>,
): Reading {
  const form = name === 'windows-1258' ? 'NFD' : 'NFC';
  const texts = runs.map((run) => decodeText(run, name));
  const characters = texts.map((text) => charactersOf(text.normalize(form)));
  const shapes = characters.map(shapeCost);
  const languages = codes.split(' ');
  const found = languages.map((code) => {
    const language = languageOf(code);
    const costs = characters.map((text, at) => shapes[at]! + languageCost(text, language));
    return { code, costs, known: context.get(language) ?? 0 };
  });
  const least = runs.map((_, at) => Math.min(...found.map(({ costs }) => costs[at]!)));
  let best = { language: '', costs: [] as number[], sum: Infinity };
  for (const { code, costs, known } of found) {
    const mostly = costs.map((cost, at) => Math.min(cost, least[at]! + otherLanguage));
    const sum = mostly.reduce((all, cost) => all + cost, known);
    if (sum < best.sum) best = { language: code, costs: mostly, sum };
  }
  const { language, costs, sum } = best;
  const isLatin = languageOf(language).isLatin;
  const isSigns = !isLatin && !texts.some((text) => foreignWord.test(text));
  const cost = sum + rarity + openQuotes(texts) + (isSigns ? loneLetters : 0);
  return { name, languages, language, texts, costs, cost };
}

export function decodeText(bytes: Buffer, name: string): string {
  return withEuro(iconv.decode(bytes, name, { stripBOM: false }), name);
}

/** On the Macintosh the euro took the place of the currency sign in 1998; iconv-lite does not. */
export function withEuro(text: string, name: string): string {
  return name.startsWith('mac') ? text.replaceAll('¤', '€') : text;
}

function sameTexts(one: Reading, other: Reading): boolean {
  return one.texts.every((text, at) => text === other.texts[at]);
}

/** At most four encodings, none of which says the same as another. */
function different(readings: Reading[]): string[] {
  const kept: Reading[] = [];
  for (const reading of readings) {
    if (!kept.some((other) => sameTexts(reading, other))) kept.push(reading);
  }
  return kept.slice(0, 4).map(({ name }) => name);
}

/** An encoding in which some runs read far better than in the one that suits most. */
function secondEncoding(runs: Buffer[], best: Reading, others: Reading[]): string | null {
  const inUtf8 = runs.flatMap((run, at) => (isUtf8(run) ? [at] : []));
  const suspects = inUtf8.map((at) => runs[at]!);
  const asUtf8 = read(suspects, utf8, new Map());
  const inBest = inUtf8.map((at) => best.costs[at]!);
  if (sumOf(gains(asUtf8.costs, inBest, 6)) > 12) return 'utf-8';
  const found = others.find(({ languages, costs, texts }) => {
    // In another page of the same language no word reads better by chance (measured: none of 798
    // tables in one encoding has two), and Italian has one letter a word to show it by.
    const isOfLanguage = languages.includes(best.language);
    const [least, enough] = isOfLanguage ? [4, 10 + best.cost / 25] : [6, 24 + best.cost / 50];
    const better = gains(costs, best.costs, least);
    if (better.length > 1 && sumOf(better) > enough) return true;
    const isFixed = (text: string, at: number) =>
      costs[at]! < best.costs[at]! - 4 && hasBrokenWord(best.texts[at]!) && !hasBrokenWord(text);
    return isOfLanguage && texts.some(isFixed);
  });
  return found?.name ?? null;
}

/**
 * An encoding in which a single word reads better, where few words tell of the file. Measured in
 * tables of one to three rows: of 3,021 in one encoding 13 are refused for it, none of them in
 * windows-1252; of 890 in two, of which the second went unseen, 869 are refused.
 */
function betterWord(best: Reading, others: Reading[]): string | null {
  const isUsual = best.name === pages[0]![0];
  const language = languageOf(best.language);
  // East Asian names have signs of their own, and read as others in all of these encodings.
  const isEastern = eastern.has(best.language);
  const takesSigns = isUsual || isEastern;
  const otherwise = isEastern ? 2 * otherLanguage : otherLanguage;
  const looksWrong = (text: string) => hasStrangeSign(text) || (!takesSigns && hasSign(text));
  const isForeign = (text: string) =>
    charactersOf(text).some((each) => isForeignTo(language, each));
  const found = others.find(({ languages, language: like, costs, texts }) => {
    if (isEastern && eastern.has(like)) return false;
    const isOfLanguage = languages.includes(best.language);
    return texts.some((text, at) => {
      const before = best.texts[at]!;
      const gain = text === before ? -Infinity : best.costs[at]! - costs[at]!;
      if (gain < -6) return false;
      const isMadeWord = isOfLanguage && looksWrong(before) && !looksWrong(text);
      if (isMadeWord && texts.length <= fewRuns) return gain > -2.5 || !isForeign(text);
      const isFixed = isOfLanguage && isForeign(before) && !isForeign(text);
      if (isFixed) return gain > 1 + texts.length / 4;
      return gain > 1 + texts.length / 2 + (isUsual ? 3 : 0) + (isOfLanguage ? 0 : otherwise);
    });
  });
  return found?.name ?? null;
}

const eastern = new Set(['ja', 'zh', 'zht', 'ko']);

/** In so few runs a sign within a word is rather a letter of another encoding. */
const fewRuns = 8;

/** By how much runs read better than before, where it is more than this. */
function gains(costs: number[], before: number[], least: number): number[] {
  return costs.map((cost, at) => Math.min(20, before[at]! - cost)).filter((gain) => gain > least);
}

const sumOf = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);
