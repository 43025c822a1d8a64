import type { PlannedColumn } from './header.js';
import type { Cell, Row } from '../source/source.js';
import { manyFault, readAction, readBoolean, readShortText, readText } from './text.js';
import {
  attributesHeader,
  addAttributes,
  attributeOf,
  setOwn,
  type Attributes,
  readingOf,
  type AttributeColumn,
} from './attributes.js';
import { cellText, isBlank } from './cell.js';
import type { FieldValue, FieldDefinition } from './field.js';
import { fieldReader } from './field-types.js';
import { Fault, type Reject } from './reject.js';
import { readImages, type ImageList } from './images.js';
import type { ReadingPlan } from './plan.js';
import { completed } from './profile-plan.js';
import { type ParseOptions, RejectedRow, rejectOf } from './rejected-row.js';
import { type PriceReading, readPrice } from './price.js';
import type { Action, Field, ParsedProduct } from './product.js';
import { RowPlaces } from './row-places.js';
import { namedSku, skuFault, type SkuCheck } from './sku.js';
import { stillToCorrect } from './to-correct.js';
import { Widths } from './widths.js';

/** Reads one row at a time; what can be known before the first row is worked out once. */
export class RowReader {
  /** Rows whose images are files instead of addresses, so far. */
  imagePaths = 0;
  /** Prices of products that were rounded to four decimals, so far. */
  pricesRounded = 0;
  readonly #plan: ReadingPlan;
  readonly #options: ParseOptions;
  readonly #price: PriceReading;
  readonly #skuCheck: SkuCheck;
  #places!: RowPlaces;
  /** Whether each row brings its own headers, so that it has what it names and no more. */
  readonly #isKeyed: boolean;
  /** Whether rows are read as they come. */
  readonly #isPlain: boolean;
  /** Rows that the profile's action words say to leave out, by their word, so far. */
  readonly skippedByWord = new Map<string, number>();
  readonly #widths: Widths;
  readonly #ownKeys = new Map<string, (cell: Cell) => FieldValue | null>();
  #row: Row = { rowNumber: 0, line: null, cells: [] };
  #lastWithPaths: Row | null = null;
  #rejects: Reject[] | null = null;
  #isRounded = false;

  constructor(plan: ReadingPlan, options: ParseOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#skuCheck = options.allowMangled ? 'none' : options.isText ? 'all' : 'numbers';
    this.#price = {
      mark: options.decimal,
      rounds: options.roundsPrices,
      isExact: options.isJson ?? false,
      isOfFile: true,
      onRounded: () => (this.#isRounded = true),
    };
    this.#isKeyed = plan.keys !== null;
    this.#isPlain = plan.fillFrom.length === 0 && plan.lineBreaks.length === 0;
    this.#widths = options.widths ?? new Widths(plan.columns.length, []);
    this.findColumns();
  }

  /** Learns where the fields stand; to be called again where the plan has got more columns. */
  findColumns(): void {
    this.#places = new RowPlaces(this.#plan, this.#options);
    if (this.#places.attributes.every(({ header }) => header !== attributesHeader)) return;
    for (const own of this.#plan.fields) this.#ownKeys.set(own.name, this.#ownKey(own));
  }

  /** For a value within a cell of JSON. */
  #ownKey(own: FieldDefinition): (cell: Cell) => FieldValue | null {
    const read = fieldReader(own, {
      ...readingOf(own, -1, this.#options),
      isExact: this.#options.decimal !== ',',
    });
    return (cell) => this.#take(read(cell), own.name, cell);
  }

  /**
   * The product, everything that is wrong with the row, null where all cells are blank, or
   * 'skip' where the row itself says so.
   * @param original the row in the file, where some cells of `row` come from elsewhere
   */
  read(given: Row, original = given): ParsedProduct | RejectedRow | 'skip' | null {
    const row = this.#isPlain ? given : completed(given, this.#plan);
    this.#row = row;
    this.#rejects = null;
    this.#isRounded = false;
    const skuCell = row.cells[this.#places.at.sku] ?? '';
    const sku = namedSku(skuCell);
    const fault = skuFault(skuCell, sku, this.#skuCheck);
    if (fault !== null) {
      if (sku === '' && row.cells.every(isBlank)) return null;
      this.#note(fault, 'sku', skuCell);
    }
    if (original.cells.length !== this.#places.width && !this.#isKeyed) {
      this.#noteRow(this.#widths.fault(original), original);
    }
    if (this.#places.errorsAt >= 0 && !this.#isKeyed)
      this.#noteRow(
        stillToCorrect(original.cells, this.#plan.columns, this.#places.errorsAt),
        original,
      );
    const action = this.#readAction();
    if (action === 'skip') return action;
    const product = action === 'delete' ? this.#deletion(sku) : this.#readFields(sku, action);
    if (this.#rejects !== null) return new RejectedRow(this.#rejects, { sku, action }, original);
    if (this.#isRounded) this.pricesRounded++;
    return product;
  }

  /** A row rejected for one cell, by a caller that reads this cell itself. */
  rejected(row: Row, field: Field, cell: Cell, fault: Fault): RejectedRow {
    const reject = rejectOf(row, field, cell, fault, this.#plan.columns);
    return new RejectedRow([reject], { sku: '', action: null }, row);
  }

  /** Of several columns one that says to skip or to delete the row, else the first that is filled. */
  #readAction(): Action | 'skip' {
    let found: Action | null = null;
    for (const at of this.#places.actions) {
      const cell = this.#cell(at);
      if (cell === undefined) continue;
      const action = this.#take(readAction(cell, this.#plan.actionWords), 'action', cell);
      if (action === 'skip') return this.#noteSkipped(cellText(cell).trim());
      if (found === null || action === 'delete') found = action ?? found;
    }
    return found ?? this.#options.action;
  }

  #noteSkipped(word: string): 'skip' {
    this.skippedByWord.set(word, (this.skippedByWord.get(word) ?? 0) + 1);
    return 'skip';
  }

  #deletion(sku: string): ParsedProduct {
    const { rowNumber, line } = this.#row;
    return {
      rowNumber,
      line,
      action: 'delete',
      sku,
      name: null,
      description: null,
      price: null,
      active: null,
      owner: this.#readOwner(),
      images: null,
      attributes: null,
      absent: [],
    };
  }

  #readFields(sku: string, action: Action): ParsedProduct {
    const { rowNumber, line } = this.#row;
    const product: ParsedProduct = {
      rowNumber,
      line,
      action,
      sku,
      name: this.#readName(action),
      description: this.#readDescription(),
      price: this.#readPrice(),
      active: this.#readActive(),
      owner: this.#readOwner(),
      images: null,
      attributes: this.#readAttributes(action),
      absent: this.#places.absent(this.#row),
    };
    if (this.#places.images.length > 0) this.#readImages(product);
    return product;
  }

  #readName(action: Action): string | null {
    if (this.#places.at.name < 0) return null;
    const cell = this.#cell(this.#places.at.name) ?? '';
    const name = readShortText(cell, 'name');
    if (name === null && !this.#mayLack(action)) {
      this.#note(new Fault('required', 'Missing required field: name'), 'name', cell);
    }
    return this.#take(name, 'name', cell);
  }

  /** A product without the key is one that should be stored already: the catalogue knows. */
  #mayLack(action: Action): boolean {
    return action === 'update' || (this.#isKeyed && action === 'upsert');
  }

  #readDescription(): string | null {
    const cell = this.#cell(this.#places.at.description);
    if (cell === undefined) return null;
    return this.#take(manyFault(cell, 'description') ?? readText(cell), 'description', cell);
  }

  #readPrice(): string | null {
    const cell = this.#cell(this.#places.at.price);
    if (cell === undefined) return null;
    return this.#take(readPrice(cell, this.#price), 'price', cell);
  }

  #readActive(): boolean | null {
    const cell = this.#cell(this.#places.at.active);
    if (cell === undefined) return null;
    return this.#take(readBoolean(cell, this.#plan.flag), 'active', cell);
  }

  /** A row of another owner contradicts `--owner`: it is refused, not handed over. */
  #readOwner(): string | null {
    const stamp = this.#options.owner;
    const cell = this.#cell(this.#places.at.owner);
    if (cell === undefined) return stamp;
    const owner = this.#take(readShortText(cell, 'owner'), 'owner', cell);
    if (stamp === null || owner === null || owner === stamp) return owner ?? stamp;
    const why = `The row names the owner ${owner}, but the load is for ${stamp}`;
    this.#note(new Fault('owner_conflict', `${why}: load it without --owner`), 'owner', cell);
    return stamp;
  }

  #readAttributes(action: Action): Attributes | null {
    const columns = this.#places.attributes;
    if (columns.length === 0) return null;
    const attributes: Attributes = {};
    for (const column of columns) {
      const cell = this.#cell(column.index);
      if (column.read !== null) {
        this.#readOwn(attributes, column, column.read, action);
        continue;
      }
      if (cell === undefined) continue;
      if (column.header === attributesHeader && addAttributes(attributes, cell, this.#ownKeys))
        continue;
      const text = this.#take(readText(cell), column.header, cell);
      const value = text !== null && this.#isKeyed ? attributeOf(cell) : text;
      if (value !== null || !column.isUnnamed) setOwn(attributes, column.key, value);
    }
    return attributes;
  }

  /** A field of one's own. */
  #readOwn(
    attributes: Attributes,
    { index, key, name, isRequired }: AttributeColumn,
    read: (cell: Cell) => FieldValue | null | Fault,
    action: Action,
  ): void {
    const cell = this.#cell(index);
    if (cell === undefined && !isRequired) return;
    const value = read(cell ?? '');
    if (value === null && isRequired && !this.#mayLack(action)) {
      this.#note(new Fault('required', `Missing required field: ${name}`), name, cell ?? '');
    }
    const taken = this.#take(value, name, cell ?? '');
    if (cell !== undefined) setOwn(attributes, key, taken);
  }

  /** The addresses of all columns in their order, each once; absent where only paths are named. */
  #readImages(product: ParsedProduct): void {
    let urls: string[] | null = null;
    for (const column of this.#places.images) {
      const cell = this.#cell(column.index);
      const list = cell === undefined ? null : this.#take(this.imagesOf(cell), 'images', cell);
      if (list === null) continue;
      urls = urls === null ? list.urls : [...new Set([...urls, ...list.urls])];
      if (list.hasPaths) this.#keepPaths(product, column, cell!);
    }
    if (urls === null) return;
    if (urls.length > 0) product.images = urls;
    else product.absent = [...product.absent, 'images'];
  }

  /** The images that a cell of this file lists. */
  imagesOf(cell: Cell): ImageList | null | Fault {
    return readImages(cell, this.#options.findFile);
  }

  /** Paths are no addresses: they stay in `attributes`, and the stored images as they are. */
  #keepPaths(product: ParsedProduct, { attributeKey }: PlannedColumn, cell: Cell): void {
    if (this.#row !== this.#lastWithPaths) this.imagePaths++;
    this.#lastWithPaths = this.#row;
    if (attributeKey === null) return;
    product.attributes ??= {};
    setOwn(product.attributes, attributeKey, attributeOf(cell));
  }

  #cell(index: number): Cell | undefined {
    return this.#places.cell(this.#row, index);
  }

  /** What is wrong with the row as a whole. */
  #noteRow(fault: Fault | null, { cells }: Row): void {
    if (fault !== null) this.#note(fault, null, cells.at(-1) ?? '');
  }

  #take<Value>(value: Value | null | Fault, column: string, cell: Cell): Value | null {
    if (!(value instanceof Fault)) return value;
    this.#note(value, column, cell);
    return null;
  }

  #note(fault: Fault, column: string | null, cell: Cell): void {
    this.#rejects ??= [];
    this.#rejects.push(rejectOf(this.#row, column, cell, fault, this.#plan.columns));
  }
}
