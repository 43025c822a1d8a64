import type { UnreadableRow } from './row.js';
import { shape } from './scan.js';

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

/** The records of the piece being built; its arrays grow once and are used for every piece. */
export class Draft {
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
