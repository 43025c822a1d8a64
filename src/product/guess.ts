import type { PlannedColumn } from './header.js';
import type { Cell } from '../source/source.js';
import { type NamedField, suggestField, wordsOf } from './aliases.js';
import { ownColumns } from './attributes.js';
import { cellText, isBlank } from './cell.js';
import { Fault } from './reject.js';
import { maxHeaderLength } from './header-text.js';
import { readPrice } from './price.js';
import { namedSku } from './sku.js';

/** A header that probably is a field's, though it is not known to. */
export interface Guess {
  /** From 0. */
  index: number;
  header: string;
  field: NamedField;
}

/** So many unknown headers are compared with the known ones: each costs as much as reading rows. */
const maxCompared = 200;

const guessed = ['sku', 'name', 'price', 'description', 'images', 'active', 'owner'] as const;

/**
 * For each field that no column fills the header that most probably is its own, by its words, its
 * spelling and its cells. What reads like something else (a cost beside a price, the number of the
 * parent) is no guess: following it would be worse than not.
 * @param rows the first rows below the header
 * @param settled fields that are to stay without a column
 */
export function guessFields(
  columns: readonly PlannedColumn[],
  rows: readonly (readonly Cell[])[],
  settled: readonly string[] = [],
): Guess[] {
  const filling = columns.filter((column) => column.field !== 'sku' || !isBlankAll(column, rows));
  const filled = new Set<string>([...filling.flatMap(({ field }) => field ?? []), ...settled]);
  const free = columns.filter((column) => isFree(column) && !ownColumns.includes(column.header));
  const candidates = free.slice(0, maxCompared).map((column) => candidateOf(column, rows));
  const guesses: Guess[] = [];
  for (const field of guessed) {
    if (filled.has(field)) continue;
    const left = candidates.filter(({ index }) => guesses.every((guess) => guess.index !== index));
    const scores = left.map((candidate) => scoreOf(candidate, field));
    const best = Math.max(0, ...scores);
    const { index, header } = left[scores.indexOf(best)] ?? {};
    if (best > 0) guesses.push({ index: index!, header: header!, field });
  }
  const hasName = filled.has('name') || guesses.some(({ field }) => field === 'name');
  return hasName ? guesses : withNameInDescription(guesses, columns, rows);
}

/** Price lists call the name so, and then have no other. */
function withNameInDescription(
  guesses: Guess[],
  columns: readonly PlannedColumn[],
  rows: readonly (readonly Cell[])[],
): Guess[] {
  const others = guesses.filter(({ field }) => field !== 'description');
  const column =
    columns.find(({ field }) => field === 'description') ??
    guesses.find(({ field }) => field === 'description');
  if (column === undefined) return guesses;
  const texts = rows.map((cells) => cellText(cells[column.index] ?? ''));
  const isShort = texts.every((text) => text.length <= 120 && !/[\n<]/.test(text));
  if (!isShort) return guesses;
  return [...others, { index: column.index, header: column.header, field: 'name' }];
}

/** Filled by nothing, and not because the user, or the header itself, says so. */
function isFree({ field, isAction, match }: PlannedColumn): boolean {
  return !isAction && (field === null || field === 'attributes') && match === null;
}

/** A column that is there, and is of no use. */
export function isBlankAll({ index }: PlannedColumn, rows: readonly (readonly Cell[])[]): boolean {
  return rows.length > 0 && rows.every((cells) => isBlank(cells[index]));
}

interface Candidate {
  index: number;
  header: string;
  key: string;
  words: ReadonlySet<string>;
  near: NamedField | null;
  cells: Cell[];
}

function candidateOf(
  { index, header, isUnnamed }: PlannedColumn,
  rows: readonly (readonly Cell[])[],
): Candidate {
  const text = isUnnamed || header.length > maxHeaderLength ? '' : header;
  return {
    ...{ index, header, key: wordsOf(text).join(''), words: new Set(wordsOf(text)) },
    near: suggestField(text),
    cells: rows.map((cells) => cells[index] ?? ''),
  };
}

function scoreOf(candidate: Candidate, field: NamedField): number {
  const isBlankColumn = candidate.cells.length > 0 && candidate.cells.every(isBlank);
  if (isBlankColumn || candidate.key === '') return 0;
  switch (field) {
    case 'sku':
      return skuScore(candidate);
    case 'name':
      return nameScore(candidate);
    case 'price':
      return priceScore(candidate);
    case 'images':
      if (!candidate.cells.every(isBlankOrUrl)) return 0;
      return wordScore(candidate, field, picture, noPicture);
    case 'description':
      return wordScore(candidate, field, describing, noDescription);
    case 'active':
    case 'owner':
      return candidate.near === field ? 60 : 0;
  }
}

const has = (words: ReadonlySet<string>, pattern: RegExp) =>
  [...words].some((word) => pattern.test(word));

const things =
  'article|articulo|articolo|artigo|artikel|artykul|art|item|part|parts|product|produkt|produit|' +
  'producto|prodotto|produto|towar|teile|stock|catalog|catalogue|cat|material|model|style|order|bestell|custom|unit|variant|variation';
const numbers =
  'number|numero|nummer|numer|num|no|nr|code|codigo|codice|kod|cod|ref|reference|key|label|sku';
const thingNumber = new RegExp(`(?:${things})(?:de|du|di|do|del)?(?:${numbers})|n(?:${things})$`);
const codeWord = new RegExp(
  '^(?:code|codigo|codice|kod|cod|ref|reference|referenz|referencia|symbol|indeks|index|artnr|partno|' +
    'itemno|cikkszam|artikul|kodas|kood|sifra|varenr|varenummer|artnum|tuotekoodi|katalog)$',
);
const notSku =
  /^(?:cost|price|preis|prix|precio|prezzo|preco|prijs|cena|tax|vat|categor\w*|group|weight|brand|marke|hs|tariff|country|currency|colou?r|size|qty|quantity|image|photo|url|link|date|bin|serial|zip|phone|invoice|shipping|type|name|title|description|page|position|level|count|status|option|barcode|seo)$/;
const another =
  /^(?:manufact\w*|manufacturer|mfr|mfg|hersteller\w*|supplier|vendor|lieferant\w*|parent|main|base|master|old|alt|alternat\w*|competitor|related|group|handle|system|internal|external|cross)$/;

function skuScore({ key, words, near, cells }: Candidate): number {
  // The thing itself is its name, unless nothing else can be.
  if (wholeName.test(key)) return looksLikeCodes(cells) ? 4 : 0;
  const isElse = has(words, notSku) && !words.has('sku');
  const less = has(words, another) || /^(?:main|parent)/.test(key) ? 30 : 0;
  let score = 0;
  if (words.has('sku') || /sku$|^sku/.test(key)) score = 100;
  else if (isElse) return 0;
  else if (thingNumber.test(key)) score = 90;
  else if (has(words, codeWord)) score = 75;
  else if (near === 'sku') score = 70;
  else if (key === 'id') score = 62;
  else if (words.has('mpn')) score = 60;
  else if (has(words, /^modell?$/)) score = 55;
  else if (has(words, /^(?:number|numero|nummer|numer|nr|no|num|id|ident)$/)) score = 50;
  else if (has(words, /^(?:ean|gtin|upc|isbn|asin|barcode|ean13)$/)) score = 45;
  else if (looksLikeCodes(cells)) return 5;
  return score === 0 ? 0 : Math.max(1, score - less - (comesTwice(cells) ? 20 : 0));
}

function comesTwice(cells: readonly Cell[]): boolean {
  const named = cells.map((cell) => namedSku(cell)).filter((sku) => sku !== '');
  return new Set(named).size < named.length;
}

/** For headers that say nothing: every cell is there, short, without blanks, and no two are alike. */
function looksLikeCodes(cells: readonly Cell[]): boolean {
  const texts = cells.map((cell) => cellText(cell).trim());
  const isCode = (text: string) => /^[^\s,]{1,40}$/u.test(text) && /\d/.test(text);
  return texts.length > 0 && texts.every(isCode) && !comesTwice(cells) && !texts.every(isDecimal);
}

function isDecimal(text: string): boolean {
  return /^\d+[.,]\d{1,2}$/.test(text);
}

const wholeName =
  /^(?:product|produkt|produit|producto|prodotto|produto|item|article|artikel|articulo|articolo|artigo|towar|artykul|label|goods)$/;
const nameWord =
  /^(?:name|title|nom|nombre|nome|naam|nazwa|titel|titre|titulo|titolo|tytul|bezeichnung|designation|label|denominac\w*|megnevezes|navn|nimi|namn|nazev|nazov|naziv|denumire|libelle|intitule|kurztext|\p{L}+(?:kurztext|bezeichnung|benennung))$/u;
const notName =
  /^(?:brand|categor\w*|manufacturer|hersteller|supplier|vendor|file|image|user|customer|option|attribute|seo|meta|first|last|host|company|tax|unit|sub|parent|short|handle|sku|custom|type|group|collection|tag|shop|store|department|owner|id|value|status|author|colou?r|country|family|sheet|variant)$/;

function nameScore({ key, words, near }: Candidate): number {
  if (wholeName.test(key)) return 80;
  if (has(words, notName)) return 0;
  if (has(words, nameWord)) return 70;
  return near === 'name' ? 65 : 0;
}

const priceWord =
  /^(?:price|preis|prix|precio|prezzo|preco|prijs|cena|tarif|pris|hinta|ar|pret|cijena)$/;
const priceEnding = /(?:price|preis|prijs)$/;
const recommended = /^(?:rrp|msrp|uvp|pvp|pvr|vk|retail|brutto|gross)$/;
const lessPrice = /^(?:rate|amount)$/;
const notPrice =
  /^(?:old|compare|sale|special|promo\w*|discount\w*|wholesale|purchase\w*|buying|ek|einkauf\w*|achat|compra|acquisto|inkoop\w*|zakupu|per|kg|tax|vat|min|max|starts?|ends?|from|date|currency|type|rule|tier|map|pseudo\w*|statt|before|was|impact|shipping|group|level|list|barre|angebot\w*|aktion\w*|oferta|offerta|promocyjna|rebajado|alt\w*|ref|unit|original|id|code|cents?|pence|pennies|minor|centimes?|centimos?|centesimi|grosz\w*)$/;

/** What the cells of a price are; without rows its words must do. */
function priceScore({ key, words, near, cells }: Candidate): number {
  const filled = cells.filter((cell) => !isBlank(cell));
  const prices = filled.filter((cell) => isPrice(cell));
  if (prices.length * 2 < filled.length) return 0;
  if (has(words, notPrice)) return 0;
  if (has(words, priceWord) || priceEnding.test(key)) return 80;
  if (has(words, recommended)) return 70;
  if (near === 'price') return 65;
  if (has(words, lessPrice)) return 30;
  return has(words, /^(?:cost|costs)$/) ? 20 : 0;
}

function isPrice(cell: Cell): boolean {
  const price = readPrice(cell, { mark: 'auto', rounds: true, isOfFile: true });
  return !(price instanceof Fault) || price.code === 'price_ambiguous';
}

const picture =
  /^(?:images?|img|photos?|pictures?|pics?|bild\w*|fotos?|imagen\w*|immagin\w*|imagem|imagens|afbeelding\w*|zdjeci\w*|thumbnail)$/;
const noPicture =
  /^(?:alt|text|position|id|caption|title|sort|variant|width|height|label|path|count|seo)$/;
function isBlankOrUrl(cell: Cell): boolean {
  return isBlank(cell) || /^\s*https?:\/\//i.test(cellText(cell));
}

const describing = /^(?:description|desc|descr|details|text|beschreibung|descri\w+)$/;
const noDescription =
  /^(?:short|kurz|meta|seo|image|tax|alt|courte|corta|breve|curta|google|social|category)$/;

function wordScore(
  { words, near }: Candidate,
  field: NamedField,
  word: RegExp,
  veto: RegExp,
): number {
  if (has(words, veto)) return 0;
  return has(words, word) || near === field ? 60 : 0;
}
