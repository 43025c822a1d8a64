import { randomBytes } from 'node:crypto';
import { type Action, actions } from '../product/product.js';

/** What a row means for the rows of its SKU that were seen before. */
type Seen =
  /** The SKU is new. */
  | { kind: 'new' }
  /** The SKU is known; `row` is the one that held it until now. */
  | { kind: 'duplicate'; row: number }
  /** The SKU is known with another action. */
  | { kind: 'conflict'; row: number };

const chunkBits = 16;
const chunkSize = 1 << chunkBits;
/** Slots, of four bytes each. */
const smallTable = 1 << 20;
const isNew: Seen = { kind: 'new' };
/** The row of a SKU that only rejected rows have named so far: products stand below the header. */
const noRow = 0;
/** Stands for an action where rejected rows of the SKU name several. */
const several = actions.length;

/**
 * The SKUs of a file, with the row that stands for each: what memory dedups by.
 *
 * It takes for equal only what every database takes for equal: the same spelling, and, where the
 * database folds ASCII as usual, the same ASCII letters in another case. What else a collation
 * makes equal, the database settles before the merge.
 *
 * A SKU costs about 30 bytes whatever its length: a 128-bit hash, its row and its action, in typed
 * arrays that grow without being copied (a Map of strings costs 100 and ends at 16.7 million). The
 * hash is keyed anew for each run, so that no file can be made to collide.
 */
export class SkuIndex {
  /**
   * Entry number + 1 of the SKU that hashes here or was pushed on from there; 0 is free. The bits
   * that no entry number needs are of its hash, so that others are told from it at one look.
   */
  private slots = new Uint32Array(chunkSize);
  private readonly hashes: Uint32Array[] = [];
  private readonly rows: Uint32Array[] = [];
  private readonly acts: Uint8Array[] = [];
  private readonly hash = new Uint32Array(4);
  private readonly keys: Uint32Array;
  /** A SKU that was given as text. */
  private bytes = Buffer.alloc(1024);
  private count = 0;

  /** @param foldAscii whether the database's lower() maps A–Z to a–z (a Turkish one does not) */
  constructor(private readonly foldAscii: boolean) {
    const bytes = randomBytes(16);
    this.keys = Uint32Array.from([0, 4, 8, 12], (at) => bytes.readUInt32LE(at));
  }

  /**
   * Puts `row` in the place of its SKU, and tells which row stood there: itself, where only rejected
   * rows named another action.
   */
  add(sku: string, row: number, action: Action): Seen {
    this.hashText(sku);
    return this.put(row, action);
  }

  /** The same of a SKU in UTF-8. */
  addBytes(
    bytes: Buffer,
    from: number,
    to: number,
    isAscii: boolean,
    row: number,
    action: Action,
  ): Seen {
    this.computeHash(bytes, from, to, this.foldAscii && isAscii);
    return this.put(row, action);
  }

  private hashText(sku: string): void {
    if (sku.length * 3 > this.bytes.length) this.bytes = Buffer.alloc(sku.length * 6);
    const length = this.bytes.write(sku, 'utf8');
    this.computeHash(this.bytes, 0, length, this.foldAscii && length === sku.length);
  }

  private put(row: number, action: Action): Seen {
    const slot = this.find();
    const entry = this.slots[slot]! & (this.slots.length - 1);
    const act = actions.indexOf(action);
    if (entry === 0) {
      this.append(slot, row, act);
      return isNew;
    }
    const chunk = (entry - 1) >>> chunkBits;
    const at = (entry - 1) & (chunkSize - 1);
    const previous = this.rows[chunk]![at]!;
    this.rows[chunk]![at] = row;
    const isSame = this.acts[chunk]![at] === act;
    if (previous === noRow) return isSame ? isNew : { kind: 'conflict', row };
    return { kind: isSame ? 'duplicate' : 'conflict', row: previous };
  }

  /**
   * Keeps what a rejected row of the SKU was to do. Gives the row that stands for the SKU where that
   * one does something else, null otherwise.
   */
  addRejected(sku: string, action: Action): number | null {
    this.hashText(sku);
    const slot = this.find();
    const entry = this.slots[slot]! & (this.slots.length - 1);
    const act = actions.indexOf(action);
    if (entry === 0) {
      this.append(slot, noRow, act);
      return null;
    }
    const chunk = (entry - 1) >>> chunkBits;
    const at = (entry - 1) & (chunkSize - 1);
    if (this.acts[chunk]![at] === act) return null;
    const row = this.rows[chunk]![at]!;
    if (row !== noRow) return row;
    this.acts[chunk]![at] = several;
    return null;
  }

  /** Four numbers, each multiplied and rotated with every byte, mixed at the end. */
  private computeHash(bytes: Buffer, from: number, to: number, fold: boolean): void {
    // Not by destructuring, which takes typed arrays through an iterator.
    let a = this.keys[0]!;
    let b = this.keys[1]!;
    let c = this.keys[2]!;
    let d = this.keys[3]!;
    // A folded spelling and an exact one never mean the same entry.
    if (fold) a ^= 0x9e3779b9;
    for (let at = from; at < to; at++) {
      let unit = bytes[at]!;
      if (fold && unit >= 65 && unit <= 90) unit += 32;
      a = Math.imul((a ^ unit) + b, 0x85ebca6b);
      a = (a << 15) | (a >>> 17);
      b = Math.imul((b ^ unit) + c, 0xc2b2ae35);
      b = (b << 13) | (b >>> 19);
      c = Math.imul((c ^ unit) + d, 0x27d4eb2f);
      c = (c << 17) | (c >>> 15);
      d = Math.imul((d ^ unit) + a, 0x165667b1);
      d = (d << 11) | (d >>> 21);
    }
    a = mix(a ^ (to - from));
    b = mix(b ^ a);
    c = mix(c ^ b);
    d = mix(d ^ c);
    this.hash[0] = a ^ d;
    this.hash[1] = b;
    this.hash[2] = c;
    this.hash[3] = d;
  }

  /** The slot of the SKU, or the free one where it belongs. */
  private find(): number {
    const { slots } = this;
    const mask = slots.length - 1;
    const first = this.hash[0]!;
    const second = this.hash[1]!;
    let slot = first & mask;
    for (let value = slots[slot]!; value !== 0; value = slots[slot]!) {
      if (((value ^ second) & ~mask) === 0 && this.isSame((value & mask) - 1)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private isSame(entry: number): boolean {
    const hashes = this.hashes[entry >>> chunkBits]!;
    const at = (entry & (chunkSize - 1)) * 4;
    const { hash } = this;
    return (
      hashes[at] === hash[0] &&
      hashes[at + 1] === hash[1] &&
      hashes[at + 2] === hash[2] &&
      hashes[at + 3] === hash[3]
    );
  }

  private append(slot: number, row: number, act: number): void {
    const chunk = this.count >>> chunkBits;
    const at = this.count & (chunkSize - 1);
    if (at === 0) {
      this.hashes.push(new Uint32Array(chunkSize * 4));
      this.rows.push(new Uint32Array(chunkSize));
      this.acts.push(new Uint8Array(chunkSize));
    }
    const hashes = this.hashes[chunk]!;
    for (let lane = 0; lane < 4; lane++) hashes[at * 4 + lane] = this.hash[lane]!;
    this.rows[chunk]![at] = row;
    this.acts[chunk]![at] = act;
    this.slots[slot] = valueOf(++this.count, this.hash[1]!, this.slots.length - 1);
    if (this.count > this.slots.length * 0.8) this.grow();
  }

  /** As long as that costs little room, fewer entries are moved. */
  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * (this.slots.length < smallTable ? 4 : 2));
    const mask = this.slots.length - 1;
    for (let entry = 1; entry <= this.count; entry++) {
      const hashes = this.hashes[(entry - 1) >>> chunkBits]!;
      const at = ((entry - 1) & (chunkSize - 1)) * 4;
      let slot = hashes[at]! & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = valueOf(entry, hashes[at + 1]!, mask);
    }
  }
}

function valueOf(entry: number, hash: number, mask: number): number {
  return entry | (hash & ~mask);
}

/** Whether lower() can only meet ASCII in it. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return false;
  }
  return true;
}

/** Murmur3's finaliser: every bit of the input reaches every bit of the output. */
function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const chunkRows = 1 << 19;

/** A set of row numbers, one bit each: what two million duplicates of one SKU cost is 250 kB. */
export class RowSet {
  /** How many rows are in it. */
  size = 0;
  private readonly chunks: (Uint32Array | undefined)[] = [];

  add(row: number): void {
    const chunk = (this.chunks[Math.floor(row / chunkRows)] ??= new Uint32Array(chunkRows / 32));
    const at = row % chunkRows;
    if (chunk[at >>> 5]! & (1 << (at & 31))) return;
    chunk[at >>> 5]! |= 1 << (at & 31);
    this.size++;
  }

  /** In ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (const [index, chunk] of this.chunks.entries()) {
      if (!chunk) continue;
      for (let word = 0; word < chunk.length; word++) {
        for (let bits = chunk[word]!; bits !== 0; bits &= bits - 1) {
          yield index * chunkRows + word * 32 + (31 - Math.clz32(bits & -bits));
        }
      }
    }
  }
}

/** Row numbers as chunks of COPY. */
export async function* copyLines(rows: Iterable<number>): AsyncGenerator<Buffer> {
  let text = '';
  for (const row of rows) {
    text += `${row}\n`;
    if (text.length < 64 * 1024) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text) yield Buffer.from(text);
}
