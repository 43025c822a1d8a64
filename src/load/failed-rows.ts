import type { Reject } from '../product/reject.js';
import type { SourceRow } from '../source/row.js';

/** A row as the file has it, and all that is wrong with it: nothing, where it is the header. */
export interface FailedRow {
  row: SourceRow;
  errors: Reject[];
}

/**
 * The rows of a file that were rejected, below its header if it has one.
 * @param rows the file, read once more from the top, to its end
 * @param headerRow the number of its header row; 0 where it has none
 * @param rejects in the order of rows
 */
export async function* failedRows(
  rows: AsyncIterable<SourceRow[]>,
  headerRow: number,
  rejects: AsyncIterable<Reject>,
): AsyncGenerator<FailedRow> {
  const groups = groupByRow(rejects);
  let group = await groups.next();
  for await (const batch of rows) {
    for (const row of batch) {
      if (row.rowNumber === headerRow) {
        yield { row, errors: [] };
      } else if (!group.done && row.rowNumber === group.value[0]!.rowNumber) {
        yield { row, errors: group.value };
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
