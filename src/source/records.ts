import { excerpt } from './excerpt.js';
import type { UnreadableRow } from './row.js';
import { find, Scan, shape } from './scan.js';

/** A record longer than this is a reject; so is a quote that isn't closed within it. */
const recordLimitBytes = 1024 * 1024;

/**
 * A run of whole records, as plain data that can be handed to a worker. `bytes` has a memory of
 * its own. Row numbers count up from `firstRow` by one a record, blank ones included.
 */
export interface Piece {
  bytes: Uint8Array;
  firstRow: number;
  /** Where in `bytes` each record begins and ends, without its line end. */
  starts: Uint32Array;
  ends: Uint32Array;
  /** The physical line where each record starts. */
  lines: Uint32Array;
  /** One of `shape` for each record. */
  shapes: Uint8Array;
  /** For each record of `shape.unreadable`, in order. */
  unreadable: UnreadableRow[];
}

interface SplitOptions {
  delimiter: string;
  /** The physical line of the first byte: 2 behind a `sep=` line. */
  firstLine: number;
  /** Records are handed on when about so many bytes have come. */
  pieceBytes?: number;
}

/**
 * Cuts UTF-8 text into records. Line ends are LF, CRLF or CR, mixed at will, and mean nothing
 * inside quotes. A quote opens at the start of a cell only (blanks before it allowed), and closes
 * before a delimiter or line end (blanks allowed). A quote followed by other text is taken
 * literally, as csv-parse's `relax_quotes` does, but only on the line of its opening quote: behind
 * a line end it shows that the opening quote was never closed.
 *
 * Not csv-parse, since it can't go on behind an unclosed quote, and since only whole records can
 * be handed to another thread.
 */
export class RecordSplitter {
  #delimiter: Buffer;
  #pieceBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #wantedBytes: number;
  #skipping = false;
  #row = 1;
  #line: number;
  #draft = new Draft();
  /** The line of the first quote that the end of the text left open; null if there is none. */
  openQuoteLine: number | null = null;

  constructor(options: SplitOptions) {
    this.#delimiter = Buffer.from(options.delimiter);
    this.#pieceBytes = options.pieceBytes ?? 256 * 1024;
    this.#wantedBytes = this.#pieceBytes;
    this.#line = options.firstLine;
  }

  /** Takes the next bytes; gives a piece when there are enough for one. */
  push(chunk: Buffer): Piece | null {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    return this.#waitingBytes < this.#wantedBytes ? null : this.#split(false);
  }

  /**
   * What is left when the text has ended.
   * @param cut the text stops where it should not: its last record can't be trusted to be whole
   */
  end(cut = false): Piece | null {
    return this.#split(!cut);
  }

  #split(last: boolean): Piece | null {
    const text = ownCopy(this.#waiting, this.#waitingBytes);
    const firstRow = this.#row;
    const consumed = this.#records(text, last);
    // Copied, so that the piece alone owns its memory.
    const rest = Buffer.from(text.subarray(consumed));
    this.#waiting = [rest];
    this.#waitingBytes = rest.length;
    // Doubling keeps a long record from being read from its start again with every chunk.
    this.#wantedBytes = Math.max(this.#pieceBytes, rest.length * 2);
    return this.#draft.take(text.subarray(0, consumed), firstRow);
  }

  /** Notes all records that are whole; gives the position where the rest begins. */
  #records(text: Buffer, last: boolean): number {
    const scan = new Scan(text, this.#delimiter, recordLimitBytes, last);
    let start = this.#skipping ? this.#skipLine(scan, text, 0) : 0;
    if (this.#skipping) return start;
    while (start < text.length) {
      const found = scan.record(start);
      if (found === find.more) return start;
      if (found === find.tooLong) {
        this.#reject(tooLarge, text.subarray(start));
        this.#line += scan.innerLines;
        this.#row++;
        start = this.#skipLine(scan, text, scan.unsearched);
        if (this.#skipping) return start;
        continue;
      }
      this.#note(scan, text, start, found);
      this.#line += scan.innerLines + 1;
      this.#row++;
      start = scan.next;
    }
    return start;
  }

  #note(scan: Scan, text: Buffer, start: number, found: number): void {
    const bytes = text.subarray(start, scan.end);
    if (scan.end - start > recordLimitBytes) return this.#reject(tooLarge, bytes);
    if (found === find.record) {
      return this.#draft.add(start, scan.end, this.#line, scan.shape);
    }
    const opened = this.#line + scan.innerLines;
    if (scan.cutOff) this.openQuoteLine ??= opened;
    this.#reject(unterminated(opened), bytes);
  }

  #reject(problem: Problem, bytes: Buffer): void {
    this.#draft.addUnreadable({
      rowNumber: this.#row,
      line: this.#line,
      unreadable: { ...problem, value: excerpt(bytes) },
    });
  }

  /** Leaves out everything up to the next line end, which may be in a later chunk. */
  #skipLine(scan: Scan, text: Buffer, from: number): number {
    const end = scan.lineEnd(from);
    const next = end === text.length ? -1 : scan.behind(end);
    this.#skipping = next < 0;
    if (this.#skipping) return end;
    this.#line++;
    return next;
  }
}

type Problem = Pick<UnreadableRow['unreadable'], 'code' | 'message'>;

const tooLarge: Problem = {
  code: 'record_too_large',
  message: 'The record is longer than 1 MB; reading resumed on the next line',
};

function unterminated(line: number): Problem {
  return {
    code: 'quote_unterminated',
    message: `A quote opens on line ${line} and is never closed; reading resumed on the next line`,
  };
}

function ownCopy(chunks: Buffer[], length: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(copy, at);
  return copy;
}

/** The records of the piece being built; its arrays grow once and are used for every piece. */
class Draft {
  #starts = new Uint32Array(4096);
  #ends = new Uint32Array(4096);
  #lines = new Uint32Array(4096);
  #shapes = new Uint8Array(4096);
  #unreadable: UnreadableRow[] = [];
  #count = 0;

  add(start: number, end: number, line: number, shaped: number): void {
    if (this.#count === this.#starts.length) this.#grow();
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#lines[this.#count] = line;
    this.#shapes[this.#count] = shaped;
    this.#count++;
  }

  addUnreadable(row: UnreadableRow): void {
    this.add(0, 0, row.line ?? 0, shape.unreadable);
    this.#unreadable.push(row);
  }

  /** Gives what was noted as a piece, null if that is nothing, and starts anew. */
  take(bytes: Buffer, firstRow: number): Piece | null {
    const count = this.#count;
    const unreadable = this.#unreadable;
    this.#count = 0;
    this.#unreadable = [];
    if (count === 0) return null;
    return {
      bytes,
      firstRow,
      starts: this.#starts.slice(0, count),
      ends: this.#ends.slice(0, count),
      lines: this.#lines.slice(0, count),
      shapes: this.#shapes.slice(0, count),
      unreadable,
    };
  }

  #grow(): void {
    this.#starts = doubled(this.#starts, new Uint32Array(this.#starts.length * 2));
    this.#ends = doubled(this.#ends, new Uint32Array(this.#ends.length * 2));
    this.#lines = doubled(this.#lines, new Uint32Array(this.#lines.length * 2));
    this.#shapes = doubled(this.#shapes, new Uint8Array(this.#shapes.length * 2));
  }
}

function doubled<T extends Uint32Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
