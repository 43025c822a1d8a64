import type { Cell } from '../source/source.js';
import { isInBuiltInProfiles } from './profile.js';
import { cellFault, cellText, isBlankText } from './cell.js';
import type { FieldReading } from './field-reading.js';
import { cellOfJson, fieldReader } from './field-types.js';
import type { FieldValue, FieldDefinition } from './field.js';
import { cleanHeader, headerKey } from './header-text.js';
import { matchHeader, type PlannedColumn } from './header.js';
import type { AttributeValue } from './product.js';
import type { Fault } from './reject.js';
import type { ParseOptions } from './rejected-row.js';

/** A key with null stands for a blank cell. */
export type Attributes = Record<string, AttributeValue>;

/** Reads the keys of an object that are fields of one's own. */
type OwnKeys = ReadonlyMap<string, (cell: Cell) => FieldValue | null>;

/** Takes over what a cell says as a JSON object; false where it is none that can be stored. */
export function addAttributes(attributes: Attributes, cell: Cell, own: OwnKeys): boolean {
  if (typeof cell !== 'string') return addMembers(attributes, cell, own);
  const all = Object.entries(readObject(cell) ?? {}) as [string, unknown][];
  const others = own.size === 0 ? all : all.filter(([key]) => !own.has(key));
  const entries = others.map(([key, value]) => {
    return [key, typeof value === 'string' ? value : JSON.stringify(value)] as const;
  });
  // An escape in the JSON may stand for a character that can't be stored.
  if (all.length === 0 || entries.flat().some((text) => cellFault(text) !== null)) return false;
  for (const [key, text] of entries) setOwn(attributes, key, text);
  if (others.length === all.length) return true;
  for (const [key, value] of all) {
    const read = own.get(key);
    if (read !== undefined) setOwn(attributes, key, read(cellOfJson(value)));
  }
  return true;
}

/** The members of an object in a JSON file, which keep their types. */
function addMembers(attributes: Attributes, cell: Exclude<Cell, string>, own: OwnKeys): boolean {
  const members = cell.kind === 'json' ? cell.members() : null;
  if (members === null || members.some((pair) => pair.some((part) => cellFault(part) !== null))) {
    return false;
  }
  for (const [key, value] of members) {
    const read = own.get(key);
    setOwn(attributes, key, read ? read(value) : attributeOf(value));
  }
  return true;
}

/** A cell as an attribute keeps it. */
export function attributeOf(cell: Cell): AttributeValue {
  if (typeof cell !== 'string') return cell.kind === 'json' ? cell : cellText(cell);
  return isBlankText(cell) ? null : cell;
}

function readObject(cell: string): object | null {
  if (!cell.startsWith('{')) return null;
  try {
    return JSON.parse(cell) as object;
  } catch {
    return null;
  }
}

/** Assigning to `__proto__` would set the prototype: as a header it is a key like any other. */
export function setOwn<Value>(
  attributes: Record<string, Value>,
  key: string,
  value: NoInfer<Value>,
): void {
  if (key !== '__proto__') {
    attributes[key] = value;
    return;
  }
  Object.defineProperty(attributes, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** `attributes.title` is the attribute `title`, whatever the header `title` means. */
const prefix = 'attributes.';

/** The header of a column whose cells are JSON objects: attributes that have no column each. */
export const attributesHeader = 'attributes';

/** Under it stands, in a file of rejects, what is wrong with a row. */
export const errorsHeader = '_errors';

/** What the rejects file adds; such a file loads again once corrected. */
export const ownColumns = ['_row', errorsHeader];

/** The attribute that a header names outright; null where it does not. */
export function namedAttribute(header: string): string | null {
  if (header === attributesHeader) return header;
  if (!header.startsWith(prefix) || header.length === prefix.length) return null;
  return header.slice(prefix.length);
}

/**
 * The header under which an attribute is written so that it is read as just that: its own key
 * where that can't be taken for anything else; null where no header keeps it as it is.
 */
export function attributeHeader(key: string): string | null {
  if (cleanHeader(key) !== key || key === '') return null;
  return isTaken(key) ? prefix + key : key;
}

function isTaken(key: string): boolean {
  if (namedAttribute(key) !== null || ownColumns.includes(key)) return true;
  return matchHeader(key, null) !== null || isInBuiltInProfiles(headerKey(key));
}

/** A column whose cells are kept in `attributes`. */
export interface AttributeColumn {
  index: number;
  key: string;
  header: string;
  isUnnamed: boolean;
  /** The field's name where it is one of one's own, else the header: how a reject names it. */
  name: string;
  /** Of a field of one's own; null for a text. */
  read: ((cell: Cell) => FieldValue | null | Fault) | null;
  isRequired: boolean;
}

export function attributeColumns(
  { columns }: { columns: readonly PlannedColumn[] },
  options: ParseOptions,
): AttributeColumn[] {
  return columns.flatMap((column) => {
    const { index, header, isUnnamed, field, attributeKey: key, own } = column;
    if (field !== 'attributes' || key === null) return [];
    const read = own === null ? null : fieldReader(own, readingOf(own, index, options));
    const isRequired = own?.required ?? false;
    return [{ index, key, header, isUnnamed, name: own?.name ?? header, read, isRequired }];
  });
}

/** How the cells of a column fill a field of one's own. @param index -1 for no column */
export function readingOf(
  { decimal: own }: FieldDefinition,
  index: number,
  { decimal, dateOrder = 'ymd', marks, isJson = false }: ParseOptions,
): FieldReading {
  const shown = decimal === 'auto' ? marks?.get(index) : decimal;
  const mark = decimal === 'auto' ? (own ?? shown ?? 'auto') : decimal;
  // Programs write JSON, an export of ours too: by the field's own mark 1.125 would be thousands.
  const isExact = isJson && shown !== ',';
  return { mark, dateOrder, isOfFile: true, isExact };
}
