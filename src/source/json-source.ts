import { UsageError } from '../errors.js';
import { type Content, Replay } from './content.js';
import { decode, findEncoding } from './encoding.js';
import { type ItemSplitter, LineItems, NestedItems } from './json-items.js';
import { findLayout, noProducts, type JsonLayout } from './json-layout.js';
import { readObject } from './json.js';
import { KeyedRows, readAhead, sampleBytes } from './keyed.js';
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
  const reading = new Reading(layout, place);
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
    notes: [...(encoding.note === null ? [] : [encoding.note]), ...layout.notes],
    others: layout.others,
  };
}

/** Items become rows, with the numbers of their places. */
class Reading {
  readonly keyed: KeyedRows;
  /** Read so far. */
  bytes = 0;
  readonly #layout: JsonLayout;
  readonly #items: ItemSplitter;
  #row = 0;

  constructor(layout: JsonLayout, place: string) {
    this.#layout = layout;
    this.keyed = new KeyedRows(place);
    this.#items = layout.isByLine ? new LineItems() : new NestedItems(layout.path, place);
  }

  async *rows(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRow[]> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      yield this.#read(this.#items.push(chunk));
    }
    yield this.#read(this.#items.end());
  }

  #read(items: ReturnType<ItemSplitter['push']>): SourceRow[] {
    return items.map(({ bytes, line }) => {
      this.#row = this.#layout.isByLine ? line : this.#row + 1;
      return readObject(bytes, { rowNumber: this.#row, line }, this.keyed);
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
