import type { Reject } from '../product/reject.js';
import type { Widths } from '../product/widths.js';
import type { SourceRow } from '../source/source.js';

/** A row as the file has it, and all that is wrong with it: nothing, where it is the header. */
export interface FailedRow {
  row: SourceRow;
  errors: Reject[];
}

/** What tells the rows of a file that was read before. */
interface FirstReading {
  /** The number of its header row; 0 where it has none. */
  headerRow: number;
  /** The number of the first row below it. */
  dataRow: number;
  /** Finds the lines that are a part of the reject above them; undefined for what is no text. */
  widths: Widths | undefined;
}

/**
 * The rows of a file that were rejected, below its header if it has one.
 * @param rows the file, read once more from the top, to its end
 * @param rejects in the order of rows
 */
export async function* failedRows(
  rows: AsyncIterable<Iterable<SourceRow>>,
  { headerRow, dataRow, widths }: FirstReading,
  rejects: AsyncIterable<Reject>,
): AsyncGenerator<FailedRow> {
  const groups = groupByRow(rejects);
  let group = await groups.next();
  let open: FailedRow | null = null;
  for await (const batch of rows) {
    for (const row of batch) {
      if (row.rowNumber >= dataRow && widths?.isRest(row)) {
        if (open) open = yield* withRest(open, row);
        continue;
      }
      if (open) yield open;
      open = null;
      if (row.rowNumber === headerRow) {
        yield { row, errors: [] };
      } else if (!group.done && row.rowNumber === group.value[0]!.rowNumber) {
        open = { row, errors: group.value };
        group = await groups.next();
      }
    }
  }
  if (open) yield open;
}

/** Characters that a cell of a workbook holds, rounded down. */
const longestRecord = 32_000;

/** Gives a reject with one more of its lines, and hands it on where they get too many for one cell. */
function* withRest(open: FailedRow, rest: SourceRow): Generator<FailedRow, FailedRow> {
  const line = lineOf(rest);
  const text = `${lineOf(open.row)}\n${line}`;
  if (text.length <= longestRecord) return { ...open, row: unread(open.row, text) };
  yield open;
  return { ...open, row: unread(rest, line) };
}

function lineOf(row: SourceRow): string {
  return 'cells' in row ? (row.text ?? '') : row.unreadable.value;
}

/** A row as one whose cells nobody knows. */
function unread({ rowNumber, line }: SourceRow, value: string): SourceRow {
  return { rowNumber, line, unreadable: { code: 'quote_misplaced', value, message: '' } };
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
