import type { Cell } from '../source/source.js';
import { cellFault, cellText } from './cell.js';
import type { FieldValue } from './field.js';
import { nullOption } from './null-words.js';
import type { DecimalMark } from './price.js';
import type { Fault } from './reject.js';

export type DateOrder = 'ymd' | 'dmy' | 'mdy';

/** How a cell of a field of one's own is read, and what a message about it may name. */
export interface FieldReading {
  mark: DecimalMark;
  dateOrder: DateOrder;
  /** Whether a text of digits with at most one point means just that, whatever the mark: in JSON. */
  isExact?: boolean;
  /** Whether options of a load can be given. */
  isOfFile: boolean;
}

export type Read = (cell: Cell) => FieldValue | null | Fault;

/** For a value that begins and ends where its text does. */
export function ofText(read: (text: string) => FieldValue | Fault): Read {
  return (cell) => {
    const fault = cellFault(cell);
    if (fault !== null) return fault;
    const text = cellText(cell).trim();
    return text === '' ? null : read(text);
  };
}

/** A way to have a word such as `n/a` taken for blank. */
export function orNull(name: string, text: string, { isOfFile }: FieldReading): string {
  const option = isOfFile && !/\p{Nd}/u.test(text) ? nullOption(name, text) : null;
  return option === null ? '' : `, or have the word taken for blank: ${option}`;
}
