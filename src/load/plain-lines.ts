import { copyText, escapesOf } from '../db/copy-text.js';
import type { PlainRows } from '../product/plain-rows.js';
import type { PlainAttribute } from '../product/plain-values.js';
import type { Field } from '../product/product.js';
import type { Dialect, PlacedRecord, Taker } from '../source/source.js';
import type { StagingText } from './staging-text.js';

/** Numbers and nulls of a line, and the tabs between its fields. */
const besides = 256;

/** A record that has been written, for whoever looks for duplicates: its SKU is in ASCII. */
export interface PlainRow {
  rowNumber: number;
  bytes: Buffer;
  skuFrom: number;
  skuTo: number;
}

/**
 * Takes most rows of a text or a sheet from the file's bytes to lines of COPY, without making text of
 * them: that halves the work of reading.
 */
export class PlainLines implements Taker {
  private readonly fields: readonly Field[];
  /** Which cell is stored as it stands, by field; -1 for none. */
  private readonly cells: readonly number[];
  private readonly quote: number;
  private readonly escapes: Uint8Array;
  private readonly ending: Buffer;
  private readonly owner: Buffer | null;
  /** The attributes' names as JSON, and a colon. */
  private readonly keys: readonly Buffer[];
  private readonly besides: number;
  private readonly row: PlainRow = { rowNumber: 0, bytes: Buffer.alloc(0), skuFrom: 0, skuTo: 0 };

  /**
   * @param firstRow those before it are no data
   * @param onRow is told of each row that was written
   */
  private constructor(
    private readonly rows: PlainRows,
    private readonly text: StagingText,
    quote: string | null,
    private readonly firstRow: number,
    private readonly onRow: (row: PlainRow) => void,
  ) {
    this.fields = text.others();
    this.cells = this.fields.map((field) =>
      field === 'name' || field === 'description' || field === 'owner' ? rows[field] : -1,
    );
    this.quote = quote === null ? -1 : quote.charCodeAt(0);
    this.escapes = escapesOf(this.quote);
    this.ending = Buffer.from(text.ending);
    const { owner } = rows.product;
    this.owner = owner === null ? null : Buffer.from(copyText(owner));
    this.keys = rows.attributes.map(({ key }) => Buffer.from(`${copyText(JSON.stringify(key))}:`));
    const fixed = [...this.keys, this.owner ?? '', text.ending];
    this.besides = fixed.reduce((sum, { length }) => sum + 8 + length, besides);
  }

  /**
   * Null where cells need more than to be cut out of the text.
   * @param dialect null for a sheet
   */
  static of(
    rows: PlainRows | null,
    text: StagingText,
    dialect: Dialect | null,
    firstRow: number,
    onRow: (row: PlainRow) => void,
  ): PlainLines | null {
    if (rows === null || !text.takesBytes) return null;
    const { blankBehind, wholeLines, isEscaped, isUnquoted, quote = null } = dialect ?? {};
    if (blankBehind || wholeLines || isEscaped || isUnquoted) return null;
    return new PlainLines(rows, text, quote, firstRow, onRow);
  }

  get takesDecimals(): readonly boolean[] {
    return this.rows.takesDecimals;
  }

  takes({ rowNumber, line, bytes, bounds, first, last }: PlacedRecord): boolean {
    const { rows, row, text } = this;
    if (last === first || rowNumber < this.firstRow) return false;
    if (!rows.has(bytes, bounds, first, last, this.quote)) return false;
    text.lines.reserve(bounds[last - 1]! - bounds[first]!, this.besides + this.jsonBytes());
    text.begin(rows.product, rowNumber, line);
    row.rowNumber = rowNumber;
    row.bytes = bytes;
    row.skuFrom = bounds[first + 2 * rows.sku]!;
    row.skuTo = bounds[first + 2 * rows.sku + 1]!;
    text.lines.field(bytes, row.skuFrom, row.skuTo, this.escapes);
    this.writeCells(bytes, bounds, first);
    text.lines.copy(this.ending, 0, this.ending.length);
    text.count();
    this.onRow(row);
    return true;
  }

  /** At most so many are what stands for cells otherwise than they are written. */
  private jsonBytes(): number {
    let characters = 0;
    for (const { form, json } of this.rows.attributes) {
      if (form === 'json') characters += json.length;
    }
    return characters * 3;
  }

  private writeCells(bytes: Buffer, bounds: Uint32Array, first: number): void {
    const { cells, escapes } = this;
    const { lines } = this.text;
    for (let i = 0; i < cells.length; i++) {
      lines.tab();
      const at = cells[i]! < 0 ? -1 : first + 2 * cells[i]!;
      const from = at < 0 ? 0 : bounds[at]!;
      const to = at < 0 ? 0 : bounds[at + 1]!;
      if (from < to) lines.field(bytes, from, to, escapes);
      else this.writeOther(this.fields[i]!, bytes, bounds, first);
    }
  }

  /** A field that is stored otherwise than it is written, or that has no cell. */
  private writeOther(field: Field, bytes: Buffer, bounds: Uint32Array, first: number): void {
    const { rows, text, owner } = this;
    if (field === 'attributes' && rows.attributes.length > 0) {
      return this.writeAttributes(bytes, bounds, first);
    }
    if (field === 'owner' && owner !== null) return text.lines.raw(owner);
    text.lines.word(text.column(rows.product, field));
  }

  private writeAttributes(bytes: Buffer, bounds: Uint32Array, first: number): void {
    const { rows, text, keys } = this;
    const { lines } = text;
    let before = '{';
    for (let i = 0; i < keys.length; i++) {
      const attribute = rows.attributes[i]!;
      const { index, isUnnamed } = attribute;
      const from = bounds[first + 2 * index]!;
      const to = bounds[first + 2 * index + 1]!;
      if (from === to && (text.keepBlank || isUnnamed)) continue;
      lines.word(before);
      lines.raw(keys[i]!);
      if (from === to) lines.word('null');
      else this.writeValue(attribute, bytes, from, to);
      before = ',';
    }
    lines.word(before === '{' ? '{}' : '}');
  }

  private writeValue(value: PlainAttribute, bytes: Buffer, from: number, to: number): void {
    const { lines } = this.text;
    const { form, wholeEnd, end } = value;
    switch (form) {
      case 'text':
        return lines.json(bytes, from, to, this.quote);
      case 'json':
        return lines.escaped(copyText(value.json));
      case 'number':
        return lines.digits(bytes, from, wholeEnd, end);
      case 'amount':
        lines.word('"');
        lines.digits(bytes, from, wholeEnd, end);
        // Two decimals at least.
        lines.word(end === wholeEnd ? '.00"' : end === wholeEnd + 2 ? '0"' : '"');
    }
  }
}
