import { showBytes, showDuration, showRate } from '../terminal/figures.js';
import { delimiterName } from '../source/source.js';
import type { Report } from '../load/job.js';

/** `job 12 · 3.5 s (reading 1.5 s, merging 1.9 s) · 144,000 rows/s · 150 MB of memory` */
export function runFacts(report: Report): string {
  const { jobId, durationMs, rowsPerSecond, peakMemoryBytes } = report;
  const known = [
    jobId === null ? null : `job ${jobId}`,
    durationMs === null ? null : `${showDuration(durationMs)}${phases(report)}`,
    rowsPerSecond ? showRate(rowsPerSecond) : null,
    peakMemoryBytes ? `${showBytes(peakMemoryBytes)} of memory` : null,
  ];
  return known.filter((fact) => fact !== null).join(' · ');
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
