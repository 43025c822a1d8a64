import type { Reject } from '../product/reject.js';
import type { Cell, SourceRow } from '../source/row.js';

/** The two columns behind the file's own; a load ignores them. */
const addedColumns = ['_row', '_errors'];

/**
 * The rows of a file that were rejected, with its header above and what is wrong behind them.
 * @param rows the file, read once more from the top
 * @param headerRow the number of its header row; 0 where it has none: then nothing is added, as
 *   there is no header to name it by
 * @param rejects in the order of rows
 */
export async function* rejectedRows(
  rows: AsyncIterable<SourceRow[]>,
  headerRow: number,
  rejects: AsyncIterable<Reject>,
): AsyncGenerator<Cell[]> {
  const groups = groupByRow(rejects);
  let group = await groups.next();
  let width = 0;
  for await (const batch of rows) {
    for (const row of batch) {
      if (row.rowNumber === headerRow && 'cells' in row) {
        width = row.cells.length;
        yield [...row.cells, ...addedColumns];
      } else if (!group.done && row.rowNumber === group.value[0]!.rowNumber) {
        yield headerRow === 0 ? cellsOf(row) : withErrors(row, width, group.value);
        group = await groups.next();
      }
    }
  }
}

async function* groupByRow(rejects: AsyncIterable<Reject>): AsyncGenerator<Reject[]> {
  let group: Reject[] = [];
  for await (const reject of rejects) {
    if (group.length > 0 && group[0]!.rowNumber !== reject.rowNumber) {
      yield group;
      group = [];
    }
    group.push(reject);
  }
  if (group.length > 0) yield group;
}

/** A row padded to the header's width, or one that was too long with its extra cells in the error. */
function withErrors(row: SourceRow, width: number, errors: Reject[]): Cell[] {
  const cells = cellsOf(row);
  const own = Array.from({ length: width }, (_, i) => cells[i] ?? '');
  const extra = cells.slice(width).filter((cell) => cell !== '');
  const sentences = errors.map(({ code, column, error }) => {
    return `${[code, column].filter(Boolean).join(' ')}: ${error}`;
  });
  if (extra.length > 0) sentences.push(`cut off: ${JSON.stringify(extra)}`);
  return [...own, String(row.rowNumber), sentences.join('; ')];
}

function cellsOf(row: SourceRow): Cell[] {
  return 'cells' in row ? row.cells : [row.unreadable.value];
}
