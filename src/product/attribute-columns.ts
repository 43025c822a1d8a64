import type { Cell } from '../source/source.js';
import type { FieldDefinition, FieldValue } from './field.js';
import type { FieldReading } from './field-reading.js';
import { fieldReader } from './field-types.js';
import type { ReadingPlan } from './plan.js';
import type { Fault } from './reject.js';
import type { ParseOptions } from './rejected-row.js';

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
  { columns }: Pick<ReadingPlan, 'columns'>,
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
