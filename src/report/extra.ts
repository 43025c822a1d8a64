import type { SpeedSample, Report } from '../load/job.js';
import type { Change } from '../load/changes.js';
import type { Reject, RejectGroup } from '../product/reject.js';
import type { Palette } from '../terminal/colour.js';

/** What a report may show besides the document itself. */
export interface ReportExtra {
  /** Every reject, where `failedRows` is only the beginning. Read at most once. */
  allRejects?: AsyncIterable<Reject> | Iterable<Reject>;
  /** For text: the kinds of all rejects, where `failedRows` is only the beginning. */
  groups?: RejectGroup[];
  /** The header of the file, for the cells of rejected rows. */
  header?: string[];
  changes?: AsyncIterable<Change> | Iterable<Change>;
  speed?: SpeedSample[];
  /** For text: colours, and columns of the terminal, where it is one. */
  palette?: Palette;
  width?: number;
}

/** Gives a report in one format, in chunks: a list of rejects may be too long for one string. */
export type ReportWriter = (
  report: Report,
  extra: ReportExtra,
) => AsyncIterable<string | Uint8Array>;

/** Every reject that is known: all of them where they were given, else those of the document. */
export function rejectsOf(
  report: Report,
  extra: ReportExtra,
): AsyncIterable<Reject> | Iterable<Reject> {
  return extra.allRejects ?? report.failedRows;
}
