/** COPY's text format: fields between tabs, `\N` for null, backslash escapes. No NUL can be in it. */

/** A text field. */
export function copyText(value: string | null): string {
  if (value === null) return '\\N';
  let text = value;
  // Looking for one character is a scan of memory: four of them cost less than an expression.
  if (text.includes('\\')) text = text.replaceAll('\\', '\\\\');
  if (text.includes('\n')) text = text.replaceAll('\n', '\\n');
  if (text.includes('\t')) text = text.replaceAll('\t', '\\t');
  if (text.includes('\r')) text = text.replaceAll('\r', '\\r');
  return text;
}

/** A text[] field, such as `{"a","b \"c\""}`. */
export function copyTextArray(values: readonly string[] | null): string {
  if (values === null) return '\\N';
  let elements = '';
  for (const value of values) elements += `${elements === '' ? '' : ','}"${arrayText(value)}"`;
  return copyText(`{${elements}}`);
}

function arrayText(value: string): string {
  if (!value.includes('"') && !value.includes('\\')) return value;
  return value.replace(/["\\]/g, '\\$&');
}

const backslash = 0x5c;

/** What a byte is written as behind a backslash in COPY's text format; 0 for itself alone. */
const escapes = new Uint8Array(256);
for (const [sign, letter] of ['\\\\', '\nn', '\tt', '\rr']) {
  escapes[sign!.charCodeAt(0)] = letter!.charCodeAt(0);
}
/** The same in JSON, where a line stands for all controls that have no letter. */
const jsonEscapes = new Uint8Array(256).fill('|'.charCodeAt(0), 0, 0x20);
for (const [sign, letter] of ['\\\\', '""', '\nn', '\tt', '\rr', '\bb', '\ff']) {
  jsonEscapes[sign!.charCodeAt(0)] = letter!.charCodeAt(0);
}

/** In a table of escapes: stands twice for itself. */
const twice = 1;

/** For `CopyLines.field`: as a file has its fields. @param quote stands twice for itself; -1 for none */
export function escapesOf(quote: number): Uint8Array {
  const table = escapes.slice();
  if (table[quote] === 0) table[quote] = twice;
  return table;
}

/** Each byte may need so many in JSON within COPY's format: `\u001f` with another backslash. */
const mostBytes = 7;
const firstBytes = 128 * 1024;

/** Lines of COPY, in which texts that were written by hand stand beside bytes of a file. */
export class CopyLines {
  /** What was added last, and is no bytes yet. */
  private text = '';
  private bytes = Buffer.allocUnsafeSlow(firstBytes);
  private length = 0;

  /** About how many bytes there are. */
  get size(): number {
    return this.length + this.text.length;
  }

  add(text: string): void {
    this.text += text;
  }

  /**
   * Makes room for a line. To be called before any bytes of it.
   * @param bytes how long its texts are
   * @param besides all else, such as numbers
   */
  reserve(bytes: number, besides: number): void {
    const { text } = this;
    this.room(bytes * mostBytes + besides + text.length * 3);
    if (text === '') return;
    this.length += this.bytes.write(text, this.length, 'utf8');
    this.text = '';
  }

  /** A short text that needs no escape. */
  word(text: string): void {
    const { bytes } = this;
    let { length } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) throw new Error(`a word of more than ASCII: ${text}`);
      bytes[length++] = code;
    }
    this.length = length;
  }

  tab(): void {
    this.bytes[this.length++] = 0x09;
  }

  /** A whole number of at most 31 bits that is not negative. */
  number(value: number): void {
    const { bytes } = this;
    let digits = 1;
    for (let least = 10; least <= value; least *= 10) digits++;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const tens = (rest / 10) | 0;
      bytes[at] = 0x30 + rest - tens * 10;
      rest = tens;
    }
    this.length += digits;
  }

  /** A short text, escaped as it is to be. */
  escaped(text: string): void {
    this.length += this.bytes.write(text, this.length, 'utf8');
  }

  /** Bytes as they are. */
  raw(from: Uint8Array): void {
    this.bytes.set(from, this.length);
    this.length += from.length;
  }

  /** A part of others as it is; for a short one, in less time than `raw` takes. */
  copy(from: Uint8Array, start: number, end: number): void {
    const { bytes } = this;
    let { length } = this;
    for (let at = start; at < end; at++) bytes[length++] = from[at]!;
    this.length = length;
  }

  /** A number with a point, whatever its decimal mark. @param wholeEnd where that stands, if at all */
  digits(from: Uint8Array, start: number, wholeEnd: number, end: number): void {
    const { bytes } = this;
    let { length } = this;
    for (let at = start; at < end; at++) bytes[length++] = at === wholeEnd ? 0x2e : from[at]!;
    this.length = length;
  }

  /** A field as a file has it, by the table of its escapes. */
  field(from: Buffer, start: number, end: number, table: Uint8Array): void {
    const { bytes } = this;
    let { length } = this;
    for (let at = start; at < end; at++) {
      const byte = from[at]!;
      const letter = table[byte]!;
      // The usual byte first, and alone: that saves a fifth of the loop.
      if (letter === 0) {
        bytes[length++] = byte;
      } else if (letter === twice) {
        bytes[length++] = byte;
        at++;
      } else {
        bytes[length++] = backslash;
        bytes[length++] = letter;
      }
    }
    this.length = length;
  }

  /** A part of a file as a string of JSON within a field. @param quote as that of `escapesOf` */
  json(from: Buffer, start: number, end: number, quote: number): void {
    this.word('"');
    for (let at = start; at < end; at++) {
      const byte = from[at]!;
      const letter = jsonEscapes[byte]!;
      if (letter === 0) this.bytes[this.length++] = byte;
      else this.jsonEscape(byte, letter);
      if (byte === quote) at++;
    }
    this.word('"');
  }

  private jsonEscape(byte: number, letter: number): void {
    const { bytes } = this;
    bytes[this.length++] = backslash;
    bytes[this.length++] = backslash;
    if (letter === 0x7c) {
      this.word(`u${byte.toString(16).padStart(4, '0')}`);
      return;
    }
    bytes[this.length++] = letter;
    if (byte === backslash) bytes[this.length++] = backslash;
  }

  private room(bytes: number): void {
    const wanted = this.length + bytes;
    if (wanted <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** All of it, whose bytes are good until a line is written again; null for nothing. */
  take(): Buffer | null {
    if (this.size === 0) return null;
    if (this.length === 0) {
      const chunk = Buffer.from(this.text, 'utf8');
      this.text = '';
      return chunk;
    }
    this.reserve(0, 0);
    const chunk = this.bytes.subarray(0, this.length);
    this.length = 0;
    return chunk;
  }
}
