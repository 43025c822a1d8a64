import { createReadStream } from 'node:fs';
import { openTemporaryFile, type TemporaryFile } from '../source/temporary-file.js';

/** Stands behind each line: JSON has it as an escape, and a SKU of CSV goes without. */
export const divider = '\0';
const pieceLength = 64 * 1024;

/** Lines about rows that wait on disk, in the order of the rows' numbers. */
export class Spool {
  private file: TemporaryFile | null = null;
  private position = 0;
  private text = '';

  add(line: string): void {
    this.text += line + divider;
    if (this.text.length >= pieceLength) this.flush();
  }

  private flush(): void {
    if (this.text === '') return;
    const bytes = Buffer.from(this.text, 'utf8');
    this.text = '';
    this.file ??= openTemporaryFile();
    this.file.write(bytes, this.position);
    this.position += bytes.length;
  }

  /**
   * From the first one on.
   * @param rowAt where the number of the row begins in its line
   */
  async read(rowAt: number): Promise<SpoolReader> {
    this.flush();
    const texts = this.file && createReadStream(this.file.path, { encoding: 'utf8' });
    const reader = new SpoolReader(texts?.iterator() as AsyncIterator<string> | undefined, rowAt);
    await reader.refill();
    return reader;
  }

  close(): void {
    this.file?.remove();
  }
}

/** Goes from row to row; only every piece of the file has to be waited for. */
class SpoolReader {
  line: string | null = null;
  /** Of the line; above all others at the end. */
  row = Infinity;
  private lines: string[] = [];
  private at = 0;
  private rest = '';

  constructor(
    private readonly texts: AsyncIterator<string> | undefined,
    private readonly rowAt: number,
  ) {}

  /** Whether there is a next row without waiting. */
  advance(): boolean {
    if (this.at >= this.lines.length) return false;
    const line = (this.line = this.lines[this.at++]!);
    let row = 0;
    for (let at = this.rowAt; ; at++) {
      const digit = line.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      row = row * 10 + digit;
    }
    this.row = row;
    return true;
  }

  async refill(): Promise<void> {
    do {
      const next = await this.texts?.next();
      if (!next || next.done) {
        this.line = null;
        this.row = Infinity;
        return;
      }
      this.lines = (this.rest + next.value).split(divider);
      this.rest = this.lines.pop()!;
      this.at = 0;
    } while (!this.advance());
  }
}
