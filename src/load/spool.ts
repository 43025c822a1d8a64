import { readSync } from 'node:fs';
import { openTemporaryFile, type TemporaryFile } from '../source/temporary-file.js';

const pieceBytes = 64 * 1024;
/** Before each text stand the number of its row and its length, in four bytes each. */
const frontBytes = 8;

/** Texts about rows that wait on disk, in the order of the rows' numbers. */
export class Spool {
  private file: TemporaryFile | null = null;
  private written = 0;
  private bytes = Buffer.allocUnsafeSlow(pieceBytes);
  private length = 0;

  /** @param text from one place in it to another */
  add(row: number, text: Uint8Array, from = 0, to = text.length): void {
    const size = frontBytes + to - from;
    if (this.length + size > this.bytes.length) this.flush();
    if (size > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(size);
    const { bytes } = this;
    bytes.writeUInt32LE(row, this.length);
    bytes.writeUInt32LE(to - from, this.length + 4);
    let at = this.length + frontBytes;
    for (let i = from; i < to; i++) bytes[at++] = text[i]!;
    this.length = at;
  }

  private flush(): void {
    if (this.length === 0) return;
    this.file ??= openTemporaryFile();
    this.file.write(this.bytes.subarray(0, this.length), this.written);
    this.written += this.length;
    this.length = 0;
  }

  /** From the first one on. */
  read(): SpoolReader {
    this.flush();
    return new SpoolReader(this.file);
  }

  close(): void {
    this.file?.remove();
  }
}

/** Goes from row to row. */
export class SpoolReader {
  /** Above all others at the end. */
  row = 0;
  /** Holds the text of the row, from one place to another. */
  bytes = Buffer.allocUnsafeSlow(pieceBytes);
  from = 0;
  to = 0;
  /** How much of `bytes` was read, and how much of the file. */
  private length = 0;
  private position = 0;

  constructor(private readonly file: TemporaryFile | null) {
    this.advance();
  }

  advance(): void {
    if (!this.has(frontBytes)) {
      this.row = Infinity;
      return;
    }
    const size = frontBytes + this.bytes.readUInt32LE(this.to + 4);
    this.has(size);
    this.row = this.bytes.readUInt32LE(this.to);
    this.from = this.to + frontBytes;
    this.to += size;
  }

  /** Whether so many bytes follow, which are read where they were not. */
  private has(size: number): boolean {
    if (this.to + size <= this.length) return true;
    const rest = this.bytes.subarray(this.to, this.length);
    if (size > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(size);
    this.bytes.set(rest);
    this.length = rest.length;
    this.to = 0;
    while (this.file && this.length < size) {
      const room = this.bytes.length - this.length;
      const read = readSync(this.file.fd, this.bytes, this.length, room, this.position);
      if (read === 0) break;
      this.position += read;
      this.length += read;
    }
    return this.length >= size;
  }
}
