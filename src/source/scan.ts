const lf = 0x0a;
const cr = 0x0d;
const quoteByte = 0x22;
const space = 0x20;
const tab = 0x09;

/** What `Scan.record` can say about the text at a position. */
export const find = { record: 0, more: 1, openQuote: 2, tooLong: 3 } as const;

/** How much the reader has to know about a record to split it into cells. */
export const shape = { plain: 0, quoted: 1, odd: 2, unreadable: 3 } as const;

const needMore = -1;
const leftOpen = -2;
const endless = -3;

/**
 * Finds one record after the other in a stretch of text. It jumps from one line end or quote to
 * the next: what lies between is never looked at byte by byte.
 */
export class Scan {
  /** After `record`: where it ends, where the next begins, and what it looks like. */
  end = 0;
  next = 0;
  shape: number = shape.plain;
  /** Line ends inside the record, as far as it was read. */
  innerLines = 0;
  /** After `openQuote`: no quote came up to the end of the whole text. */
  cutOff = false;
  /** After `tooLong`: where a line end is still to be looked for. */
  unsearched = 0;

  #text: Buffer;
  #delimiter: Buffer;
  #limit: number;
  #last: boolean;
  #start = 0;
  #nextLf = -1;
  #nextCr = -1;
  #nextQuote = -1;

  /** @param last nothing follows this text, so that its end is the end of a record */
  constructor(text: Buffer, delimiter: Buffer, limitBytes: number, last: boolean) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#limit = limitBytes;
    this.#last = last;
  }

  /** Reads the record that begins at `start`; the result is one of `find`. */
  record(start: number): number {
    this.#start = start;
    this.shape = shape.plain;
    this.innerLines = 0;
    let at = start;
    for (;;) {
      const end = this.lineEnd(at);
      const quote = this.#quoteFrom(at);
      if (quote >= end) return this.#endAt(end, find.record);
      if (!this.#opensCell(quote)) {
        this.shape = shape.odd;
        at = quote + 1;
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
      at = closed;
    }
  }

  /** The next line end from `from` on, or the length of the text. */
  lineEnd(from: number): number {
    if (this.#nextLf < from) this.#nextLf = this.#indexOf(lf, from);
    if (this.#nextCr < from) this.#nextCr = this.#indexOf(cr, from);
    return this.#nextLf < this.#nextCr ? this.#nextLf : this.#nextCr;
  }

  /** The position behind a line end, or -1 where its second half may be still to come. */
  behind(lineEnd: number): number {
    if (this.#text[lineEnd] !== cr) return lineEnd + 1;
    if (lineEnd + 1 === this.#text.length && !this.#last) return -1;
    return this.#text[lineEnd + 1] === lf ? lineEnd + 2 : lineEnd + 1;
  }

  #endAt(end: number, found: number): number {
    const length = this.#text.length;
    const next = end === length ? (this.#last ? length : -1) : this.behind(end);
    if (next < 0) {
      this.unsearched = end;
      // One byte more than the limit, as it may be the first half of a CRLF.
      return length - this.#start > this.#limit + 1 ? find.tooLong : find.more;
    }
    this.end = end;
    this.next = next;
    return found;
  }

  #indexOf(byte: number, from: number): number {
    const at = this.#text.indexOf(byte, from);
    return at < 0 ? this.#text.length : at;
  }

  #quoteFrom(from: number): number {
    if (this.#nextQuote < from) this.#nextQuote = this.#indexOf(quoteByte, from);
    return this.#nextQuote;
  }

  /** Only blanks stand between the quote and the start of its cell. */
  #opensCell(quote: number): boolean {
    let at = quote;
    while (at > this.#start && this.#isBlank(at - 1)) at--;
    if (at !== this.#start && !this.#delimiterAt(at - this.#delimiter.length)) return false;
    this.shape = Math.max(this.shape, at < quote ? shape.odd : shape.quoted);
    return true;
  }

  /** The position behind a quoted cell, or one of the negative words above. */
  #close(open: number): number {
    const text = this.#text;
    for (let from = open + 1; ;) {
      const quote = this.#quoteFrom(from);
      if (quote === text.length) return this.#noQuoteLeft();
      if (quote - this.#start > this.#limit) return this.#leaveOpen(false);
      if (quote + 1 === text.length && !this.#last) return needMore;
      if (text[quote + 1] === quoteByte) from = quote + 2;
      else return this.#behindQuote(open, quote);
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
    let at = quote + 1;
    while (at < text.length && this.#isBlank(at)) at++;
    if (at - this.#start > this.#limit + this.#delimiter.length) {
      this.unsearched = at;
      return endless;
    }
    if (at + this.#delimiter.length > text.length && !this.#last) return needMore;
    const ends = at >= text.length || text[at] === lf || text[at] === cr || this.#delimiterAt(at);
    const lines = this.#countLines(open, quote);
    if (!ends && lines > 0) return this.#leaveOpen(false);
    if (!ends || at > quote + 1) this.shape = shape.odd;
    this.innerLines += lines;
    return ends ? at : quote + 1;
  }

  /** Counted without `lineEnd`, whose memory must not run ahead of where a record may resume. */
  #countLines(from: number, to: number): number {
    if (this.lineEnd(from) >= to) return 0;
    const text = this.#text;
    let count = 0;
    for (let at = from; at < to; at++) {
      const byte = text[at];
      if (byte === lf || (byte === cr && text[at + 1] !== lf)) count++;
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
