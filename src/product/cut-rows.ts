import type { Row, SourceRow } from '../source/source.js';
import { cellText, isBlankText } from './cell.js';
import type { ReadingPlan } from './plan.js';
import { type DecimalMark, readPrice } from './price.js';
import { Fault } from './reject.js';
import { readBoolean } from './text.js';
import type { Widths } from './widths.js';

/** Into more lines no cell is cut. */
const mostLines = 8;

/** `1`, `-2.50`, `1 234,00 €`: what a column of numbers holds. */
const numeric = /^[-+]?\d[\d.,'’\s]*[%\p{Sc}]?$/u;

/**
 * Finds rows that are one, cut in two by a line end that should stand in quotes: joined again, they
 * have as many cells as the header, and each cell of a price, flag or number is one. Where writers
 * drop blank cells at the end, rows are short, too, but a SKU would come among the prices.
 */
export class CutRows {
  readonly #plan: ReadingPlan;
  readonly #mark: DecimalMark;
  readonly #widths: Widths;
  /** Full rows at the beginning of the file. */
  readonly #full: readonly Row[];
  /** Columns of numbers, as full rows show. */
  readonly #numbers: ReadonlySet<number>;
  /** Short rows that the next ones may complete. */
  #held: Row[] = [];

  constructor(plan: ReadingPlan, mark: DecimalMark, widths: Widths) {
    this.#plan = plan;
    this.#mark = mark;
    this.#widths = widths;
    this.#full = widths.fullRows.filter(({ rowNumber }) => rowNumber >= plan.dataRowNumber);
    this.#numbers = new Set(
      plan.columns.map(({ index }) => index).filter((index) => this.#isOfNumbers(index)),
    );
  }

  /** Whether rows are held back, so that the next one must come here. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Gives the rows that can be read now, in order; those that are cut are known to the widths. */
  take(row: SourceRow): SourceRow[] {
    if (!('cells' in row) || row.cells.length >= this.#widths.width) {
      return this.isHolding ? [...this.flush(), row] : [row];
    }
    this.#held.push(row);
    const free: SourceRow[] = [];
    while (this.isHolding && !this.#mayGoOn()) {
      if (this.#isOne()) {
        this.#widths.noteCut(this.#held);
        free.push(...this.flush());
      } else free.push(this.#held.shift()!);
    }
    return free;
  }

  /** The rows that are held back. */
  flush(): SourceRow[] {
    return this.#held.splice(0);
  }

  #joinedWidth(): number {
    return this.#held.reduce((sum, { cells }) => sum + cells.length - 1, 1);
  }

  #mayGoOn(): boolean {
    return this.#joinedWidth() < this.#widths.width && this.#held.length < mostLines;
  }

  #isOne(): boolean {
    if (this.#held.length < 2 || this.#joinedWidth() !== this.#widths.width) return false;
    const joined: string[] = [];
    for (const { cells } of this.#held) {
      const [first = '', ...rest] = cells.map(cellText);
      const before = joined.pop();
      joined.push(before === undefined ? first : `${before}\n${first}`, ...rest);
    }
    const typed = this.#plan.columns.filter(({ index }) => this.#isTyped(index));
    if (!typed.every(({ index }) => this.#fits(joined[index]!, index))) return false;
    const likeness = this.#likeness(this.#held.at(-1)!);
    // Columns of a kind, filled by what was cut off, leave no doubt; else the SKU has to tell.
    const behind = this.#held[0]!.cells.length;
    const shows = typed.some(({ index }) => index >= behind && !isBlankText(joined[index]!));
    return likeness === 'none' || (likeness === 'some' && shows);
  }

  #isTyped(index: number): boolean {
    const field = this.#plan.columns[index]!.field;
    return field === 'price' || field === 'active' || this.#numbers.has(index);
  }

  #fits(text: string, index: number): boolean {
    if (isBlankText(text)) return true;
    if (text.includes('\n')) return false;
    const { field } = this.#plan.columns[index]!;
    if (field === 'active') return !(readBoolean(text, this.#plan.flag) instanceof Fault);
    if (field !== 'price') return numeric.test(text.trim());
    const price = readPrice(text, { mark: this.#mark, rounds: true, isOfFile: true });
    return !(price instanceof Fault) || price.code !== 'price_invalid';
  }

  #isOfNumbers(index: number): boolean {
    const texts = this.#full.map(({ cells }) => cellText(cells[index]!).trim());
    const filled = texts.filter((text) => text !== '');
    return filled.length > 0 && filled.every((text) => numeric.test(text));
  }

  /**
   * Whether a row has a SKU like those of other rows: of the same shape with digits, such as `AB-12`
   * and `CD-345`, for certain; not at all without digits or with a blank where no other is so.
   */
  #likeness({ cells }: Row): 'same' | 'some' | 'none' {
    const at = this.#plan.columns.findIndex(({ field }) => field === 'sku');
    const skuOf = (row: Row) => cellText(row.cells[at] ?? '').trim();
    const sku = skuOf({ ...this.#held[0]!, cells });
    const others = [this.#held[0]!, ...this.#full].map(skuOf);
    if (/\d/.test(sku) && others.some((other) => shapeOf(other) === shapeOf(sku))) return 'same';
    const isUnlike = (pattern: RegExp, has: boolean) => {
      return pattern.test(sku) !== has && others.every((other) => pattern.test(other) === has);
    };
    return sku === '' || isUnlike(/\d/, true) || isUnlike(/\s/, false) ? 'none' : 'some';
  }
}

function shapeOf(sku: string): string {
  return sku
    .replace(/\d+/g, '9')
    .replace(/\p{Lu}+/gu, 'A')
    .replace(/\p{Ll}+/gu, 'a');
}
