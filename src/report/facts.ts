import { showBytes, showDuration, showRate, countOf, showCount } from '../terminal/figures.js';
import { delimiterName, sourceName } from '../source/source.js';
import type { JobStatus, Report } from '../load/job.js';

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

/** What happened, in one sentence. Holds a file's name as it is: escape it where it is shown. */
export function sentence(report: Report): string {
  const name = sourceName(report.source);
  const work = isUndo(report) ? `Undo${name.slice('undo'.length)}` : `Loading ${name}`;
  switch (report.status) {
    case 'running':
      return `${work}: ${rowsRead(report)} read so far.`;
    case 'completed':
    case 'completed_with_rejects':
      if (report.dryRun) return dryRun(report, name);
      return `${isUndo(report) ? work : `Loaded ${name}`}: ${outcome(report)}.`;
    case 'skipped':
      return `Skipped ${name}: the same bytes were loaded before with the same options.`;
    case 'refused':
      return `Refused ${name}${because(report)}. ${nothingWritten(report)}`;
    case 'failed':
      return `${work} failed${because(report)}. ${nothingWritten(report)}`;
    case 'interrupted':
      return `${work} was interrupted after ${rowsRead(report)}. ${unchanged}`;
    case 'crashed':
      return `${work} ended without a word: its process died. ${unchanged}`;
  }
}

const unchanged = 'No product was changed.';

function rowsRead({ rows }: Report): string {
  return countOf(rows.read, 'row');
}

function nothingWritten({ dryRun }: Report): string {
  return dryRun ? 'It was a dry run: nothing was written.' : unchanged;
}

function dryRun(report: Report, name: string): string {
  return `Dry run of ${name}: ${outcome(report, 'would be ')}. Nothing was written.`;
}

/** `400,000 products inserted, 900 updated; 10 of 500,000 rows rejected` */
function outcome(report: Report, would = ''): string {
  const parts = [changed(report, would), missing(report, would), rejected(report, would)];
  return parts.filter((part) => part !== null).join('; ');
}

function changed({ products, rows, missing: gone }: Report, would: string): string {
  const counts = [
    { count: products?.inserted ?? 0, done: 'inserted' },
    { count: products?.updated ?? 0, done: 'updated' },
    { count: products?.deleted ?? 0, done: 'deleted' },
  ].filter(({ count }) => count > 0);
  const [first, ...others] = counts;
  if (first === undefined) {
    if (rows.read === 0) return 'it has no rows';
    return gone.deactivated + gone.deleted === 0 ? noChange(would) : 'no row changed a product';
  }
  const rest = others.map(({ count, done }) => `, ${showCount(count)} ${done}`);
  return `${countOf(first.count, 'product')} ${would}${first.done}${rest.join('')}`;
}

function noChange(would: string): string {
  return would === '' ? 'nothing changed' : 'nothing would change';
}

function missing({ missing: { deactivated, deleted } }: Report, would: string): string | null {
  const parts = [
    deactivated > 0 ? `${showCount(deactivated)} not in the file ${would}deactivated` : null,
    deleted > 0 ? `${showCount(deleted)} not in the file ${would}deleted` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

function rejected({ rows }: Report, would: string): string | null {
  if (rows.rejected === 0) return null;
  return `${showCount(rows.rejected)} of ${countOf(rows.read, 'row')} ${would}rejected`;
}

function because({ error }: Report): string {
  // What the headline itself ends with need not be said twice.
  const said = error?.message.replace(/[.;] products are unchanged\.$/i, '').replace(/\.$/, '');
  return said === undefined ? '' : `: ${said}`;
}

/** Where rows went, one line each. */
export interface Way {
  name: string;
  count: number;
  /** How it is to be taken: good and bad news, changes, or nothing to look at. */
  tone: 'plain' | 'bad' | 'quiet' | 'good' | 'change' | 'gone';
  remark: string;
}

/** The ways of a report in the order in which rows take them; those that none took are left out. */
export function waysOf(report: Report): Way[] {
  const { rows, missing } = report;
  const ways: Way[] = [
    { name: 'rejected', count: rows.rejected, tone: 'bad', remark: '' },
    {
      name: 'duplicates',
      count: rows.duplicates,
      tone: 'quiet',
      remark: 'another row of the same SKU was taken',
    },
    ...productWays(report),
    {
      name: 'deactivated',
      count: missing.deactivated,
      tone: 'gone',
      remark: 'products that the file does not name',
    },
    {
      name: 'deleted',
      count: missing.deleted,
      tone: 'gone',
      remark: 'products that the file does not name',
    },
  ];
  return ways.filter(({ count }) => count > 0);
}

function productWays({ products, source }: Report): Way[] {
  if (products === null) return [];
  const stored = 'their SKUs are in the catalogue already';
  return [
    { name: 'inserted', count: products.inserted, tone: 'good', remark: '' },
    { name: 'updated', count: products.updated, tone: 'change', remark: '' },
    { name: 'unchanged', count: products.unchanged, tone: 'quiet', remark: '' },
    {
      name: 'skipped',
      count: products.skipped,
      tone: 'quiet',
      remark:
        source.profile === null ? stored : `taken into the row of their product, or ${stored}`,
    },
    { name: 'deleted', count: products.deleted, tone: 'gone', remark: '' },
  ];
}

/** `35,051 duplicates`, `1 duplicate`, `900 updated` */
export function wayLabel({
  name,
  count,
}: Pick<Way, 'name' | 'count'>): [count: string, name: string] {
  return [showCount(count), count === 1 && name === 'duplicates' ? 'duplicate' : name];
}
