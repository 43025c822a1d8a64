import type { Cell, Row } from '../source/row.js';
import { cellText, isBlank } from './cell.js';
import { detached, Fault } from './fault.js';
import { readImages, type ImageList } from './images.js';
import type { RowSink } from './row-sink.js';
import type { PlannedFillDown, ReadingPlan } from './plan.js';
import type { ParsedProduct } from './product.js';
import type { RowReader } from './row-reader.js';
import { columnsOfImages, RejectedRow } from './row-reader.js';
import { namedSku } from './sku.js';

/** Products held back for one group; far above any shop's variants, and no load on the memory. */
const maxHeld = 10_000;

/**
 * Rows of one product that follow each other (Shopify's, by Handle): blank common cells are filled
 * from the rows above, and a row without SKU adds its image to the group's first product. So the
 * group's products wait until another group begins.
 */
export class Groups {
  readonly #reader: RowReader;
  readonly #fillDown: PlannedFillDown;
  readonly #at: { sku: number; price: number; images: readonly number[] };
  readonly #seen = new Set<string>();
  #current = '';
  #filling: (Cell | undefined)[] = [];
  #held: ParsedProduct[] = [];
  #lostImages = 0;
  #skippedVariants = 0;

  constructor(plan: ReadingPlan, fillDown: PlannedFillDown, reader: RowReader) {
    const at = (field: string) => plan.columns.findIndex((column) => column.field === field);
    this.#reader = reader;
    this.#fillDown = fillDown;
    const images = columnsOfImages(plan).map(({ index }) => index);
    this.#at = { sku: at('sku'), price: at('price'), images };
  }

  push(row: Row, sink: RowSink): void {
    const group = cellText(row.cells[this.#fillDown.by] ?? '').trim();
    if (group !== this.#current) {
      this.flush(sink);
      this.#current = group;
      this.#filling = [];
    }
    if (group !== '' && this.#seen.has(group) && this.#hasNoSku(row)) {
      this.#addImage(row, sink);
      return;
    }
    if (group !== '' && !this.#seen.has(group)) this.#seen.add(detached(group));
    const outcome = this.#reader.read(group === '' ? row : this.#filled(row), row);
    if (outcome === null) return;
    if (outcome instanceof RejectedRow) sink.reject(outcome.rejects, outcome.sku || null);
    else this.#held.push(outcome);
    if (this.#held.length >= maxHeld) this.flush(sink);
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

  #hasNoSku(row: Row): boolean {
    const cell = row.cells[this.#at.sku] ?? '';
    return namedSku(cell) === '' && (typeof cell === 'string' || cell.kind !== 'error');
  }

  #addImage(row: Row, sink: RowSink): void {
    const cells = this.#at.images.map((index) => row.cells[index] ?? '');
    const lists = cells.map(readImages);
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
    for (const index of this.#fillDown.columns) {
      const cell = cells[index];
      if (!isBlank(cell)) {
        this.#filling[index] ??= cell;
        continue;
      }
      const above = this.#filling[index];
      if (above === undefined) continue;
      while (cells.length < index) cells.push('');
      cells[index] = above;
    }
    return { ...row, cells };
  }
}
