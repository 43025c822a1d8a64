import { countOf, showCount } from '../terminal/figures.js';
import { sourceName } from '../source/source.js';
import { isUndo } from './facts.js';
import type { Report } from '../load/job.js';

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
