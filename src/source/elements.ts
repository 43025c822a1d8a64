import { UsageError } from '../errors.js';
import type { Content } from './content.js';
import { findElement } from './element-choice.js';
import { KeyedRows, maxLooked, readAhead, sampleBytes, unreadable, Variants } from './keyed.js';
import {
  columnsOf,
  languageNotes,
  ownAttributes,
  valueOf,
  type MainLanguage,
  type Node,
} from './element-columns.js';
import { maxDepth } from './json.js';
import type { SourceOptions, SourceRow } from './source.js';
import type { TextSource } from './text.js';
import { type XmlEvents, type XmlFaults, XmlReader } from './xml.js';
import { xmlText } from './xml-text.js';

/** One product longer than this is a reject, as is a record of a CSV. */
const maxCharacters = 1024 * 1024;

/**
 * An XML file as a source: each element of one name is a product, its children and attributes are
 * the columns.
 * @throws UsageError where no element seems to be a product, or what is there is no well-formed XML
 */
export async function openXml(content: Content, options: SourceOptions): Promise<TextSource> {
  const { bytes } = content;
  const { place } = content.stored;
  const faults = faultsOf(place);
  const sample = await bytes.peek(sampleBytes);
  const isWhole = bytes.seenWhole;
  const part = sample.subarray(0, sampleBytes);
  const found = await findElement(xmlText(once(part), faults, isWhole), faults, options);
  if (found === null) throw noElement(place, options.sheet, isWhole);
  const { element, others } = found;
  const variants = await variantsIn(xmlText(once(part), faults, isWhole), element, faults, options);
  const reading = new Elements(element, place, variants);
  const batches = readRows(xmlText(bytes, faults), reading, faults);
  const ahead = await readAhead(batches, () => reading.characters);
  if (ahead.sample.length === 0 && ahead.isSeenWhole) throw noElement(place, element, true);
  return {
    ...ahead,
    ...{ format: 'xml', encoding: null, hasMark: false },
    sheet: element,
    keys: reading.keyed.keys,
    notes: [
      ...(options.sheet === null ? [`The products are the elements <${element}>`] : []),
      ...(variants === null ? [] : [variants.note]),
      ...languageNotes(reading.keyed.keys),
    ],
    others,
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** The element within the products that holds what is sold, or null. */
async function variantsIn(
  texts: AsyncIterable<string>,
  element: string,
  faults: XmlFaults,
  { fieldOf }: SourceOptions,
): Promise<Variants | null> {
  if (fieldOf === undefined) return null;
  const first = new Elements(element, '', null);
  const reader = new XmlReader(first, faults);
  for await (const text of texts) reader.write(text);
  return Variants.among(first.looked, fieldOf);
}

async function* readRows(
  texts: AsyncIterable<string>,
  elements: Elements,
  faults: XmlFaults,
): AsyncGenerator<SourceRow[]> {
  const reader = new XmlReader(elements, faults);
  for await (const text of texts) {
    elements.characters += text.length;
    reader.write(text);
    yield elements.take();
  }
  reader.end();
  yield elements.take();
}

function faultsOf(place: string): XmlFaults {
  const way = 'Get it again, or make it anew by the program that wrote it. Products are unchanged.';
  return {
    broken: (what, cause) =>
      new UsageError(`${place}: the XML ${what}. ${way}`, 'xml_damaged', { cause }),
    tooLarge: (what) =>
      new UsageError(`${place}: the XML ${what}, and is refused. ${way}`, 'xml_too_large'),
    maxDepth,
    takesTypes: true,
  };
}

function noElement(place: string, wish: string | null, isWhole: boolean): UsageError {
  const where = isWhole ? 'in it' : 'in its first MB';
  const what =
    wish === null
      ? `this is an XML document, but no element that repeats ${where} has a child or an attribute that is called like a field. Name the element of a product with --sheet`
      : `there is no element <${wish}> ${where}. Name the element of a product with --sheet`;
  return new UsageError(`${place}: ${what}, or export it as CSV or XLSX.`, 'xml_without_products');
}

/** Makes a row of each outermost element of one name. */
class Elements implements XmlEvents {
  readonly keyed: KeyedRows;
  /** Read so far. */
  characters = 0;
  readonly #element: string;
  /** The columns of the first products. */
  readonly looked: ReturnType<typeof columnsOf>[] = [];
  readonly #language: MainLanguage = { code: null };
  #rows: SourceRow[] = [];
  #row = 0;
  #stack: Node[] = [];
  #size = 0;

  constructor(element: string, place: string, variants: Variants | null) {
    this.#element = element;
    this.keyed = new KeyedRows(place, variants);
  }

  take(): SourceRow[] {
    return this.#rows.splice(0);
  }

  open(name: string, attributes: Record<string, string>, _: number, qualified: string): void {
    if (this.#stack.length === 0 && name !== this.#element) return;
    const own = ownAttributes(attributes);
    if (this.#stack.length === 0) this.#size = 0;
    this.#size += name.length + own.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
    const kept = this.#size > maxCharacters ? [] : own;
    this.#stack.push({ name: qualified, attributes: kept, children: [], text: '' });
  }

  text(text: string): void {
    const node = this.#stack.at(-1);
    if (node === undefined) return;
    this.#size += text.length;
    if (this.#size <= maxCharacters) node.text += text;
  }

  close(name: string): void {
    const node = this.#stack.pop();
    if (node === undefined) return;
    const parent = this.#stack.at(-1);
    if (parent === undefined) this.#finish(node);
    else if (this.#size <= maxCharacters) {
      parent.children.push({ name, qualified: node.name, value: valueOf(node) });
    }
  }

  #finish(node: Node): void {
    const next = () => ({ rowNumber: ++this.#row, line: null });
    if (this.#size > maxCharacters) {
      const message = 'The product has more than 1 MB';
      this.#rows.push(unreadable(next(), 'record_too_large', `<${node.name}>`, message));
      return;
    }
    const columns = columnsOf(node, this.#language);
    if (this.looked.length < maxLooked) this.looked.push(columns);
    this.#rows.push(...this.keyed.rows(next, columns, () => `<${node.name}>`));
  }
}
