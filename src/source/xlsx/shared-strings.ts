import { readSync } from 'node:fs';
import type { Container } from './container.js';
import { damaged, tooLarge, maxCellCharacters } from './fault.js';
import { type PlainElements, streamPart } from './part.js';
import { isAt, PlainText } from './plain-text.js';
import type { XmlEvents } from '../xml.js';
import { openTemporaryFile, type TemporaryFile } from '../temporary-file.js';

/** More than any sheet of text cells that fits a disk comfortably; bounds the index to 64 MiB. */
const maxStrings = 16_777_216;
/** What is kept of a string that is too long to be a cell, to show its beginning. */
const keptCharacters = 200;

/** The workbook's table of texts. Runs of rich text are joined, phonetic text is left out. */
export class SharedStrings {
  private readonly tooLong = new Set<number>();

  private constructor(
    private readonly store: StringStore,
    private readonly name: string,
  ) {}

  /**
   * @param part null where the workbook has none
   * @throws UsageError where the table is damaged or out of bounds
   */
  static async read(container: Container, part: string | null): Promise<SharedStrings> {
    const strings = new SharedStrings(new StringStore(), container.name);
    if (part === null) return strings;
    try {
      await streamPart(container, part, strings.reader(), strings.plain());
    } catch (error) {
      strings.close();
      throw error;
    }
    return strings;
  }

  /** A string as stored, `_x000D_` and the like still escaped. @throws UsageError if unknown */
  get(index: number): string {
    if (!this.has(index)) {
      throw damaged(this.name, `a cell names text ${index} of ${this.store.count}`);
    }
    return this.store.get(index);
  }

  has(index: number): boolean {
    return index >= 0 && index < this.store.count;
  }

  /** The bytes of a string that there is, good until another one is asked for. */
  find(index: number): FoundString {
    return this.store.find(index);
  }

  /** Whether only the beginning of this string was kept. */
  isTooLong(index: number): boolean {
    return this.tooLong.has(index);
  }

  close(): void {
    this.store.close();
  }

  private add(text: string): void {
    if (text.length > maxCellCharacters) {
      this.tooLong.add(this.store.count);
      text = text.slice(0, keptCharacters);
    }
    if (this.store.count >= maxStrings || !this.store.add(text)) throw this.tooMany();
  }

  private tooMany(): Error {
    return tooLarge(this.name, `it has more than ${this.store.count} different texts`);
  }

  /** Takes a string that stands in one piece. */
  private plain(): PlainElements {
    const text = new PlainText();
    return {
      ...{ begin: '<si', end: '</si>', depth: 2 },
      take: (bytes, from) => {
        const begin = textBegins.find((each) => isAt(bytes, from, each));
        if (begin === undefined) return -1;
        text.clear();
        text.reserve(bytes.length - from);
        const end = text.addXml(bytes, from + begin.length);
        if (end < 0 || !isAt(bytes, end, textEnd) || text.length > maxCellCharacters) return -1;
        const { store } = this;
        if (store.count >= maxStrings || !store.addBytes(text.bytes, text.length)) {
          throw this.tooMany();
        }
        return end + textEnd.length;
      },
    };
  }

  /** sst > si > (t | r > t | rPh > t): the last is how the text is read aloud. */
  private reader(): XmlEvents {
    let text = '';
    let inRun = false;
    let isWanted = false;
    return {
      open: (element, _attributes, depth) => {
        if (depth === 2) text = '';
        if (depth === 3) inRun = element === 'r';
        isWanted = element === 't' && (depth === 3 || (depth === 4 && inRun));
      },
      text: (piece) => {
        if (isWanted && text.length <= maxCellCharacters) text += piece;
      },
      close: (element, depth) => {
        isWanted = false;
        if (depth === 2 && element === 'si') this.add(text);
      },
    };
  }
}

const textBegins = ['<si><t>', '<si><t xml:space="preserve">'].map((text) => Buffer.from(text));
const textEnd = Buffer.from('</t></si>');

/** A string of a mebi of UTF-16 units is at most three times as many bytes, so it fits. */
const blockBytes = 4 * 1024 * 1024;
/** Enough for the strings of 500,000 products; what is more lies in a temporary file. */
const memoryBlocks = 16;

/** Where the bytes of a string stand. */
export interface FoundString {
  bytes: Buffer;
  from: number;
  to: number;
}

/**
 * Numbered strings outside of the JavaScript heap: four bytes and its UTF-8 each. The first 64 MiB
 * stay in memory, the rest is read back one by one. Strings are at most 1,048,576 characters long.
 */
export class StringStore {
  count = 0;
  private readonly memory: Buffer[] = [];
  private block = Buffer.allocUnsafe(blockBytes);
  /** Bytes used of each block, the current one included. */
  private readonly fill: number[] = [0];
  private starts = new Uint32Array(1024);
  private file: TemporaryFile | null = null;
  private readonly found: FoundString = { bytes: this.block, from: 0, to: 0 };

  /** @returns false where no more can be kept: addresses are of 32 bits */
  add(text: string): boolean {
    const used = this.begin(text.length * 3);
    if (used < 0) return false;
    this.fill[this.fill.length - 1] = used + this.block.write(text, used, 'utf8');
    return true;
  }

  /** The same for the UTF-8 of a string, which stands at the beginning of these bytes. */
  addBytes(bytes: Buffer, length: number): boolean {
    const used = this.begin(length);
    if (used < 0) return false;
    const { block } = this;
    // In less time than the system's own copying takes for so few.
    for (let at = 0; at < length; at++) block[used + at] = bytes[at]!;
    this.fill[this.fill.length - 1] = used + length;
    return true;
  }

  /** @returns where in the block a string of at most so many bytes begins; -1 where there is no more */
  private begin(bytes: number): number {
    let used = this.fill[this.fill.length - 1] ?? 0;
    if (bytes > blockBytes - used) {
      if (this.fill.length === 1024) return -1;
      this.putBlockAway(used);
      this.fill.push(0);
      used = 0;
    }
    if (this.count === this.starts.length) this.growStarts();
    this.starts[this.count++] = (this.fill.length - 1) * blockBytes + used;
    return used;
  }

  /** @param index from 0, below `count` */
  get(index: number): string {
    const { bytes, from, to } = this.find(index);
    return bytes.toString('utf8', from, to);
  }

  /** Where its bytes stand, until another one is looked for. */
  find(index: number): FoundString {
    const start = this.starts[index] ?? 0;
    const blockNumber = Math.floor(start / blockBytes);
    const blockStart = blockNumber * blockBytes;
    const blockEnd = blockStart + (this.fill[blockNumber] ?? 0);
    const next = index + 1 < this.count ? (this.starts[index + 1] ?? 0) : blockEnd;
    const end = Math.min(next, blockEnd);
    const block = this.blockInMemory(blockNumber);
    const { found } = this;
    found.bytes = block ?? this.readBack(start, end - start);
    found.from = block ? start - blockStart : 0;
    found.to = block ? end - blockStart : found.bytes.length;
    return found;
  }

  close(): void {
    this.file?.remove();
    this.file = null;
  }

  private blockInMemory(blockNumber: number): Buffer | undefined {
    if (blockNumber === this.fill.length - 1) return this.block;
    return this.memory[blockNumber];
  }

  private putBlockAway(used: number): void {
    if (this.memory.length < memoryBlocks) {
      this.memory.push(this.block);
      this.block = Buffer.allocUnsafe(blockBytes);
      return;
    }
    this.file ??= openTemporaryFile();
    const position = (this.fill.length - 1 - memoryBlocks) * blockBytes;
    this.file.write(this.block.subarray(0, used), position);
  }

  private readBack(start: number, bytes: number): Buffer {
    const text = Buffer.allocUnsafe(bytes);
    const position = start - memoryBlocks * blockBytes;
    let read = 0;
    while (this.file && read < bytes) {
      const got = readSync(this.file.fd, text, read, bytes - read, position + read);
      if (got === 0) break;
      read += got;
    }
    return text.subarray(0, read);
  }

  private growStarts(): void {
    const grown = new Uint32Array(this.starts.length * 2);
    grown.set(this.starts);
    this.starts = grown;
  }
}
