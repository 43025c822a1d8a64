import type { Cell, Row } from '../source/row.js';
import { cellText } from './cell.js';
import { cut, detached, type Fault } from './fault.js';
import type { Reject } from './reject.js';

/** A row that can't be taken, with the SKU that it names all the same ('' where it names none). */
export class RejectedRow {
  constructor(
    readonly rejects: Reject[],
    readonly sku: string,
    original: Row,
  ) {
    rejects[0]!.cells = originalCells(original);
  }
}

export function rejectOf(row: Row, column: string | null, cell: Cell, fault: Fault): Reject {
  const { rowNumber, line } = row;
  const { code, error } = fault;
  return { rowNumber, line, column, value: cut(cellText(cell)), code, error };
}

/** Characters of one row that are kept: far more than people can look at, far less than a file. */
const maxCharacters = 32_000;

/** A rejected row as it stood in the file, for those who mend it; what is too long is cut. */
export function originalCells({ cells }: Row): string[] {
  const kept: string[] = [];
  let room = maxCharacters;
  for (const cell of cells) {
    if (room <= 0) break;
    const text = cellText(cell).slice(0, room);
    room -= text.length + 1;
    kept.push(detached(text));
  }
  return kept;
}
