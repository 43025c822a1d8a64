import { isUtf8 } from 'node:buffer';
import type { RegularRecord } from './regular.js';
import type { UnreadableRow } from './source.js';
import { shape } from './scan.js';

/**
 * A run of whole records. Row numbers count up from `firstRow` by one a record, blank ones too. Its
 * bytes and places are good until the next piece is asked for, as they are used for that one, too.
 */
export interface Piece {
  bytes: Buffer;
  firstRow: number;
  /** Where in `bytes` each record begins and ends, without its line end. */
  starts: Uint32Array;
  ends: Uint32Array;
  /** The physical line where each record starts. */
  lines: Uint32Array;
  /** One of `shape` for each record. */
  shapes: Uint8Array;
  /** Where cells begin and end, those of all records whose cells are known. */
  bounds: Uint32Array;
  /** For each record where its cells end in `bounds`, which is where those of the next one begin. */
  boundsEnds: Uint32Array;
  /** For each record of `shape.unreadable`, in order. */
  unreadable: UnreadableRow[];
}

/**
 * A row and its rejects take some hundred bytes, however short its record is: so many at a time take
 * a few megabytes. Rows of usual length fill a piece by their bytes before.
 */
const recordsAPiece = 16 * 1024;

/** The records of the piece being built; its arrays are used for every piece. */
export class Draft {
  #starts = new Uint32Array(recordsAPiece);
  #ends = new Uint32Array(recordsAPiece);
  #lines = new Uint32Array(recordsAPiece);
  #shapes = new Uint8Array(recordsAPiece);
  #bounds = new Uint32Array(recordsAPiece);
  #boundsEnds = new Uint32Array(recordsAPiece);
  #boundsCount = 0;
  #unreadable: UnreadableRow[] = [];
  #count = 0;
  #from = 0;
  #firstRow = 1;

  /** Starts anew at a position of the text, with the number of the row there. */
  begin(from: number, firstRow: number): void {
    this.#from = from;
    this.#firstRow = firstRow;
    this.#count = this.#boundsCount = 0;
    this.#unreadable = [];
  }

  get isFull(): boolean {
    return this.#count === recordsAPiece;
  }

  /** @param regular whose cells are known; null where they are not */
  add(
    start: number,
    end: number,
    line: number,
    shaped: number,
    regular: RegularRecord | null,
  ): void {
    this.#starts[this.#count] = start - this.#from;
    this.#ends[this.#count] = end - this.#from;
    this.#lines[this.#count] = line;
    this.#shapes[this.#count] = shaped;
    if (regular !== null) this.#addBounds(regular);
    this.#boundsEnds[this.#count] = this.#boundsCount;
    this.#count++;
  }

  #addBounds({ bounds, count }: RegularRecord): void {
    while (this.#boundsCount + count > this.#bounds.length) {
      const larger = new Uint32Array(this.#bounds.length * 2);
      larger.set(this.#bounds);
      this.#bounds = larger;
    }
    for (let i = 0; i < count; i++) this.#bounds[this.#boundsCount++] = bounds[i]! - this.#from;
  }

  addUnreadable(row: UnreadableRow): void {
    this.add(this.#from, this.#from, row.line ?? 0, shape.unreadable, null);
    this.#unreadable.push(row);
  }

  /** What was noted, up to a position of the text, as a piece; null if that is nothing. */
  take(text: Buffer, to: number): Piece | null {
    const count = this.#count;
    if (count === 0) return null;
    const unreadable = this.#unreadable;
    this.#unreadable = [];
    return {
      bytes: text.subarray(this.#from, to),
      firstRow: this.#firstRow,
      starts: this.#starts.subarray(0, count),
      ends: this.#ends.subarray(0, count),
      lines: this.#lines.subarray(0, count),
      shapes: this.#shapes.subarray(0, count),
      bounds: this.#bounds.subarray(0, this.#boundsCount),
      boundsEnds: this.#boundsEnds.subarray(0, count),
      unreadable,
    };
  }
}

/**
 * The beginning of a record's bytes as text that can be stored and shown: bytes that mean nothing
 * and control characters stand as `\x81`.
 */
export function excerpt(bytes: Uint8Array, maxChars = 200): string {
  // So many characters fit into these bytes, whatever they are.
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxChars * 4));
  const clean = isUtf8(head) && !head.some(isControl);
  const text = clean ? head.toString('utf8') : escaped(head, maxChars);
  // Not half a surrogate pair at the end.
  return text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '');
}

function escaped(head: Buffer, maxChars: number): string {
  let text = '';
  for (let at = 0; at < head.length && text.length < maxChars;) {
    const length = isControl(head[at]!) ? 0 : sequenceLength(head, at);
    text +=
      length > 0
        ? head.toString('utf8', at, at + length)
        : `\\x${head[at]!.toString(16).padStart(2, '0').toUpperCase()}`;
    at += Math.max(1, length);
  }
  return text;
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f;
}

/** Bytes of the UTF-8 sequence at a position; 0 where there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const byte = bytes[at]!;
  const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
