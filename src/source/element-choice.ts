import { keyedHead, type SheetHead, type SourceOptions } from './source.js';
import { type XmlEvents, type XmlFaults, XmlReader } from './xml.js';

/** What feeds call a product, or what stands for one. */
const usual = new Set(['item', 'entry', 'offer', 'product', 'row', 'record']);
/** Ways to elements that are told apart: feeds have some dozens. */
const maxPaths = 10_000;

interface Seen {
  name: string;
  count: number;
  /** Its children and attributes that are called like a field. */
  fields: Set<string>;
}

/**
 * The name of the elements that are products: what `--sheet` says, else one of the usual names, else
 * the first that repeats and has a field. Null where there is none.
 * @param texts the beginning of the document
 */
export async function findElement(
  texts: AsyncIterable<string>,
  faults: XmlFaults,
  options: SourceOptions,
): Promise<{ element: string; others: SheetHead[] } | null> {
  const looked = new Look(options.recognise);
  const reader = new XmlReader(looked, faults);
  for await (const text of texts) reader.write(text);
  const { sheet } = options;
  const asked = sheet !== null && looked.names.has(sheet) ? sheet : null;
  const element = sheet === null ? (looked.usual ?? looked.repeated()) : asked;
  return element === null ? null : { element, others: looked.others(element) };
}

class Look implements XmlEvents {
  /** The first element of a usual name. */
  usual: string | null = null;
  readonly names = new Set<string>();
  readonly #recognise: SourceOptions['recognise'];
  readonly #seen = new Map<string, Seen>();
  #open: { path: string; seen: Seen }[] = [];
  readonly #fields = new Map<string, boolean>();

  constructor(recognise: SourceOptions['recognise']) {
    this.#recognise = recognise;
  }

  open(name: string, attributes: Record<string, string>, depth: number): void {
    this.names.add(name);
    if (depth > 1 && usual.has(name.toLowerCase())) this.usual ??= name;
    const parent = this.#open.at(-1);
    if (parent !== undefined && this.#isField(name)) parent.seen.fields.add(name);
    const path = `${parent?.path ?? ''}/${name}`;
    const seen = this.#seen.get(path) ?? { name, count: 0, fields: new Set<string>() };
    if (this.#seen.size < maxPaths) this.#seen.set(path, seen);
    seen.count++;
    for (const key of Object.keys(attributes)) {
      const local = key.slice(key.indexOf(':') + 1);
      if (this.#isField(local)) seen.fields.add(local);
    }
    this.#open.push({ path, seen });
  }

  close(): void {
    this.#open.pop();
  }

  repeated(): string | null {
    for (const { name, count, fields } of this.#seen.values()) {
      if (count > 1 && fields.size > 0) return name;
    }
    return null;
  }

  /** The other elements that have fields. */
  others(element: string): SheetHead[] {
    const others = [...this.#seen.values()].filter(({ name }) => name !== element);
    return others.flatMap(({ name, fields }) => (fields.size > 0 ? [keyedHead(name, fields)] : []));
  }

  #isField(name: string): boolean {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const isField = this.#recognise([name]) > 0;
    if (this.#fields.size < maxPaths) this.#fields.set(name, isField);
    return isField;
  }
}
