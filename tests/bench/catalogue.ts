import { checkDigit } from '../../src/product/field-types.js';
import { createPicker, createRandom, type Random } from './random.js';
import { familyNames, givenNames, words } from './words.js';

/** One row of the generated catalogue. Every variant of the file shows some columns of it. */
export interface CatalogueRow {
  name: string;
  sku: string;
  description: string;
  /** Whether the later state of the catalogue has another description. */
  isChanged: boolean;
  price: string;
  active: string;
  images: string;
  owner: string;
  attributes: string[];
  /** What fields of one's own can hold. */
  typed: ReturnType<typeof typedOf>;
}

export const attributeCount = 10;

/** How many rows repeat an earlier row's SKU in another case: 35,051 of 500,000. */
export function duplicatesIn(rows: number): number {
  return Math.round((rows * 35_051) / 500_000);
}

export function changedIn(rows: number): number {
  return Math.round(rows / 10);
}

/** The rows, the same for the same number on every machine. Each need has a sequence of its own. */
export function* catalogue(rows: number): Generator<CatalogueRow> {
  const isDuplicate = createPicker(createRandom(1), duplicatesIn(rows), rows - 1);
  const isChanged = createPicker(createRandom(2), changedIn(rows), rows);
  const choice = createRandom(3);
  const text = createRandom(4);
  const facts = createRandom(5);
  const typed = createRandom(6);
  let products = 0;
  for (let row = 0; row < rows; row++) {
    const repeats = row > 0 && isDuplicate();
    const sku = repeats ? recased(skuOf(choice(products)), choice) : skuOf(products++);
    yield {
      sku,
      name: `${oneOf(givenNames, text)} ${oneOf(familyNames, text)}`,
      description: description(text),
      isChanged: isChanged(),
      ...factsOf(sku, facts),
      typed: typedOf(typed),
    };
  }
}

/** Three words; a different one for every number, in no order that would help a database. */
function skuOf(product: number): string {
  const spellings = words.length ** 3;
  // A prime that does not divide the number of spellings visits each of them once.
  let place = Number((BigInt(product) * 7_368_787n + 4_321_987n) % BigInt(spellings));
  const parts = [0, 1, 2].map(() => {
    const word = words[place % words.length]!;
    place = Math.floor(place / words.length);
    return word;
  });
  const round = Math.floor(product / spellings);
  return round === 0 ? parts.join('-') : `${parts.join('-')}-${round}`;
}

/** The same SKU, spelled otherwise: one to three of its words in capitals. */
function recased(sku: string, random: Random): string {
  const parts = sku.split('-');
  const pattern = 1 + random(7);
  return parts.map((part, at) => ((pattern >> (at % 3)) & 1 ? part.toUpperCase() : part)).join('-');
}

/** One to four sentences; between two of them stands a space or a line end. */
function description(random: Random): string {
  let text = sentence(random);
  for (let more = random(4); more > 0; more--)
    text += (random(4) === 0 ? '\n' : ' ') + sentence(random);
  return text;
}

function sentence(random: Random): string {
  const length = 4 + random(5);
  const comma = random(8) === 0 ? 1 + random(length - 2) : -1;
  let text = capitalised(oneOf(words, random));
  for (let at = 1; at < length; at++) {
    text += at === comma ? ', ' : ' ';
    text += oneOf(words, random);
  }
  return `${text}.`;
}

function factsOf(sku: string, random: Random) {
  const picture = `https://images.example.com/${sku.toLowerCase()}`;
  return {
    price: `${1 + random(999)}.${String(random(100)).padStart(2, '0')}`,
    active: random(20) === 0 ? 'false' : 'true',
    images: `${picture}-front.jpg|${picture}-back.jpg`,
    owner: `supplier-${1 + random(50)}`,
    attributes: Array.from({ length: attributeCount }, () => oneOf(words, random)),
  };
}

const conditions = ['new', 'used', 'refurbished'];

function typedOf(random: Random) {
  const digits = (length: number, value: number) => String(value).padStart(length, '0');
  const body = digits(6, random(1_000_000)) + digits(6, random(1_000_000));
  return {
    stock: String(random(500)),
    weight: `${random(30)}.${digits(2, random(100))}`,
    cost: `${1 + random(500)}.${digits(2, random(100))}`,
    gtin: body + checkDigit(body),
    available_from: `20${10 + random(18)}-${digits(2, 1 + random(12))}-${digits(2, 1 + random(28))}`,
    condition: oneOf(conditions, random),
  };
}

function oneOf<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)]!;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
