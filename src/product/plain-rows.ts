import { attributesHeader, errorsHeader, attributeColumns, readingOf } from './attributes.js';
import type { BareCells } from './bare-cells.js';
import type { CutRows } from './cut-rows.js';
import { ForeignActions } from './foreign-action.js';
import type { PlannedColumn } from './header.js';
import { usualImages } from './images.js';
import type { NoProducts } from './no-product.js';
import type { ReadingPlan } from './plan.js';
import { lookOfField, type Look, type PlainAttribute } from './plain-values.js';
import { plainPrice } from './price.js';
import type { Field, ParsedProduct } from './product.js';
import { Fault } from './reject.js';
import type { ParseOptions } from './rejected-row.js';
import { isPlainSku } from './sku.js';
import { isPlainShortText, isPlainText, readBoolean } from './text.js';

/** Longer ones are left to others. */
const longestValue = 255;

/**
 * Tells of most rows, by the bytes of their cells alone, that they are a product, and that its texts
 * are stored byte for byte. Of a row it says this only where the parser would make the same product
 * of it; all others are for the parser.
 */
export class PlainRows {
  /** Of the row that was looked at last what is stored otherwise than it is written. */
  readonly product: ParsedProduct;
  /** Columns by what they fill; -1 is none. */
  readonly sku: number;
  readonly name: number;
  readonly description: number;
  readonly owner: number;
  readonly attributes: readonly PlainAttribute[];
  /** By column: see `Taker`. A SKU may be shown with more decimals, and 1.234 is 1234 in some texts. */
  readonly takesDecimals: readonly boolean[];
  readonly #looks: readonly Look[];
  readonly #isReady: () => boolean;

  private constructor(
    plan: ReadingPlan,
    options: ParseOptions,
    bare: BareCells,
    noProducts: NoProducts,
    cuts: CutRows | null,
  ) {
    const { columns } = plan;
    const { action, owner, widths } = options;
    const at = (wanted: Field) => columns.findIndex(({ field }) => field === wanted);
    const texts = { sku: '', name: null, description: null, attributes: null };
    const values = { price: null, active: null, owner, images: null };
    this.product = { rowNumber: 0, line: null, action, ...texts, ...values, absent: [] };
    this.sku = at('sku');
    this.name = at('name');
    this.description = at('description');
    this.owner = at('owner');
    this.takesDecimals = columns.map(({ field, own }) => field !== 'sku' && own === null);
    const unseen = { form: 'text', json: '', wholeEnd: 0, end: 0 } as const;
    this.attributes = attributeColumns(plan, options).map((each) => ({ ...each, ...unseen }));
    this.#isReady = () => !widths?.isBehindMisplaced && !cuts?.isHolding;
    const attributes = new Map(this.attributes.map((each) => [each.index, each]));
    const looks = this.#looksOf(plan, options, noProducts);
    const firstOf = (field: Field | null) => (field === null ? -1 : at(field));
    this.#looks = columns.map(({ index, field, own }) => {
      const isRead = field === 'attributes' || firstOf(field) === index;
      const attribute = attributes.get(index);
      const look =
        own && attribute
          ? lookOfField(attribute, own, readingOf(own, index, options).mark)
          : isRead
            ? looks[field!]
            : () => true;
      return (bytes, from, to, quote) =>
        bare.isBare(bytes, from, to) && look(bytes, from, to, quote);
    });
  }

  /** What is certain to be taken as it is, by field. */
  #looksOf(
    { flag }: ReadingPlan,
    { decimal }: ParseOptions,
    noProducts: NoProducts,
  ): Record<Field, Look> {
    const orBlank =
      (look: Look): Look =>
      (bytes, from, to, quote) =>
        from === to || look(bytes, from, to, quote);
    return {
      sku: (bytes, from, to, quote) =>
        isPlainSku(bytes, from, to, quote) && noProducts.isProduct(bytes, from, to),
      name: isPlainShortText,
      description: orBlank(isPlainText),
      attributes: orBlank(isPlainText),
      owner: orBlank(isPlainShortText),
      price: this.#value('price', (cell) => plainPrice(cell, decimal)),
      active: this.#value('active', (cell) => {
        const read = readBoolean(cell, flag);
        return read instanceof Fault ? null : read;
      }),
      images: this.#value('images', (cell) => usualImages(cell)?.urls ?? null),
    };
  }

  /** Null where rows need more than a look: a profile's rules, actions. */
  static of(
    plan: ReadingPlan,
    options: ParseOptions,
    bare: BareCells,
    noProducts: NoProducts,
    cuts: CutRows | null,
  ): PlainRows | null {
    const { columns } = plan;
    const hasRules =
      plan.keys !== null ||
      plan.lacking.length > 0 ||
      plan.fillDown !== null ||
      plan.skip.length > 0 ||
      plan.fillFrom.length > 0 ||
      plan.lineBreaks.length > 0 ||
      new ForeignActions(columns).exist;
    const keys = columns.filter(isAttribute).map(({ attributeKey }) => attributeKey);
    const isOdd =
      options.isJson ||
      options.action === 'delete' ||
      columns.filter(({ field }) => field === 'images').length > 1 ||
      new Set(keys).size < keys.length ||
      columns.some(({ field, isAction, header }) => {
        const isObject = field === 'attributes' && header === attributesHeader;
        const isStamped = field === 'owner' && options.owner !== null;
        return isAction || isObject || isStamped || header === errorsHeader;
      });
    return hasRules || isOdd ? null : new PlainRows(plan, options, bare, noProducts, cuts);
  }

  /**
   * Whether this is a plain row.
   * @param bounds where its cells begin and end in `bytes`, from the place `first` on to `last`
   * @param quote the byte that stands twice where it is meant once; -1 for none
   */
  has(bytes: Buffer, bounds: Uint32Array, first: number, last: number, quote: number): boolean {
    const looks = this.#looks;
    if (last - first !== looks.length * 2 || !this.#isReady()) return false;
    for (let column = 0; column < looks.length; column++) {
      const from = bounds[first + 2 * column]!;
      const to = bounds[first + 2 * column + 1]!;
      if ((from < to && bytes[from] === quote) || !looks[column]!(bytes, from, to, quote))
        return false;
    }
    return true;
  }

  /** Keeps what `read` makes of a short cell in ASCII; null is for what it can't tell. */
  #value<Name extends 'price' | 'active' | 'images'>(
    name: Name,
    read: (cell: string) => ParsedProduct[Name] | null,
  ): Look {
    const { product } = this;
    return (bytes, from, to, quote) => {
      product[name] = null as ParsedProduct[Name];
      if (from === to) return true;
      if (to - from > longestValue || !isPrintable(bytes, from, to, quote)) return false;
      product[name] = read(bytes.toString('latin1', from, to));
      return product[name] !== null;
    };
  }
}

function isAttribute({ field, attributeKey }: PlannedColumn): boolean {
  return field === 'attributes' && attributeKey !== null;
}

function isPrintable(bytes: Buffer, from: number, to: number, quote: number): boolean {
  for (let at = from; at < to; at++) {
    const code = bytes[at]!;
    if (code <= 0x20 || code > 0x7e || code === quote) return false;
  }
  return true;
}
