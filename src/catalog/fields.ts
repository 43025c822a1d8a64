import type { Cell } from '../source/source.js';
import { setOwn } from '../product/attributes.js';
import type { FieldValue, FieldDefinition } from '../product/field.js';
import { cellOfJson, fieldReader } from '../product/field-types.js';
import { plainFlag, readBoolean, readShortText, readText } from '../product/text.js';
import { cellFault, isBlankText } from '../product/cell.js';
import { hasSheetDigits } from '../product/decimal.js';
import { Fault, quoted } from '../product/reject.js';
import { readImages, type FindFile } from '../product/images.js';
import { readPrice, type DecimalMark } from '../product/price.js';
import { namedSku, skuFault } from '../product/sku.js';
import { clearableFields } from './schema.js';

/** A product as somebody wrote it down: on the command line or as a JSON object. */
export type WrittenProduct = Record<string, unknown>;

export interface FieldOptions {
  /** How prices are written; JSON knows the point only. */
  decimal: DecimalMark;
  /** Takes SKUs that look damaged by Excel as they are. */
  allowMangled: boolean;
  /** Fields of one's own; what is none of them is an attribute. */
  fields?: readonly FieldDefinition[];
  /** Finds images that are files; without, only addresses are images. */
  findFile?: FindFile | undefined;
  /** What a field is called where it was written; its own name without this. */
  nameOf?: (field: string) => string;
}

type ClearableField = (typeof clearableFields)[number];

/** The fields that were named, checked; null where one was not, or is to be cleared. */
export interface FieldValues {
  name: string | null;
  description: string | null;
  price: string | null;
  active: boolean | null;
  owner: string | null;
  images: string[] | null;
  /** To be set, key by key. */
  attributes: Record<string, FieldValue>;
  /** Keys of attributes to be removed. */
  remove: string[];
  /** Fields that were named with nothing in them. */
  clear: ClearableField[];
}

/**
 * Checks what was written by the rules of the import, and keeps in `problems` a sentence for
 * everything that breaks one.
 */
export class FieldReader {
  readonly problems: string[] = [];

  constructor(
    private readonly written: WrittenProduct,
    private readonly options: FieldOptions,
  ) {}

  /** '' after a problem. @param key where the SKU stands: `sku`, or `newSku` for another one */
  sku(key = 'sku'): string {
    const cell = this.cell(key, this.written[key] ?? '');
    if (cell === null) return '';
    const sku = namedSku(cell);
    const fault = skuFault(cell, sku, this.options.allowMangled ? 'none' : 'numbers');
    if (fault === null) return sku;
    this.note(key, fault.error);
    return '';
  }

  values(): FieldValues {
    const values: FieldValues = {
      name: this.required('name', (cell) => readShortText(cell, 'name')),
      description: this.text('description', readText),
      price: this.text('price', (cell) =>
        readPrice(cell, { mark: this.options.decimal, rounds: false, isOfFile: false }),
      ),
      active: this.required('active', (cell) => readBoolean(cell, plainFlag)),
      owner: this.text('owner', (cell) => readShortText(cell, 'owner')),
      images: this.images(),
      attributes: {},
      remove: [],
      clear: this.cleared(),
    };
    this.readAttributes(values);
    return values;
  }

  note(field: string, problem: string): void {
    this.problems.push(`${this.options.nameOf?.(field) ?? field}: ${problem}`);
  }

  /** A field that can't be cleared. */
  private required<T>(field: string, read: (cell: Cell) => T | null | Fault): T | null {
    const value = this.written[field];
    if (value === undefined) return null;
    const taken = this.read(field, value ?? '', read);
    if (taken === null) this.note(field, `Missing required field: ${field}`);
    return taken === 'fault' ? null : taken;
  }

  private text<T>(field: string, read: (cell: Cell) => T | null | Fault): T | null {
    const taken = this.read(field, this.written[field] ?? '', read);
    return taken === 'fault' ? null : taken;
  }

  private read<T>(
    field: string,
    value: unknown,
    read: (cell: Cell) => T | null | Fault,
  ): T | null | 'fault' {
    const cell = this.cell(field, value);
    if (cell === null) return 'fault';
    const taken = read(cell);
    if (!(taken instanceof Fault)) return taken;
    this.note(field, taken.error);
    return 'fault';
  }

  /** What JSON can say, as a cell; null after a problem. */
  private cell(field: string, value: unknown): Cell | null {
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean') return { kind: 'boolean', value };
    if (typeof value === 'number') return this.number(field, value);
    this.note(field, `${quoted(JSON.stringify(value))} is neither a text nor a number`);
    return null;
  }

  /** JSON.parse has rounded a number of more than 15 digits, without a word. */
  private number(field: string, value: number): Cell | null {
    const text = String(value);
    if (hasSheetDigits(text)) return text;
    this.note(field, `${text} has more digits than a JSON number keeps: write it as a text`);
    return null;
  }

  private images(): string[] | null {
    const { images } = this.written;
    if (images === undefined || images === null) return null;
    const urls = (Array.isArray(images) ? images : [images]).flatMap((image) => {
      const list = this.read('images', image, (cell) => readImages(cell, this.options.findFile));
      if (list === null || list === 'fault') return [];
      if (list.hasPaths) {
        const why = 'is no http(s) address: --image-root DIR takes files of a folder';
        this.note('images', `${quoted(String(image))} ${why}`);
      }
      return list.urls;
    });
    return urls.length > 0 ? urls : null;
  }

  private readAttributes(values: FieldValues): void {
    const attributes = this.written.attributes ?? {};
    if (typeof attributes !== 'object' || Array.isArray(attributes)) {
      this.note('attributes', 'They are written as an object: {"Color": "red"}');
      return;
    }
    for (const [key, value] of Object.entries(attributes)) {
      const fault = cellFault(key);
      if (fault !== null) this.note('attributes', fault.error);
      else if (isBlankText(key)) this.note('attributes', 'An attribute needs a name');
      const own = this.options.fields?.find(({ name }) => name === key);
      const taken = own
        ? this.own(own, value)
        : this.read(`attributes.${key}`, value ?? '', readText);
      if (taken === null) values.remove.push(key);
      else if (taken !== 'fault') setOwn(values.attributes, key, taken);
    }
  }

  /** A field of one's own, by the rules of the import. */
  private own(field: FieldDefinition, value: unknown): FieldValue | null | 'fault' {
    const { decimal: mark } = this.options;
    const cell = cellOfJson(value);
    const taken = fieldReader(field, { mark, dateOrder: 'ymd', isOfFile: false })(cell);
    if (taken === null && field.required) {
      this.note(ownKey(field.name), `Missing required field: ${field.name}`);
    }
    if (!(taken instanceof Fault)) return taken;
    this.note(ownKey(field.name), taken.error);
    return 'fault';
  }

  /** Says which fields a new product must have and has not. */
  noteMissing(): void {
    if (this.written.name === undefined) this.note('name', 'Missing required field: name');
    const attributes = (this.written.attributes ?? {}) as Record<string, unknown>;
    for (const { name, required } of this.options.fields ?? []) {
      if (!required || Object.hasOwn(attributes, name)) continue;
      this.note(ownKey(name), `Missing required field: ${name}`);
    }
  }

  /** Null and blank clear, and so does the list `clear`. */
  private cleared(): ClearableField[] {
    const { clear = [] } = this.written;
    if (!Array.isArray(clear) || clear.some((field) => !isClearable(field))) {
      this.note('clear', `It lists what to clear, of ${clearableFields.join(', ')}`);
      return [];
    }
    return clearableFields.filter((field) => {
      const value = this.written[field];
      return clear.includes(field) || (value !== undefined && isNothing(value));
    });
  }
}

/** What a field of one's own is called where products are written down. */
export function ownKey(name: string): string {
  return `attributes.${name}`;
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (typeof value === 'string' && isBlankText(value));
}

function isClearable(field: unknown): field is ClearableField {
  return clearableFields.some((clearable) => clearable === field);
}
