import type { Cell, Row } from '../source/source.js';
import { attributeColumns, errorsHeader, type AttributeColumn } from './attributes.js';
import { isBlank } from './cell.js';
import { columnsOfImages } from './columns.js';
import type { PlannedColumn } from './header.js';
import type { ReadingPlan } from './plan.js';
import type { Field } from './product.js';
import type { ParseOptions } from './rejected-row.js';

type OneColumnField = Exclude<Field, 'attributes' | 'images'>;

const nothingAbsent: readonly Field[] = [];

/** Where the fields of a row stand, and which of them it lacks. */
export class RowPlaces {
  readonly width: number;
  /** -1 for a field that has no column. */
  readonly at: Readonly<Record<OneColumnField, number>>;
  /** The weightiest first. */
  readonly actions: readonly number[];
  readonly images: readonly PlannedColumn[];
  readonly attributes: readonly AttributeColumn[];
  /** Where the errors of a file of rejects stand; -1 in other files. */
  readonly errorsAt: number;
  readonly #present: readonly Field[];
  /** Whether each row brings its own headers, so that it has what it names and no more. */
  readonly #isKeyed: boolean;
  readonly #absentByCount = new Map<number, readonly Field[]>();

  constructor(plan: ReadingPlan, options: ParseOptions) {
    const { columns } = plan;
    const at = (field: Field) => columns.findIndex((column) => column.field === field);
    this.width = columns.length;
    this.errorsAt = columns.findIndex(({ header }) => header === errorsHeader);
    this.at = {
      sku: at('sku'),
      name: at('name'),
      description: at('description'),
      price: at('price'),
      active: at('active'),
      owner: at('owner'),
    };
    this.actions = columns
      .filter((column) => column.isAction)
      .sort((a, b) => a.rank - b.rank)
      .map(({ index }) => index);
    this.images = columnsOfImages(columns);
    this.attributes = attributeColumns(plan, options);
    this.#present = plan.present;
    this.#isKeyed = plan.keys !== null;
  }

  /** A sheet has all its cells, stored or not; a short line of a text file ends where it ends. */
  cell({ cells, line }: Row, index: number): Cell | undefined {
    if (index < 0) return undefined;
    const cell = cells[index];
    if (typeof cell === 'object' && cell.kind === 'absent') return undefined;
    return cell ?? (line === null && !this.#isKeyed ? '' : undefined);
  }

  /** The fields that have a column of which the row has no cell. */
  absent(row: Row): readonly Field[] {
    if (this.#isKeyed) return this.#absentKeys(row);
    const count = row.cells.length;
    if (count >= this.width || row.line === null) return nothingAbsent;
    const known = this.#absentByCount.get(count);
    if (known !== undefined) return known;
    const absent = this.#present.filter((field) => {
      if (field === 'attributes') return false;
      if (field === 'images') return this.images.every(({ index }) => index >= count);
      return this.at[field] >= count;
    });
    this.#absentByCount.set(count, absent);
    return absent;
  }

  /** A blank name counts as none, as a product can't be without. */
  #absentKeys(row: Row): readonly Field[] {
    return this.#present.filter((field) => {
      if (field === 'attributes') return false;
      if (field === 'images')
        return this.images.every(({ index }) => this.cell(row, index) === undefined);
      const cell = this.cell(row, this.at[field]);
      return cell === undefined || (field === 'name' && isBlank(cell));
    });
  }
}
