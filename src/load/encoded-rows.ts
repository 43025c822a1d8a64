import { type Characters, codePoint } from '../db/characters.js';
import type { Action, ParsedProduct } from '../product/product.js';
import { originalCells } from '../product/rejected-row.js';
import type { Reject, RowSink } from '../product/reject.js';
import type { SourceRow } from '../source/source.js';

const shownLength = 200;

/**
 * Stands before staging where the database keeps its text in another encoding than UTF8, and rejects
 * the products that it can't hold. A batch waits until the database was asked for its characters.
 */
export class EncodedRows implements RowSink {
  private waiting: (() => void)[] = [];
  private texts: string[] = [];
  /** The rows of this batch and the one before, for the cells of those that are rejected. */
  private rows = new Map<number, SourceRow>();
  private rowsBefore = this.rows;

  /** @param encoding as the server calls it */
  constructor(
    private readonly sink: RowSink,
    private readonly characters: Characters,
    private readonly encoding: string,
  ) {}

  /** Called with each row before its product, or what is wrong with it, comes. */
  see(row: SourceRow): void {
    this.rows.set(row.rowNumber, row);
  }

  product(product: ParsedProduct): void {
    const texts = textsOf(product);
    this.texts.push(...texts.map(([, text]) => text), ...Object.keys(product.attributes ?? {}));
    this.waiting.push(() => {
      const reject = this.check(product, texts);
      if (reject === null) this.sink.product(this.withoutOddBlanks(product));
      else this.sink.reject([reject], this.held(product.sku), product.action);
    });
  }

  reject(errors: Reject[], sku: string | null, action: Action | null = null): void {
    if (sku !== null) this.texts.push(sku);
    const held = () => (sku === null ? null : this.held(sku));
    this.waiting.push(() => this.sink.reject(errors, held(), action));
  }

  skipped(rowNumber: number): void {
    this.waiting.push(() => this.sink.skipped(rowNumber));
  }

  /** Hands on all that waits, in its order. */
  async handOn(): Promise<void> {
    await this.characters.learn(this.texts);
    for (const pass of this.waiting) pass();
    this.waiting = [];
    this.texts = [];
    this.rowsBefore = this.rows;
    this.rows = new Map();
  }

  /** What the database can't hold is no stored product's SKU. */
  private held(sku: string): string | null {
    return this.characters.lacking(sku) === null ? sku : null;
  }

  /** No stored product has an attribute that a blank cell of this name could clear. */
  private withoutOddBlanks(product: ParsedProduct): ParsedProduct {
    const attributes = Object.entries(product.attributes ?? {});
    const kept = attributes.filter(([key]) => this.characters.lacking(key) === null);
    if (kept.length === attributes.length) return product;
    return { ...product, attributes: Object.fromEntries(kept) };
  }

  private check({ rowNumber, line }: ParsedProduct, texts: [string, string][]): Reject | null {
    for (const [column, text] of texts) {
      const character = this.characters.lacking(text);
      if (character === null) continue;
      const error = `The database keeps its text in ${this.encoding}, which has no ${codePoint(character)}: take it out, or load into a database in UTF8`;
      const row = this.rows.get(rowNumber) ?? this.rowsBefore.get(rowNumber);
      const cells = row && 'cells' in row ? { cells: originalCells(row) } : {};
      const value = text.slice(0, shownLength);
      return { rowNumber, line, column, value, code: 'not_in_database_encoding', error, ...cells };
    }
    return null;
  }
}

/** All texts of a product, each with the column that a reject of it names. */
function textsOf(product: ParsedProduct): [column: string, text: string][] {
  const { sku, name, description, owner, images, attributes } = product;
  const texts: [string, string | null][] = [
    ['sku', sku],
    ['name', name],
    ['description', description],
    ['owner', owner],
    ...(images ?? []).map((url): [string, string] => ['images', url]),
    ...Object.entries(attributes ?? {})
      .filter(([, value]) => value !== null)
      .map(([key, value]): [string, string] => [key, `${key}\n${JSON.stringify(value)}`]),
  ];
  return texts.filter((pair): pair is [string, string] => pair[1] !== null);
}
