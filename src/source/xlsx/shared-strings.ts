import type { Container } from './container.js';
import { damaged, tooLarge } from './fault.js';
import { maxCellCharacters } from './limits.js';
import { streamPart } from './part.js';
import { StringStore } from './string-store.js';
import type { XmlEvents } from './xml.js';

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
