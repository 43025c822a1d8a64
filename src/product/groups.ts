import type { Cell, Row } from '../source/source.js';
import { cellText, isBlank } from './cell.js';
import { columnsOfImages } from './columns.js';
import { detached, Fault, type RowSink } from './reject.js';
import type { ImageList } from './images.js';
import type { ReadingPlan } from './plan.js';
import { completed, holds, type PlannedFillDown } from './profile-plan.js';
import type { ParsedProduct } from './product.js';
import type { RowReader } from './row-reader.js';
import { RejectedRow } from './rejected-row.js';
import { namedSku } from './sku.js';

/** Products held back for one group; far above any shop's variants, and no load on the memory. */
const maxHeld = 10_000;

/** Characters of common cells that are kept for rows that stand apart from their product: 32 MB. */
const maxKept = 16 * 1024 * 1024;

type Filling = (Cell | undefined)[];

/**
 * Rows of one product (Shopify's by Handle): blank common cells are filled from the rows above, and
 * a row without SKU adds its image to the group's first product. So the group's products wait until
 * another group begins.
 */
export class Groups {
  readonly #plan: ReadingPlan;
  readonly #reader: RowReader;
  readonly #fillDown: PlannedFillDown;
  readonly #at: { sku: number; price: number; images: readonly number[] };
  readonly #seen = new Set<string>();
  /** What earlier groups have in common, the oldest dropped where they are too many. */
  readonly #earlier = new Map<string, Filling>();
  #kept = 0;
  #current = '';
  #filling: Filling = [];
  #held: ParsedProduct[] = [];
  #lostImages = 0;
  #skippedVariants = 0;
  #started = 0;

  constructor(plan: ReadingPlan, fillDown: PlannedFillDown, reader: RowReader) {
    const at = (field: string) => plan.columns.findIndex((column) => column.field === field);
    this.#plan = plan;
    this.#reader = reader;
    this.#fillDown = fillDown;
    const images = columnsOfImages(plan.columns).map(({ index }) => index);
    this.#at = { sku: at('sku'), price: at('price'), images };
  }

  push(row: Row, sink: RowSink): void {
    this.#enter(row, sink);
    const group = this.#current;
    if (group !== '' && this.#seen.has(group) && this.#hasNoSku(row)) {
      this.#addImage(row, sink);
      return;
    }
    this.#noteSeen();
    const outcome = this.#reader.read(group === '' ? row : this.#filled(row), row);
    if (outcome === null) return;
    if (outcome === 'skip') sink.skipped(row.rowNumber);
    else if (outcome instanceof RejectedRow)
      sink.reject(outcome.rejects, outcome.sku || null, outcome.action);
    else this.#held.push(outcome);
    if (this.#held.length >= maxHeld) this.flush(sink);
  }

  /** A row that is no product, but may say what those below it have in common. */
  pass(row: Row, sink: RowSink): void {
    this.#enter(row, sink);
    if (this.#current === '') return;
    this.#noteSeen();
    this.#filled(row);
  }

  flush(sink: RowSink): void {
    for (const product of this.#held) sink.product(product);
    this.#held = [];
  }

  warnings(): string[] {
    const warnings: string[] = [];
    if (this.#lostImages > 0) {
      warnings.push(
        `${this.#lostImages} image(s) could not be added: their rows stand apart from their ` +
          'product, or that was rejected',
      );
    }
    if (this.#skippedVariants > 0) {
      warnings.push(
        `${this.#skippedVariants} skipped row(s) have a price but no SKU: give such variants a ` +
          'SKU to import them (--profile none rejects them instead)',
      );
    }
    return warnings;
  }

  #enter(row: Row, sink: RowSink): void {
    const group = this.#groupOf(row);
    if (group === this.#current) return;
    this.flush(sink);
    this.#keep();
    this.#current = group;
    this.#filling = this.#earlier.get(group) ?? [];
  }

  #groupOf(row: Row): string {
    const { by, startsWith } = this.#fillDown;
    if (by.length === 0) {
      if (holds(startsWith, row)) this.#started++;
      return this.#started === 0 ? '' : String(this.#started);
    }
    for (const at of by) {
      const text = cellText(row.cells[at] ?? '').trim();
      if (text !== '') return text;
    }
    return '';
  }

  /** Keeps what the group has in common for rows that may still come; counted groups end. */
  #keep(): void {
    if (this.#fillDown.by.length === 0) return this.#seen.clear();
    if (this.#current === '' || this.#earlier.has(this.#current)) return;
    const own = this.#filling.map((cell) => (typeof cell === 'string' ? detached(cell) : cell));
    this.#earlier.set(detached(this.#current), own);
    this.#kept += charactersOf(own);
    for (const [group, filling] of this.#earlier) {
      if (this.#kept <= maxKept) break;
      this.#earlier.delete(group);
      this.#kept -= charactersOf(filling);
    }
  }

  #noteSeen(): void {
    const group = this.#current;
    if (group !== '' && !this.#seen.has(group)) this.#seen.add(detached(group));
  }

  #hasNoSku(row: Row): boolean {
    const cell = row.cells[this.#at.sku] ?? '';
    return namedSku(cell) === '' && (typeof cell === 'string' || cell.kind !== 'error');
  }

  #addImage(row: Row, sink: RowSink): void {
    const whole = completed(row, this.#plan).cells;
    const cells = this.#at.images.map((index) => whole[index] ?? '');
    const lists = cells.map((cell) => this.#reader.imagesOf(cell));
    const invalid = lists.findIndex((list) => list instanceof Fault);
    if (invalid >= 0) {
      const fault = lists[invalid] as Fault;
      sink.reject(this.#reader.rejected(row, 'images', cells[invalid]!, fault).rejects, null);
      return;
    }
    if (!isBlank(row.cells[this.#at.price])) this.#skippedVariants++;
    for (const list of lists as (ImageList | null)[]) {
      if (list?.hasPaths) this.#lostImages++;
      for (const url of list?.urls ?? []) this.#addUrl(url);
    }
    sink.skipped(row.rowNumber);
  }

  #addUrl(url: string): void {
    const [first] = this.#held;
    if (first === undefined) {
      this.#lostImages++;
      return;
    }
    if (first.action === 'delete' || first.images?.includes(url)) return;
    first.images = [...(first.images ?? []), url];
    first.absent = first.absent.filter((field) => field !== 'images');
  }

  /** The row with its blank common cells filled from the group's rows above. */
  #filled(row: Row): Row {
    const cells = [...row.cells];
    for (const { at, only } of this.#fillDown.columns) {
      const cell = cells[at];
      if (!isBlank(cell)) {
        this.#filling[at] ??= cell;
        continue;
      }
      const above = this.#filling[at];
      if (above === undefined || !holds(only, row)) continue;
      while (cells.length < at) cells.push('');
      cells[at] = above;
    }
    return { ...row, cells };
  }
}

function charactersOf(filling: Filling): number {
  return filling.reduce<number>(
    (sum, cell) => sum + (typeof cell === 'string' ? cell.length : 0),
    16,
  );
}
