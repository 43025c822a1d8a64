import { stringify } from 'csv-stringify/sync';
import { rejectsOf, type ReportWriter, type ReportExtra } from './facts.js';
import { groupAllRejects } from './reject-groups.js';
import { htmlReport } from './html.js';
import { markdownReport } from './markdown.js';
import { textReport } from './text.js';
import { xlsxReport } from './xlsx.js';
import { jsonSafely, showLinesSafely } from '../terminal/escape.js';
import type { Report } from '../load/job.js';
import type { Reject } from '../product/reject.js';
import { neutralised } from '../output/rows.js';

const header = ['row', 'line', 'column', 'value', 'code', 'error'];
const rejectsPerChunk = 1000;

/** The rejects, one error a line, for spreadsheets and terminals: cells of theirs run nothing. */
async function* csvReport(report: Report, extra: ReportExtra): AsyncIterable<string> {
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

/** The document itself, one line as programs take it. */
function jsonReport(report: Report): string {
  return `${jsonSafely(report)}\n`;
}

/** Every format of `report --format`; a new one is a file and a line here. */
const writers = {
  text: whole(async (report, extra) => {
    const groups = await groupAllRejects(rejectsOf(report, extra));
    return textReport(report, { ...extra, groups });
  }),
  json: whole(jsonReport),
  csv: csvReport,
  html: htmlReport,
  xlsx: xlsxReport,
  markdown: markdownReport,
} satisfies Record<string, ReportWriter>;

export type ReportFormat = keyof typeof writers;

/** The writer of a format. */
export function reportWriter(format: ReportFormat): ReportWriter {
  return writers[format];
}

/** Formats that can't be shown on a terminal. */
export function isBinary(format: ReportFormat): boolean {
  return format === 'xlsx';
}

function whole(write: (...of: Parameters<ReportWriter>) => string | Promise<string>): ReportWriter {
  return async function* (report, extra) {
    yield await write(report, extra);
  };
}
