import type { Reject } from '../product/reject.js';
import type { Cell, SourceRow } from '../source/row.js';
import type { FailedRow } from './failed-rows.js';

/** The two columns behind the file's own; a load ignores them. */
const addedColumns = ['_row', '_errors'];

/**
 * The file of rejected rows: the header above, and what is wrong behind each row. Nothing is added
 * where there is no header to name it by.
 */
export async function* rejectsFile(rows: AsyncIterable<FailedRow>): AsyncGenerator<Cell[]> {
  let width: number | null = null;
  for await (const { row, errors } of rows) {
    const cells = cellsOf(row);
    if (errors.length > 0) {
      yield width === null ? cells : withErrors(cells, width, errors);
    } else {
      width = cells.length;
      yield [...cells, ...addedColumns];
    }
  }
}

/** A row padded to the header's width, or one that was too long with its extra cells in the error. */
function withErrors(cells: Cell[], width: number, errors: Reject[]): Cell[] {
  const own = Array.from({ length: width }, (_, i) => cells[i] ?? '');
  const extra = cells.slice(width).filter((cell) => cell !== '');
  const sentences = errors.map(({ code, column, error }) => {
    return `${[code, column].filter(Boolean).join(' ')}: ${error}`;
  });
  if (extra.length > 0) sentences.push(`cut off: ${JSON.stringify(extra)}`);
  return [...own, String(errors[0]!.rowNumber), sentences.join('; ')];
}

function cellsOf(row: SourceRow): Cell[] {
  return 'cells' in row ? row.cells : [row.unreadable.value];
}
