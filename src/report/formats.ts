import { csvReport } from './csv.js';
import type { ReportWriter } from './extra.js';
import { htmlReport } from './html.js';
import { jsonReport } from './json.js';
import { markdownReport } from './markdown.js';
import { textReport } from './text.js';
import { xlsxReport } from './xlsx.js';

/** Every format of `report --format`; a new one is a file and a line here. */
const writers = {
  text: whole(textReport),
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

function whole(write: (...of: Parameters<ReportWriter>) => string): ReportWriter {
  return async function* (report, extra) {
    yield write(report, extra);
  };
}
