import type { Report } from '../load/job.js';
import type { RejectGroup } from '../product/reject.js';
import { sourceName } from '../source/source.js';
import { type Palette, plainPalette } from '../terminal/colour.js';
import { showSafely, displayWidth, wrap } from '../terminal/escape.js';
import { countOf, showCount } from '../terminal/figures.js';
import { type ReportExtra, marks, runFacts, sourceFacts, standings, isUndo } from './facts.js';
import { type Step, nextSteps } from './next.js';
import { groupName, groupRejects, groupRows } from './reject-groups.js';

const maxGroups = 10;

interface Look {
  palette: Palette;
  /** Columns. */
  width: number;
}

/**
 * The report for the person who called the command. Lines are as wide as the terminal; in a pipe
 * they are never wrapped.
 * @param groups of all rejects; null where the report holds all of them
 * @param seen what stands a few lines above already, and needs no second look
 */
export function summary(
  report: Report,
  { palette, width, isTerminal }: Look & { isTerminal: boolean },
  groups: RejectGroup[] | null,
  seen: { hasShown: (note: string) => boolean },
): string {
  const look = { palette, width: isTerminal ? width : Infinity };
  const notes = report.notes.filter((note) => !isTerminal || !seen.hasShown(note));
  return textReport({ ...report, notes }, { ...look, ...(groups && { groups }) }).trimEnd();
}

/** The report as text. Everything from files is escaped. */
export function textReport(
  report: Report,
  extra: Pick<ReportExtra, 'palette' | 'width' | 'groups'> = {},
) {
  const look = { palette: extra.palette ?? plainPalette, width: extra.width ?? Infinity };
  const groups = extra.groups ?? groupRejects(report.failedRows);
  const isPartial = report.failedRowsTruncated && !extra.groups;
  const blocks = [
    [headline(report, look)],
    counts(report, look),
    facts(report, look),
    rejects(groups, isPartial ? report.failedRows.length : null, look),
    notes(report, look),
    next(nextSteps(report, groups), look),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

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

function headline(report: Report, { palette, width }: Look): string {
  return wrap(`${mark(report, palette)} ${palette.strong(showSafely(sentence(report)))}`, width);
}

function mark({ status }: Report, palette: Palette): string {
  const [colour, sign] = marks[standings[status]];
  return palette[colour](sign);
}

function counts(report: Report, { palette, width }: Look): string[] {
  if (report.rows.read === 0) return [];
  const read: Way = {
    name: 'read',
    count: report.rows.read,
    tone: 'plain',
    remark: showSafely(sourceFacts(report)),
  };
  const ways = [read, ...waysOf(report)];
  const nameWidth = Math.max(...ways.map(({ name }) => name.length));
  const countWidth = Math.max(...ways.map(({ count }) => showCount(count).length));
  return ways.map(({ name, count, tone, remark }) => {
    const figure = palette[tones[tone]](showCount(count).padStart(countWidth));
    const said = remark === '' ? '' : `   ${palette.quiet(remark)}`;
    return wrap(`  ${name.padEnd(nameWidth)}  ${figure}${said}`, width);
  });
}

const tones = {
  plain: 'strong',
  bad: 'warn',
  quiet: 'quiet',
  good: 'good',
  change: 'accent',
  gone: 'warn',
} as const;

function facts(report: Report, { palette, width }: Look): string[] {
  const known = runFacts(report);
  return known === '' ? [] : [wrap(`  ${palette.quiet(known)}`, width)];
}

/** @param known of how many errors the groups are, if not of all */
function rejects(groups: RejectGroup[], known: number | null, look: Look): string[] {
  if (groups.length === 0) return [];
  const { palette } = look;
  const first = known === null ? '' : palette.quiet(` (of the first ${countOf(known, 'error')})`);
  const more = groups.length - maxGroups;
  return [
    `${palette.warn('Rejected')}${first}`,
    ...groups.slice(0, maxGroups).map((group) => groupLine(group, look)),
    ...(more > 0 ? [palette.quiet(`  and ${countOf(more, 'other kind')}`)] : []),
  ];
}

/** `  price_invalid price: 2 rows (31, 40)  "n/a" is not a price` */
function groupLine(group: RejectGroup, { palette, width }: Look): string {
  const name = palette.strong(showSafely(groupName(group)));
  const example = palette.quiet(showSafely(group.examples[0]?.error ?? ''));
  return wrap(`  ${name}: ${groupRows(group)}  ${example}`, width);
}

function notes(report: Report, { palette, width }: Look): string[] {
  return report.notes.map((note) => wrap(`${palette.accent('note')}  ${showSafely(note)}`, width));
}

function next(steps: Step[], { palette, width }: Look): string[] {
  if (steps.length === 0) return [];
  const commands = steps.map(({ command }) => showSafely(command ?? ''));
  const column = Math.min(48, Math.max(...commands.map((command) => command.length)));
  return [
    palette.accent('Next'),
    ...steps.map(({ why }, at) => {
      const command = commands[at] ?? '';
      if (command === '') return wrap(`  ${why}`, width);
      const line = `  ${palette.strong(command.padEnd(column))}  ${palette.quiet(why)}`;
      if (displayWidth(line) <= width) return line;
      // The command stays in one piece, to be copied.
      return `  ${palette.strong(command)}\n${wrap(`    ${palette.quiet(why)}`, width)}`;
    }),
  ];
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
