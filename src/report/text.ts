import { type Palette, plainPalette } from '../terminal/colour.js';
import { showSafely } from '../terminal/escape.js';
import { countOf, showCount } from '../terminal/figures.js';
import { displayWidth, wrap } from '../terminal/width.js';
import type { ReportExtra } from './extra.js';
import { marks, runFacts, sourceFacts, sentence, standings, type Way, waysOf } from './facts.js';
import type { RejectGroup } from '../product/reject.js';
import { groupName, groupRejects, groupRows } from './groups.js';
import { type Step, nextSteps } from './next.js';
import type { Report } from '../load/job.js';

const maxGroups = 10;

interface Look {
  palette: Palette;
  width: number;
}

/** The summary after a load, for a person at a terminal. Everything from files is escaped. */
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
