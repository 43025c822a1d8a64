import { openTemporaryFile, type TemporaryFile } from './temporary-file.js';

/**
 * What was read of standard input or a FIFO, kept in a temporary file while it is read, as neither
 * can be read a second time. A file of its own needs none, and gets none.
 */
export class StreamCopy {
  private file: TemporaryFile | null = null;
  private bytes = 0;
  private isWanted = true;

  /** @param isNeeded whether a lack of room for it is an error; else it is given up */
  constructor(private readonly isNeeded: boolean) {}

  /** Where the copy can be opened; null where nothing was copied. */
  get path(): string | null {
    return this.file?.path ?? null;
  }

  /** @throws UsageError where a copy that is needed can't be written */
  add(chunk: Buffer): void {
    if (!this.isWanted) return;
    try {
      this.file ??= openTemporaryFile();
      this.file.write(chunk, this.bytes);
      this.bytes += chunk.length;
    } catch (error) {
      this.drop();
      if (this.isNeeded) throw error;
    }
  }

  /** Removes it, and copies no more. Safe to call more than once. */
  drop(): void {
    this.isWanted = false;
    this.file?.remove();
    this.file = null;
  }
}
