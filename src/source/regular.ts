import type { Dialect } from './source.js';

const lf = 0x0a;
const cr = 0x0d;

/** What of a dialect decides where records end, as bytes. */
export class Marks {
  readonly delimiter: Buffer;
  readonly quote: Buffer | null;
  readonly hasBackslash: boolean;
  /** Whether a backslash before the end of a line lets the record go on. */
  readonly isEscaped: boolean;
  /** The bytes that end a record; the second one may stand before the first. */
  readonly lf: number;
  readonly cr: number;

  constructor({ delimiter, quote, escape, isEscaped, rowEnd }: Omit<Dialect, 'encoding'>) {
    this.delimiter = Buffer.from(delimiter);
    this.quote = quote === null ? null : Buffer.from(quote);
    this.hasBackslash = escape === '\\';
    this.isEscaped = isEscaped;
    this.lf = rowEnd === null ? lf : rowEnd.charCodeAt(0);
    // What a database writes has its own carriage returns as they are.
    this.cr = rowEnd === null && !isEscaped ? cr : -1;
  }
}

/** What stops an unquoted cell. */
const stops = 1;

/**
 * Finds the end of a record and of its cells in one look at each byte, as long as its quotes are as
 * RFC 4180 has them: around a whole cell, and twice inside of it. All other records are for `Scan`.
 */
export class RegularRecord {
  /** Where each cell begins and ends, without the quotes around it, one after the other. */
  bounds = new Uint32Array(64);
  /** How many of them belong to the record. */
  count = 0;
  /** Where its line end is. */
  end = 0;
  /** Line ends inside of it. */
  lines = 0;
  hasQuotes = false;
  /** Whether text in quotes begins or ends with the delimiter. */
  hasMarkAtQuote = false;
  readonly #kinds = new Uint8Array(256);
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #cr: number;
  readonly #lf: number;
  readonly #limit: number;

  private constructor(marks: Marks, limitBytes: number) {
    this.#delimiter = marks.delimiter[0]!;
    this.#quote = marks.quote === null ? -1 : marks.quote[0]!;
    this.#cr = marks.cr;
    this.#lf = marks.lf;
    this.#limit = limitBytes;
    for (const byte of [this.#delimiter, this.#quote, this.#cr, this.#lf]) {
      if (byte >= 0) this.#kinds[byte] = stops;
    }
  }

  /** Null for marks of several bytes, and where a backslash means something. */
  static of(marks: Marks, limitBytes: number): RegularRecord | null {
    const { delimiter, quote, hasBackslash } = marks;
    const isOfBytes = delimiter.length === 1 && (quote === null || quote.length === 1);
    return isOfBytes && !hasBackslash && !marks.isEscaped
      ? new RegularRecord(marks, limitBytes)
      : null;
  }

  /** False where the record that begins at `start` is another one, or not whole. */
  find(text: Buffer, start: number): boolean {
    this.count = 0;
    this.lines = 0;
    this.hasQuotes = false;
    this.hasMarkAtQuote = false;
    const stop = Math.min(text.length, start + this.#limit);
    for (let at = start; at < stop;) {
      const end =
        text[at] === this.#quote ? this.#quoted(text, at, stop) : this.#plain(text, at, stop);
      if (end < 0 || end === text.length) return false;
      const byte = text[end]!;
      at = end + 1;
      if (byte === this.#delimiter) continue;
      this.end = end;
      return byte === this.#lf || byte === this.#cr;
    }
    return false;
  }

  /** The position behind a cell without quotes; -1 where that is not known. */
  #plain(text: Buffer, start: number, stop: number): number {
    const kinds = this.#kinds;
    let at = start;
    while (at < stop && kinds[text[at]!] !== stops) at++;
    if (at === stop || text[at] === this.#quote) return -1;
    this.#note(start, at);
    return at;
  }

  /** The position behind a cell in quotes. */
  #quoted(text: Buffer, open: number, stop: number): number {
    const quote = this.#quote;
    const kinds = this.#kinds;
    this.hasQuotes = true;
    for (let at = open + 1; at < stop; at++) {
      const byte = text[at]!;
      if (kinds[byte] !== stops) continue;
      if (byte === quote) {
        if (at + 1 === text.length) return -1;
        if (text[at + 1] !== quote) {
          const mark = this.#delimiter;
          if (text[open + 1] === mark || text[at - 1] === mark) this.hasMarkAtQuote = true;
          this.#note(open + 1, at);
          return at + 1;
        }
        at++;
      } else if (
        byte === this.#lf ||
        (byte === this.#cr && at + 1 < stop && text[at + 1] !== this.#lf)
      ) {
        this.lines++;
      }
    }
    return -1;
  }

  #note(from: number, to: number): void {
    if (this.count === this.bounds.length) {
      const bounds = new Uint32Array(this.count * 2);
      bounds.set(this.bounds);
      this.bounds = bounds;
    }
    this.bounds[this.count++] = from;
    this.bounds[this.count++] = to;
  }
}
