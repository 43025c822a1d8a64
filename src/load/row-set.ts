const chunkRows = 1 << 19;

/** A set of row numbers, one bit each: what two million duplicates of one SKU cost is 250 kB. */
export class RowSet {
  private readonly chunks: (Uint32Array | undefined)[] = [];

  add(row: number): void {
    const chunk = (this.chunks[Math.floor(row / chunkRows)] ??= new Uint32Array(chunkRows / 32));
    const at = row % chunkRows;
    chunk[at >>> 5]! |= 1 << (at & 31);
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
