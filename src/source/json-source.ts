import { UsageError } from '../errors.js';
import { type Content, Replay } from './content.js';
import { decode, findEncoding } from './encoding.js';
import { type ItemSplitter, LineItems, NestedItems } from './json-items.js';
import { findLayout, noProducts, type JsonLayout } from './json-layout.js';
import { readMembers, readObject } from './json.js';
import { KeyedRows, maxLooked, readAhead, sampleBytes, Variants } from './keyed.js';
import type { SourceOptions, SourceRow } from './source.js';
import type { TextSource } from './text.js';

/**
 * A JSON file as a source: products one after the other (NDJSON), or in a list, also one that an
 * object holds.
 *
 * Not `stream-json`: it gives tokens only, and objects, with all digits of their numbers, would be
 * put together here all the same.
 * @throws UsageError where there are no objects, or no list where `--sheet` says
 */
export async function openJson(content: Content, options: SourceOptions): Promise<TextSource> {
  const { bytes } = content;
  const { place } = content.stored;
  const sample = await bytes.peek(sampleBytes);
  const found = { bytes: sample, isWhole: bytes.seenWhole, place };
  const encoding = findEncoding(found, options.encoding);
  const text = new Replay(decode(bytes, encoding));
  const start = await text.peek(sampleBytes);
  const layout = findLayout(start.toString('utf8', 0, sampleBytes), text.seenWhole, options, place);
  const variants = variantsIn(start.subarray(0, sampleBytes), layout, options, place);
  const reading = new Reading(layout, place, variants);
  const ahead = await readAhead(reading.rows(text), () => reading.bytes);
  if (ahead.sample.length === 0 && ahead.isSeenWhole) throw noProducts(place);
  if (reading.keyed.keys.length === 0) throw noneReadable(place, ahead.sample);
  return {
    ...ahead,
    format: layout.path === null ? 'ndjson' : 'json',
    encoding: encoding.name,
    hasMark: encoding.bomBytes > 0,
    sheet: layout.path?.join('.') || null,
    keys: reading.keyed.keys,
    notes: [
      ...(encoding.note === null ? [] : [encoding.note]),
      ...layout.notes,
      ...(variants === null ? [] : [variants.note]),
    ],
    others: layout.others,
  };
}

/** The list within the products that holds what is sold, or null. */
function variantsIn(
  start: Buffer,
  layout: JsonLayout,
  { fieldOf }: SourceOptions,
  place: string,
): Variants | null {
  if (fieldOf === undefined) return null;
  const items = splitterOf(layout, place).push(start).slice(0, maxLooked);
  const products = items.map(({ bytes }) => readMembers(bytes));
  return Variants.among(
    products.filter((members) => Array.isArray(members)),
    fieldOf,
  );
}

function splitterOf({ path, isByLine }: JsonLayout, place: string): ItemSplitter {
  return isByLine ? new LineItems() : new NestedItems(path, place);
}

/** Items become rows, with the numbers of their places. */
class Reading {
  readonly keyed: KeyedRows;
  /** Read so far. */
  bytes = 0;
  readonly #items: ItemSplitter;
  /** Whether the number of a row is that of its line. */
  readonly #isByLine: boolean;
  #row = 0;

  constructor(layout: JsonLayout, place: string, variants: Variants | null) {
    this.keyed = new KeyedRows(place, variants);
    this.#items = splitterOf(layout, place);
    this.#isByLine = layout.isByLine && variants === null;
  }

  async *rows(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRow[]> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      yield this.#read(this.#items.push(chunk));
    }
    yield this.#read(this.#items.end());
  }

  #read(items: ReturnType<ItemSplitter['push']>): SourceRow[] {
    return items.flatMap(({ bytes, line }) => {
      const next = () => {
        this.#row = this.#isByLine ? line : this.#row + 1;
        return { rowNumber: this.#row, line };
      };
      return readObject(bytes, next, this.keyed);
    });
  }
}

function noneReadable(place: string, rows: readonly SourceRow[]): UsageError {
  const [row] = rows;
  const why = row && 'unreadable' in row ? `: ${row.unreadable.message}` : '';
  return new UsageError(
    `${place}: no product can be read at the beginning${why}. Each is to be an object such as {"sku":"A"}.`,
    'header_unreadable',
  );
}
