import { readSync } from 'node:fs';
import { type Container, streamPart } from './container.js';
import { damaged, tooLarge, maxCellCharacters } from './fault.js';
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
      await streamPart(container, part, strings.reader(container.name));
    } catch (error) {
      strings.close();
      throw error;
    }
    return strings;
  }

  /** A string as stored, `_x000D_` and the like still escaped. @throws UsageError if unknown */
  get(index: number): string {
    if (!(index >= 0 && index < this.store.count)) {
      throw damaged(this.name, `a cell names text ${index} of ${this.store.count}`);
    }
    return this.store.get(index);
  }

  /** Whether only the beginning of this string was kept. */
  isTooLong(index: number): boolean {
    return this.tooLong.has(index);
  }

  close(): void {
    this.store.close();
  }

  private add(text: string, name: string): void {
    if (text.length > maxCellCharacters) {
      this.tooLong.add(this.store.count);
      text = text.slice(0, keptCharacters);
    }
    if (this.store.count >= maxStrings || !this.store.add(text)) {
      throw tooLarge(name, `it has more than ${this.store.count} different texts`);
    }
  }

  /** sst > si > (t | r > t | rPh > t): the last is how the text is read aloud. */
  private reader(name: string): XmlEvents {
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
        if (depth === 2 && element === 'si') this.add(text, name);
      },
    };
  }
}

/** A string of a mebi of UTF-16 units is at most three times as many bytes, so it fits. */
const blockBytes = 4 * 1024 * 1024;
/** Enough for the strings of 500,000 products; what is more lies in a temporary file. */
const memoryBlocks = 16;

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

  /** @returns false where no more can be kept: addresses are of 32 bits */
  add(text: string): boolean {
    let used = this.fill[this.fill.length - 1] ?? 0;
    if (text.length * 3 > blockBytes - used) {
      if (this.fill.length === 1024) return false;
      this.putBlockAway(used);
      this.fill.push(0);
      used = 0;
    }
    if (this.count === this.starts.length) this.growStarts();
    this.starts[this.count++] = (this.fill.length - 1) * blockBytes + used;
    this.fill[this.fill.length - 1] = used + this.block.write(text, used, 'utf8');
    return true;
  }

  /** @param index from 0, below `count` */
  get(index: number): string {
    const start = this.starts[index] ?? 0;
    const blockNumber = Math.floor(start / blockBytes);
    const blockStart = blockNumber * blockBytes;
    const blockEnd = blockStart + (this.fill[blockNumber] ?? 0);
    const next = index + 1 < this.count ? (this.starts[index + 1] ?? 0) : blockEnd;
    const end = Math.min(next, blockEnd);
    const block = this.blockInMemory(blockNumber);
    if (block) return block.toString('utf8', start - blockStart, end - blockStart);
    return this.readBack(start, end - start);
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

  private readBack(start: number, bytes: number): string {
    const text = Buffer.allocUnsafe(bytes);
    const position = start - memoryBlocks * blockBytes;
    let read = 0;
    while (this.file && read < bytes) {
      const got = readSync(this.file.fd, text, read, bytes - read, position + read);
      if (got === 0) break;
      read += got;
    }
    return text.toString('utf8', 0, read);
  }

  private growStarts(): void {
    const grown = new Uint32Array(this.starts.length * 2);
    grown.set(this.starts);
    this.starts = grown;
  }
}
