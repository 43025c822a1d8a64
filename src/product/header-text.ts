import { isCurrency } from './decimal.js';

/** What is longer is a description among the first rows, not a header. */
export const maxHeaderLength = 200;

const bracket = /[([]([^()[\]]*)[)\]]/gu;

/** What may stand after a name, besides a currency, without making another column of it. */
const remark = new RegExp(
  '^(?:0 ?/ ?1|0 ?= ?\\w+[;,] ?1 ?= ?\\w+|x[;,] ?y[;,] ?z\\.*|html|urls?|text|y/n|yes/no|' +
    'true/false|(?:is )?(?:required|mandatory|optional|recommended)(?: field)?|must be filled.*|' +
    'pflicht(?:feld)?|erforderlich|obligatoire|requis|facultati[fv]e?|obligatori[oa]|requerido|' +
    'opcional|obbligatori[oa]|facoltativ[oa]|obrigat[oó]ri[oa]|verplicht|optioneel|wymagan[ea]|' +
    'opcjonaln[ey]|unique|max\\W.*|maximum\\W.*|up to .*|e\\.? ?g\\W.*|z\\. ?b\\W.*|ex\\.? .*|' +
    'see .*|do not .*|\\d+ char.*)$',
  'i',
);

const ignored = /[\s_*#:.,?'’"\-\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;

/** Letters that no normal form takes apart. */
const plain: Record<string, string> = { ł: 'l', ß: 'ss', ø: 'o', đ: 'd', æ: 'ae', œ: 'oe', ı: 'i' };

/**
 * A header as it is compared: without case, accents, spaces, underscores, hyphens, stars and the
 * like. `Référence #`, `reference` and `REFERENCE*` are one.
 */
export function headerKey(header: string): string {
  const letters = header.replace(/[°ºª]/gu, '').normalize('NFKD').replace(/\p{M}/gu, '');
  return letters
    .toLowerCase()
    .replace(/[łßøđæœı]/gu, (letter) => plain[letter]!)
    .replace(ignored, '');
}

/** Within a header of a profile: any text. */
export const anyText = '{any}';

/** Tells whether a key is that of this header, in which `{any}` may stand once. */
export function headerTest(header: string): (key: string) => boolean {
  const [first = '', last] = header.split(anyText).map(headerKey);
  if (last === undefined) return (key) => key === first;
  return (key) =>
    key.length >= first.length + last.length && key.startsWith(first) && key.endsWith(last);
}

/** The key without a bracket such as `(required)` or `(0/1)`, or a remark on a second line. */
export function bareHeaderKey(header: string): string {
  return headerKey(withoutRemarks(header));
}

/** A remark on a line of its own, which is a sentence and not the rest of a name. */
const longRemark = 40;

function withoutRemarks(header: string): string {
  const [first = '', ...more] = header.split(/[\r\n]+/);
  const second = more.join(' ').trim();
  const isRemark = second.length >= longRemark || remark.test(second.replace(/^\(|\)$/gu, ''));
  return (isRemark ? first : header).replace(bracket, (whole, inner: string) =>
    remark.test(inner.trim()) ? '' : whole,
  );
}

/** One way to understand a header. */
export interface Reading {
  key: string;
  /** What tells it from others of its kind: `currency eur`, `tax net`, `language en-us`; or null. */
  variant: string | null;
}

/** The ways to understand a header, the most literal first, worked out as they are asked for. */
export function* readingsOf(header: string): Generator<Reading> {
  const plainly = (text: string): Reading => ({ key: headerKey(text), variant: null });
  yield plainly(header);
  const hasMore = /[()[\]\r\n]/.test(header);
  const bare = hasMore ? withoutRemarks(header) : header;
  yield* withoutTax(header.replace(/[()[\]]/gu, ' '));
  if (bare !== header) yield* withoutTax(bare);
  if (hasMore) {
    yield plainly(bare);
    yield plainly(header.replace(/[()[\]]/gu, ' '));
    if (/[([]\s*sku\s*[)\]]/i.test(header)) yield plainly('sku');
  }
  const priced = withoutCurrency(header);
  if (priced) yield { ...priced, key: bareHeaderKey(priced.key) };
  const translated = withoutLanguage(bare.trim());
  if (translated) yield { ...translated, key: headerKey(translated.key) };
}

const languages = new Set(
  (
    'en de fr es it pt nl pl cs sk da sv fi nb hu ro bg el hr sr sl et lv lt ru uk tr ja zh ko ' +
    'ar he th vi ca eu gl'
  ).split(' '),
);
const languageNames: Record<string, string> = {
  ...{ english: 'en', german: 'de', deutsch: 'de', french: 'fr', francais: 'fr', spanish: 'es' },
  ...{ espanol: 'es', italian: 'it', italiano: 'it', portuguese: 'pt', portugues: 'pt' },
  ...{ dutch: 'nl', nederlands: 'nl', polish: 'pl', polski: 'pl', englisch: 'en', anglais: 'en' },
};

/** `name-en_US`, `Name (de)`, `description-en_US-ecommerce`: after the language may be a channel. */
const locale = /^(.+?)[\s\-_:/|.([]+([a-z]{2})(?:[-_]([a-z]{2})(?:[-_]\w+)?)?\s*[)\]]?$/i;
const languageName = /^(.+?)[\s\-_:/|.([]+(\p{L}{5,10})\s*[)\]]?$/u;

function withoutLanguage(header: string): Reading | null {
  const [, name, code, region] = locale.exec(header) ?? [];
  if (name !== undefined && languages.has(code!.toLowerCase())) {
    const language = region === undefined ? code! : `${code}-${region}`;
    return { key: name, variant: `language ${language.toLowerCase()}` };
  }
  const [, base, word] = languageName.exec(header) ?? [];
  const language = word === undefined ? undefined : languageNames[headerKey(word)];
  return language === undefined ? null : { key: base!, variant: `language ${language}` };
}

/** Codes that are no words, in any case; any other code only in capitals among small letters. */
const commonCurrencies = new Set(
  (
    'eur usd gbp chf pln czk sek nok dkk huf ron bgn cad aud nzd jpy cny inr brl mxn zar uah rub ' +
    'sgd hkd ils aed sar krw thb euro euros kr zl kc'
  ).split(' '),
);

const currencyBehind =
  /^(.+?)(?:[\s\-_:/|.,([]+(?:(?:in|en|em|w)\s+)?([^\s\-_:/|.,()[\]]{1,5})|\s*(\p{Sc}))\s*[)\]]?$/u;
const currencyBefore = /^([^\s\-_:/|.,()[\]]{1,5})[\s\-_]+(.+)$/u;

/** `Price EUR`, `price-EUR`, `Preis in €`, `EUR Preis`. */
function withoutCurrency(header: string): Reading | null {
  const text = header.trim();
  const [, name, word, sign] = currencyBehind.exec(text) ?? [];
  const after = word ?? sign;
  if (name !== undefined && namesCurrency(after!, name))
    return { key: name, variant: `currency ${headerKey(after!)}` };
  const [, before, rest] = currencyBefore.exec(text) ?? [];
  if (rest === undefined || !namesCurrency(before!, rest)) return null;
  return { key: rest, variant: `currency ${headerKey(before!)}` };
}

function namesCurrency(word: string, beside: string): boolean {
  if (/^\p{Sc}$/u.test(word) || commonCurrencies.has(headerKey(word))) return true;
  return /^[A-Z]{3}$/.test(word) && /\p{Ll}/u.test(beside) && isCurrency(word);
}

/** In the languages of the aliases, as keys. */
const tax =
  '(?:salestax|vat|tax(?:es)?|gst|hst|mwst|ust|steuern?|tva|taxe|iva|impuestos?|impostos?|tasse|btw|moms|podatk(?:u|iem))';
const excluding =
  '(?:excl?|ex|excluding|exclusive|exclusief|excluded|exkl|without|before|plus|zzgl|ohne|hors|sin|senza|sem|bez)(?:of)?';
const excluded = '(?:excl?|excluded|exclusive|escl(?:us[ae])?|excluidos?)';
const including =
  '(?:incl?|including|inclusive|inclusief|included|inkl|with|after|mit|con|com|avec|z)(?:of)?';
const included = '(?:incl?|included|inclusive|inclus[ae]|compres[ae]|incluidos?)';
const taxWords = {
  net: `${excluding}${tax}|${tax}${excluded}|netto|nett?|neto|ht|liquido`,
  gross: `${including}${tax}|${tax}${included}|toutestaxescomprises|gross|brutto|bruto|ttc|lordo|ivato`,
};
const atAnEnd = Object.entries(taxWords).map(([kind, words]) => ({
  kind,
  pattern: new RegExp(`^(?:${words})|(?:${words})$`, 'u'),
}));

const currency = `(?:${[...commonCurrencies].join('|')}|\\p{Sc})`;
const currencyAtEnd = new RegExp(`^${currency}|${currency}$`, 'u');

/** `Price (ex. VAT)`, `Netto-VK`, `prezzo IVA inclusa`: whether what is left is a price is not known here. */
function* withoutTax(header: string): Generator<Reading> {
  const key = headerKey(header);
  for (const { kind, pattern } of atAnEnd) {
    for (const priced of [key, key.replace(currencyAtEnd, '')]) {
      const rest = priced.replace(pattern, '');
      if (rest === priced) continue;
      yield { key: rest, variant: `tax ${kind}` };
      yield { key: rest.replace(currencyAtEnd, ''), variant: `tax ${kind}` };
    }
  }
}

/** A header as it is shown, and as it names an attribute: trimmed, storable. */
export function cleanHeader(text: string): string {
  return text
    .replace(/[\0\ufeff]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim();
}

const shownLength = 40;

/** A header as sentences show it: what is longer is no name but the file itself, and cut. */
export function shownHeader(header: string): string {
  const text = header.replace(/\s+/gu, ' ');
  return text.length <= shownLength ? text : `${text.slice(0, shownLength - 1)}…`;
}
