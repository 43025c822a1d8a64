import type { PlannedColumn } from './header.js';
import type { Cell, Row } from '../source/source.js';
import { cellText, isBlank } from './cell.js';
import { cut, detached, type Fault, type Reject } from './reject.js';
import type { DecimalMark } from './price.js';
import type { DateOrder } from './field-reading.js';
import type { FindFile } from './images.js';
import type { Action } from './product.js';
import type { Widths } from './widths.js';

/**
 * A row that can't be taken, with the SKU that it names all the same ('' where it names none), and
 * what was to be done with it (null where that can't be read).
 */
export class RejectedRow {
  readonly sku: string;
  readonly action: Action | null;

  constructor(
    readonly rejects: Reject[],
    named: { sku: string; action: Action | null },
    original: Row,
  ) {
    this.sku = named.sku;
    this.action = rejects.some(({ code }) => code === 'action_invalid') ? null : named.action;
    rejects[0]!.cells = originalCells(original);
  }
}

/** @param cell the faulty one, of the field or header `column`; null for the whole row */
export function rejectOf(
  row: Row,
  column: string | null,
  cell: Cell,
  { code, error }: Fault,
  columns: readonly PlannedColumn[],
): Reject {
  const { rowNumber, line } = row;
  const value = cut(cellText(asWritten(row, column, cell, columns)));
  return { rowNumber, line, column, value, code, error };
}

/** The cell as it stands in the file. */
function asWritten(
  { cells, written }: Row,
  column: string | null,
  cell: Cell,
  columns: readonly PlannedColumn[],
): Cell {
  if (written === undefined) return cell;
  const at = columns.find(({ index, field, header, isAction, own }) => {
    if (cells[index] !== cell) return false;
    if (own?.name === column) return true;
    return field === column || header === column || (isAction && column === 'action');
  });
  const own = at === undefined ? undefined : written[at.index];
  return isBlank(own) ? cell : own!;
}

/** Characters of one row that are kept: far more than people can look at, far less than a file. */
const maxCharacters = 32_000;

/** A rejected row as it stood in the file, for those who correct it; what is too long is cut. */
export function originalCells({ cells, written }: Row): string[] {
  const kept: string[] = [];
  let room = maxCharacters;
  for (const cell of written ?? cells) {
    if (room <= 0) break;
    const text = cellText(cell).slice(0, room);
    room -= text.length + 1;
    kept.push(detached(text));
  }
  return kept;
}

/** How rows are read, whatever their columns are. */
export interface ParseOptions {
  /** For rows without an action of their own. */
  action: Action;
  decimal: DecimalMark;
  /** Which of its numbers is the day of a date that ISO does not say. */
  dateOrder?: DateOrder;
  /** The decimal marks that columns of numbers show, by their place. */
  marks?: ReadonlyMap<number, DecimalMark>;
  /** Stamped on every row; null leaves the owner to the file. */
  owner: string | null;
  /** Takes SKUs that look damaged by Excel as they are. */
  allowMangled: boolean;
  /** Whether the file is text, in which a date and a SKU look alike. */
  isText: boolean;
  /** Whether the file is JSON, where a price of digits is never ambiguous. */
  isJson?: boolean;
  /** Takes spreadsheets' guards off cells; only those of text files have any. */
  stripsGuards: boolean;
  /** Rounds prices of more than four decimals. */
  roundsPrices: boolean;
  /** Finds the images that are files beside the table; without, only addresses are images. */
  findFile?: FindFile | undefined;
  /** What rows of another width than the header's mean; without, their blank cells mean nothing. */
  widths?: Widths | undefined;
}
