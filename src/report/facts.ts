import type { Change } from '../load/changes.js';
import type { JobStatus, Report, SpeedSample } from '../load/job.js';
import type { Reject, RejectGroup } from '../product/reject.js';
import { delimiterName } from '../source/source.js';
import type { Palette } from '../terminal/colour.js';
import { showBytes, showDuration, showRate } from '../terminal/figures.js';

/** `job 12 · 3.5 s (reading 1.5 s, merging 1.9 s) · 144,000 rows/s · 150 MB of memory · by ops@shop-1` */
export function runFacts(report: Report): string {
  const { jobId, durationMs, peakMemoryBytes, by } = report;
  const rate = rateOf(report);
  const known = [
    jobId === null ? null : `job ${jobId}`,
    durationMs === null ? null : `${showDuration(durationMs)}${phases(report)}`,
    rate === null ? null : showRate(rate),
    peakMemoryBytes ? `${showBytes(peakMemoryBytes)} of memory` : null,
    by === null ? null : `by ${by}`,
  ];
  return known.filter((fact) => fact !== null).join(' · ');
}

/** Rows a second; null for a second or a thousand rows, where it says more of the start. */
export function rateOf({ durationMs, rowsPerSecond, rows }: Report): number | null {
  return (durationMs ?? 0) >= 1000 && rows.read >= 1000 ? rowsPerSecond : null;
}

function phases({ phases: { readMs, mergeMs } }: Report): string {
  const known = [
    readMs ? `reading ${showDuration(readMs)}` : null,
    mergeMs ? `merging ${showDuration(mergeMs)}` : null,
  ].filter((phase) => phase !== null);
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

/** An undo is a job without a file: its source has a name only, `undo of job 12`. */
export function isUndo({ source }: Report): boolean {
  return source.format === null && /^undo of job \d+$/.test(source.name);
}

/** What was read and how: `70.1 MB, csv, utf-8, delimiter ","` */
export function sourceFacts({ source }: Report): string {
  const facts = [
    source.bytes === null ? null : showBytes(source.bytes),
    source.format,
    source.sheet === null ? null : `sheet ${source.sheet}`,
    source.encoding,
    source.delimiter === null ? null : `delimiter ${delimiterName(source.delimiter)}`,
    source.profile === null ? null : `profile ${source.profile}`,
  ];
  return facts.filter((fact) => fact !== null).join(', ');
}

/** How a job stands, at a glance. */
export const standings = {
  running: 'change',
  completed: 'good',
  completed_with_rejects: 'off',
  skipped: 'good',
  refused: 'bad',
  failed: 'bad',
  interrupted: 'bad',
  crashed: 'bad',
} as const satisfies Record<JobStatus, string>;

/** A colour and a sign for each. */
export const marks = {
  good: ['good', '✔'],
  off: ['warn', '⚠'],
  change: ['accent', '…'],
  bad: ['bad', '✖'],
} as const;

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
