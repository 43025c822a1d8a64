import type { Dialect } from './source.js';

const lf = 0x0a;
const cr = 0x0d;

/** What of a dialect decides where records end, as bytes. */
export class Marks {
  readonly delimiter: Buffer;
  readonly quote: Buffer | null;
  readonly hasBackslash: boolean;
  /** The bytes that end a record; the second one may stand before the first. */
  readonly lf: number;
  readonly cr: number;

  constructor({ delimiter, quote, escape, rowEnd }: Omit<Dialect, 'encoding'>) {
    this.delimiter = Buffer.from(delimiter);
    this.quote = quote === null ? null : Buffer.from(quote);
    this.hasBackslash = escape === '\\';
    this.lf = rowEnd === null ? lf : rowEnd.charCodeAt(0);
    this.cr = rowEnd === null ? cr : -1;
  }
}
