import { isEscapedAt, withoutReturn } from './escaped.js';
import type { Marks, RegularRecord } from './regular.js';

const backslash = 0x5c;
const space = 0x20;
const tab = 0x09;

/** What `Scan.record` can say about the text at a position. */
export const find = { record: 0, more: 1, openQuote: 2, tooLong: 3, misplaced: 4 } as const;

/** How much the reader has to know about a record to split it into cells. */
export const shape = { plain: 0, quoted: 1, irregular: 2, unreadable: 3 } as const;

const needMore = -1;
const leftOpen = -2;
const endless = -3;
const misplaced = -4;

/**
 * Finds one record after the other in a stretch of text. It jumps from one line end or quote to
 * the next: what lies between is never looked at byte by byte.
 */
export class Scan {
  /** After `record`: where it ends, where the next begins, and what it looks like. */
  end = 0;
  next = 0;
  shape: number = shape.plain;
  /** Whether a quote stands inside an unquoted cell, where it is text. */
  hasTextQuote = false;
  /** After `misplaced`: the quote that text follows, and the lines of the record above it. */
  misplacedAt = 0;
  misplacedLines = 0;
  /** The same of the quote that it closes. */
  openLines = 0;
  /** Line ends inside the record, as far as it was read. */
  innerLines = 0;
  /** The cells of the record, where they are known by now. */
  regular: RegularRecord | null = null;
  /** After `openQuote`: no quote came up to the end of the whole text. */
  cutOff = false;
  /** After `tooLong`: where a line end is still to be looked for. */
  unsearched = 0;

  #text: Buffer;
  #marks: Marks;
  #delimiter: Buffer;
  /** A byte where it is one, as that is found faster. */
  #quote: Buffer | number | null;
  #quoteLength: number;
  #limit: number;
  #last: boolean;
  #regular: RegularRecord | null;
  #start = 0;
  #nextLf = -1;
  #nextCr = -1;
  #nextQuote = -1;

  /**
   * @param last nothing follows this text, so that its end is the end of a record
   * @param regular what finds the usual records, far faster; null where there are none
   */
  constructor(
    text: Buffer,
    marks: Marks,
    limitBytes: number,
    last: boolean,
    regular: RegularRecord | null,
  ) {
    this.#text = text;
    this.#marks = marks;
    this.#regular = regular;
    this.#delimiter = marks.delimiter;
    this.#quoteLength = marks.quote?.length ?? 1;
    this.#quote = this.#quoteLength === 1 ? (marks.quote?.[0] ?? null) : marks.quote;
    this.#limit = limitBytes;
    this.#last = last;
  }

  /** Reads the record that begins at `start`; the result is one of `find`. */
  record(start: number): number {
    this.#start = start;
    this.shape = shape.plain;
    this.hasTextQuote = false;
    this.innerLines = 0;
    this.regular = null;
    if (this.#isRegular(start)) return find.record;
    let at = start;
    for (;;) {
      const end = this.lineEnd(at);
      const quote = this.#quoteFrom(at);
      if (quote >= end && !this.#goesOn(end)) return this.#endAt(end, find.record);
      if (quote >= end) {
        at = end + 1;
        this.shape = shape.irregular;
        this.innerLines++;
        continue;
      }
      if (!this.#opensCell(quote)) {
        this.shape = shape.irregular;
        this.hasTextQuote = true;
        at = quote + this.#quoteLength;
        continue;
      }
      const closed = this.#close(quote);
      if (closed === needMore) return find.more;
      if (closed === leftOpen) {
        // The search for the closing quote has run ahead of where reading resumes.
        this.#nextQuote = -1;
        return this.#endAt(this.lineEnd(quote), find.openQuote);
      }
      if (closed === endless) return find.tooLong;
      if (closed === misplaced) return this.endFirstLine();
      at = closed;
    }
  }

  /** The bytes of the record, which begins there. */
  within(start: number): Buffer {
    return this.#text.subarray(start, this.end);
  }

  /** Whether the line end is escaped, which makes it text. */
  #goesOn(end: number): boolean {
    const isInside = this.#marks.isEscaped && end < this.#text.length;
    return isInside && isEscapedAt(this.#text, this.#start, end);
  }

  #isRegular(start: number): boolean {
    const regular = this.#regular;
    if (!regular?.find(this.#text, start)) return false;
    this.end = regular.end;
    this.next = this.after(regular.end);
    if (this.next < 0) return false;
    this.innerLines = regular.lines;
    if (regular.hasQuotes) this.shape = shape.quoted;
    this.regular = regular;
    return true;
  }

  /** The first line of a record alone, whatever has been searched for after it. */
  endFirstLine(): number {
    this.#nextLf = this.#nextCr = this.#nextQuote = -1;
    this.innerLines = 0;
    return this.#endAt(this.lineEnd(this.#start), find.misplaced);
  }

  /** The next line end from `from` on, or the length of the text. */
  lineEnd(from: number): number {
    const marks = this.#marks;
    if (this.#nextLf < from) this.#nextLf = this.#indexOf(marks.lf, from);
    if (this.#nextCr < from)
      this.#nextCr = marks.cr < 0 ? this.#text.length : this.#indexOf(marks.cr, from);
    return this.#nextLf < this.#nextCr ? this.#nextLf : this.#nextCr;
  }

  /** The position after a line end, or -1 where its second half may be still to come. */
  after(lineEnd: number): number {
    if (this.#text[lineEnd] !== this.#marks.cr) return lineEnd + 1;
    if (lineEnd + 1 === this.#text.length && !this.#last) return -1;
    return this.#text[lineEnd + 1] === this.#marks.lf ? lineEnd + 2 : lineEnd + 1;
  }

  #endAt(end: number, found: number): number {
    const length = this.#text.length;
    const next = end === length ? (this.#last ? length : -1) : this.after(end);
    if (next < 0) {
      this.unsearched = end;
      // One byte more than the limit, as it may be the first half of a CRLF.
      return length - this.#start > this.#limit + 1 ? find.tooLong : find.more;
    }
    this.end = this.#marks.isEscaped ? withoutReturn(this.#text, this.#start, end) : end;
    this.next = next;
    return found;
  }

  #indexOf(what: number | Buffer, from: number): number {
    const at = this.#text.indexOf(what, from);
    return at < 0 ? this.#text.length : at;
  }

  #quoteFrom(from: number): number {
    if (this.#nextQuote >= from) return this.#nextQuote;
    const quote = this.#quote;
    this.#nextQuote = quote === null ? this.#text.length : this.#indexOf(quote, from);
    return this.#nextQuote;
  }

  #isQuote(at: number): boolean {
    const quote = this.#quote;
    if (typeof quote === 'number') return this.#text[at] === quote;
    return quote !== null && quote.equals(this.#text.subarray(at, at + quote.length));
  }

  /** An odd number of backslashes stands before the quote. */
  #isEscaped(open: number, quote: number): boolean {
    let at = quote;
    while (at > open + this.#quoteLength && this.#text[at - 1] === backslash) at--;
    return (quote - at) % 2 === 1;
  }

  /** Only blanks stand between the quote and the start of its cell. */
  #opensCell(quote: number): boolean {
    let at = quote;
    while (at > this.#start && this.#isBlank(at - 1)) at--;
    if (at !== this.#start && !this.#delimiterAt(at - this.#delimiter.length)) return false;
    this.shape = Math.max(this.shape, at < quote ? shape.irregular : shape.quoted);
    return true;
  }

  /** The position after a quoted cell, or one of the negative words above. */
  #close(open: number): number {
    const { length } = this.#text;
    const size = this.#quoteLength;
    for (let from = open + size; ;) {
      const quote = this.#quoteFrom(from);
      if (quote === length) return this.#noQuoteLeft();
      if (quote - this.#start > this.#limit) return this.#leaveOpen(false);
      if (this.#marks.hasBackslash && this.#isEscaped(open, quote)) {
        from = quote + size;
        continue;
      }
      if (quote + 2 * size > length && !this.#last) return needMore;
      if (!this.#isQuote(quote + size)) return this.#behindQuote(open, quote);
      from = quote + 2 * size;
    }
  }

  #noQuoteLeft(): number {
    const length = this.#text.length - this.#start;
    if (this.#last) return this.#leaveOpen(length <= this.#limit);
    return length > this.#limit + 1 ? this.#leaveOpen(false) : needMore;
  }

  #leaveOpen(cutOff: boolean): number {
    this.cutOff = cutOff;
    return leftOpen;
  }

  #behindQuote(open: number, quote: number): number {
    const text = this.#text;
    const after = quote + this.#quoteLength;
    let at = after;
    while (at < text.length && this.#isBlank(at)) at++;
    if (at - this.#start > this.#limit + this.#delimiter.length) {
      this.unsearched = at;
      return endless;
    }
    if (at + this.#delimiter.length > text.length && !this.#last) return needMore;
    const lines = this.#countLines(open, quote);
    this.openLines = this.innerLines;
    this.innerLines += lines;
    if (at < text.length && !this.#isLineEnd(at) && !this.#delimiterAt(at)) {
      this.misplacedAt = quote;
      this.misplacedLines = this.innerLines;
      return misplaced;
    }
    if (at > after) this.shape = shape.irregular;
    return at;
  }

  #isLineEnd(at: number): boolean {
    const byte = this.#text[at];
    return byte === this.#marks.lf || byte === this.#marks.cr;
  }

  /** Counted without `lineEnd`, whose memory must not run ahead of where a record may resume. */
  #countLines(from: number, to: number): number {
    if (this.lineEnd(from) >= to) return 0;
    const text = this.#text;
    const marks = this.#marks;
    let count = 0;
    for (let at = from; at < to; at++) {
      const byte = text[at];
      if (byte === marks.lf || (byte === marks.cr && text[at + 1] !== marks.lf)) count++;
    }
    return count;
  }

  #isBlank(at: number): boolean {
    const byte = this.#text[at];
    return (byte === space || byte === tab) && byte !== this.#delimiter[0];
  }

  #delimiterAt(at: number): boolean {
    if (at < this.#start) return false;
    for (let i = 0; i < this.#delimiter.length; i++) {
      if (this.#text[at + i] !== this.#delimiter[i]) return false;
    }
    return true;
  }
}
