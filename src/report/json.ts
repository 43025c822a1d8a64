import { jsonSafely } from '../terminal/escape.js';
import type { Report } from '../load/job.js';

/** The document itself, one line as programs take it. */
export function jsonReport(report: Report): string {
  return `${jsonSafely(report)}\n`;
}
