import { stringify } from 'csv-stringify/sync';
import type { Reject } from '../product/reject.js';
import { showLinesSafely } from '../terminal/escape.js';
import { type ReportExtra, rejectsOf } from './extra.js';
import { neutralised } from '../output/rows.js';
import type { Report } from '../load/job.js';

const header = ['row', 'line', 'column', 'value', 'code', 'error'];
const rejectsPerChunk = 1000;

/** The rejects, one error a line, for spreadsheets and terminals: cells of theirs run nothing. */
export async function* csvReport(report: Report, extra: ReportExtra): AsyncIterable<string> {
  let batch: string[][] = [header];
  for await (const reject of rejectsOf(report, extra)) {
    batch.push(cellsOf(reject));
    if (batch.length < rejectsPerChunk) continue;
    yield stringify(batch);
    batch = [];
  }
  if (batch.length > 0) yield stringify(batch);
}

function cellsOf({ rowNumber, line, column, value, code, error }: Reject): string[] {
  const cells = [String(rowNumber), line === null ? '' : String(line), column ?? ''];
  return [...cells, value, code, error].map((cell) => neutralised(showLinesSafely(cell)));
}
