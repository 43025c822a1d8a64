import { csvReport } from './csv.js';
import { rejectsOf, type ReportWriter } from './extra.js';
import { groupAllRejects } from './groups.js';
import { htmlReport } from './html.js';
import { jsonReport } from './json.js';
import { markdownReport } from './markdown.js';
import { textReport } from './text.js';
import { xlsxReport } from './xlsx.js';

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
