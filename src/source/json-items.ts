import { UsageError } from '../errors.js';
import { maxDepth } from './json.js';

/** A product's bytes, with the line where it begins. */
export interface JsonItem {
  bytes: Buffer;
  line: number;
}

/** As much of a product as is ever kept: one byte more than it may have. */
const maxKept = 1024 * 1024 + 1;
/** Keys on the way to the list are no longer than this. */
const maxKeyBytes = 1024;

const lineFeed = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const openBrace = 0x7b;

/** Cuts a text into products, piece by piece. */
export interface ItemSplitter {
  push(chunk: Buffer): JsonItem[];
  /** @throws UsageError where the text ends before its products do */
  end(): JsonItem[];
}

/** NDJSON: a product a line, so that a broken one spoils no other. */
export class LineItems implements ItemSplitter {
  readonly #kept = new Kept();
  #line = 1;

  push(chunk: Buffer): JsonItem[] {
    const items: JsonItem[] = [];
    let from = 0;
    for (let end; (end = chunk.indexOf(lineFeed, from)) >= 0; from = end + 1) {
      this.#kept.add(chunk.subarray(from, end));
      this.#take(items);
      this.#line++;
    }
    this.#kept.add(chunk.subarray(from));
    return items;
  }

  end(): JsonItem[] {
    const items: JsonItem[] = [];
    this.#take(items);
    return items;
  }

  #take(items: JsonItem[]): void {
    const bytes = this.#kept.take();
    if (bytes.some((byte) => byte > 0x20)) items.push({ bytes, line: this.#line });
  }
}

/** Bytes of an item that come in several chunks; of what is too long, only the beginning. */
class Kept {
  #parts: Buffer[] = [];
  #bytes = 0;

  add(part: Buffer): void {
    const room = maxKept - this.#bytes;
    if (room <= 0 || part.length === 0) return;
    this.#parts.push(part.subarray(0, room));
    this.#bytes += Math.min(room, part.length);
  }

  take(): Buffer {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 ? first! : Buffer.concat(this.#parts, this.#bytes);
    this.#parts = [];
    this.#bytes = 0;
    return bytes;
  }
}

/**
 * Products in a list, or one after the other. Only brackets and strings are looked at, as each
 * product is checked by itself; outside of them nothing is kept but the way to the list.
 */
export class NestedItems implements ItemSplitter {
  readonly #path: readonly string[] | null;
  readonly #place: string;
  readonly #kept = new Kept();
  #line = 1;
  /** The brackets around this place, below those of a product. */
  #open: number[] = [];
  /** The keys on the way here; null for lists, and for objects whose key is yet to come. */
  #keys: (string | null)[] = [];
  /** Depth within an item; 0 outside of items. */
  #depth = 0;
  #itemLine = 1;
  #isInWord = false;
  #isInString = false;
  #isEscaped = false;
  /** Whether the list has been met, and whether it has ended. */
  #isInList: boolean;
  #isDone = false;
  #isCommaDue = false;
  #key: number[] | null = null;
  #items: JsonItem[] = [];

  /** @param path the keys that lead to the list; null where there is no list around the products */
  constructor(path: readonly string[] | null, place: string) {
    this.#path = path;
    this.#place = place;
    this.#isInList = path === null;
  }

  push(chunk: Buffer): JsonItem[] {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      if (this.#isInString) {
        i = this.#readString(chunk, i);
        if (this.#isInString || this.#depth > 0) continue;
        // A string among the products is an item by itself.
        if (this.#isInList && this.#isInWord) {
          this.#finish(chunk, from, i + 1);
          this.#isInWord = false;
        }
        continue;
      }
      const byte = chunk[i]!;
      if (byte === lineFeed) this.#line++;
      if (this.#depth > 0) {
        if (this.#readWithin(byte)) this.#finish(chunk, from, i + 1);
        continue;
      }
      if (!this.#isInList || this.#isDone) this.#readAround(byte);
      else if (this.#readBetween(byte, chunk, from, i)) from = i;
    }
    if (this.#depth > 0 || this.#isInWord) this.#kept.add(chunk.subarray(from));
    return this.#items.splice(0);
  }

  end(): JsonItem[] {
    if (this.#isInWord && this.#path === null && !this.#isInString) this.#push();
    else if (this.#depth > 0 || this.#isInString || this.#open.length > 0) throw this.#cut();
    return this.#items.splice(0);
  }

  /** @returns the place of the string's last byte in this chunk */
  #readString(chunk: Buffer, start: number): number {
    for (let i = start; i < chunk.length; i++) {
      if (this.#isEscaped) {
        this.#isEscaped = false;
        this.#key?.push(chunk[i]!);
        continue;
      }
      const byte = chunk[i]!;
      if (byte === lineFeed) this.#line++;
      if (byte === quote) {
        this.#isInString = false;
        this.#endKey();
        return i;
      }
      if (byte === backslash) this.#isEscaped = true;
      if (this.#key !== null && this.#key.length < maxKeyBytes) this.#key.push(byte);
    }
    return chunk.length;
  }

  #endKey(): void {
    if (this.#key === null) return;
    const raw = `"${Buffer.from(this.#key).toString('utf8')}"`;
    this.#key = null;
    try {
      this.#keys[this.#keys.length - 1] = JSON.parse(raw) as string;
    } catch {
      this.#keys[this.#keys.length - 1] = raw;
    }
  }

  /** @returns whether the item ends here */
  #readWithin(byte: number): boolean {
    if (byte === quote) this.#isInString = true;
    else if (byte === openBrace || byte === openBracket) this.#depth++;
    else if (byte === 0x7d || byte === 0x5d) return --this.#depth === 0;
    return false;
  }

  /** Outside of the list. */
  #readAround(byte: number): void {
    if (byte === quote) {
      this.#isInString = true;
      const isKey = this.#open.at(-1) === openBrace && this.#keys.at(-1) === null;
      this.#key = isKey ? [] : null;
    } else if (byte === openBrace || byte === openBracket) {
      if (this.#open.length >= maxDepth) throw this.#invalid('is nested too deep');
      const isList = byte === openBracket && !this.#isDone && this.#isAtPath();
      this.#open.push(byte);
      this.#keys.push(null);
      if (isList) this.#isInList = true;
    } else if (byte === 0x7d || byte === 0x5d) this.#leave(byte);
    else if (byte === comma && this.#keys.length > 0) this.#keys[this.#keys.length - 1] = null;
  }

  #isAtPath(): boolean {
    const path = this.#path!;
    return path.length === this.#keys.length && path.every((key, at) => key === this.#keys[at]);
  }

  #leave(byte: number): void {
    const opened = this.#open.pop();
    this.#keys.pop();
    if (opened === undefined || opened + 2 !== byte) throw this.#invalid('has a bracket too many');
  }

  /** Among the products, outside of them. @returns whether an item begins here */
  #readBetween(byte: number, chunk: Buffer, from: number, at: number): boolean {
    const isBlank = byte <= 0x20;
    const isEnd = byte === comma || byte === 0x5d;
    if (this.#isInWord) {
      if (!isBlank && !isEnd) return false;
      this.#finish(chunk, from, at);
      this.#isInWord = false;
    }
    if (isBlank) return false;
    if (isEnd) {
      if (this.#path === null) throw this.#invalid('has a sign between its products');
      this.#isCommaDue = false;
      if (byte !== comma) this.#endList();
      return false;
    }
    if (this.#isCommaDue) throw this.#invalid('lacks a comma between two products');
    this.#isCommaDue = this.#path !== null;
    this.#itemLine = this.#line;
    if (byte === openBrace || byte === openBracket) this.#depth = 1;
    else {
      this.#isInWord = true;
      if (byte === quote) this.#isInString = true;
    }
    return true;
  }

  #endList(): void {
    this.#isDone = true;
    this.#leave(0x5d);
  }

  #finish(chunk: Buffer, from: number, to: number): void {
    this.#kept.add(chunk.subarray(from, to));
    this.#push();
  }

  #push(): void {
    this.#items.push({ bytes: this.#kept.take(), line: this.#itemLine });
  }

  #cut(): UsageError {
    return new UsageError(
      `${this.#place}: the JSON ends before its brackets are closed, so that products may be lacking. Get the file again. Products are unchanged.`,
      'file_damaged',
    );
  }

  #invalid(what: string): UsageError {
    return new UsageError(
      `${this.#place}:${this.#line}: the JSON ${what}. Make it anew by the program that wrote it; a list such as [{"sku":"A"}] is taken, or an object a line. Products are unchanged.`,
      'json_invalid',
    );
  }
}
