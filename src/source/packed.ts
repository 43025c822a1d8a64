/** Why packed data can't be read to their end. */
export class Damage extends Error {}

/** Bytes that can be taken in pieces of any size. */
export class Input {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  /** @param format what the data are, for messages */
  constructor(
    chunks: AsyncIterable<Buffer>,
    private readonly format: string,
  ) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** As many bytes as come at once. @throws Damage at the end */
  async next(): Promise<Buffer> {
    const bytes = await this.peek(1);
    if (bytes.length === 0) throw this.#stopped();
    this.#rest = Buffer.alloc(0);
    return bytes;
  }

  /** @throws Damage where there are not so many */
  async take(count: number): Promise<Buffer> {
    const bytes = await this.peek(count);
    if (bytes.length < count) throw this.#stopped();
    this.#rest = bytes.subarray(count);
    return bytes.subarray(0, count);
  }

  giveBack(bytes: Buffer): void {
    this.#rest = bytes;
  }

  /** So many bytes or more, fewer only at the end; they stay where they are. */
  async peek(count: number): Promise<Buffer> {
    while (this.#rest.length < count) {
      const next = await this.#chunks.next();
      if (next.done) break;
      this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    }
    return this.#rest;
  }

  #stopped(): Damage {
    return new Damage(`the ${this.format} data stop before their end`);
  }
}
