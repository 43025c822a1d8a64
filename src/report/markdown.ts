import { showSafely } from '../terminal/escape.js';
import { countOf, showCount } from '../terminal/figures.js';
import { type ReportExtra, rejectsOf, runFacts, sourceFacts } from './facts.js';
import { waysOf, sentence } from './text.js';
import type { RejectGroup } from '../product/reject.js';
import { groupAllRejects } from './reject-groups.js';
import { nextSteps } from './next.js';
import type { Report } from '../load/job.js';

const maxGroups = 20;

/** For pull requests, chat and the summaries of CI: short, and safe whatever the file holds. */
export async function* markdownReport(report: Report, extra: ReportExtra): AsyncIterable<string> {
  const groups = await groupAllRejects(rejectsOf(report, extra));
  const blocks = [
    [`### ${escaped(sentence(report))}`],
    counts(report),
    [runFacts(report)].filter((facts) => facts !== ''),
    rejects(groups),
    report.notes.map((note) => `- ${escaped(note)}`),
    next(report, groups),
  ];
  yield blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function counts(report: Report): string[] {
  if (report.rows.read === 0) return [];
  const read = { name: 'read', count: report.rows.read, remark: sourceFacts(report) };
  const ways = [read, ...waysOf(report)];
  return [
    '| rows | count | |',
    '| :--- | ---: | :--- |',
    ...ways.map(({ name, count, remark }) =>
      `| ${name} | ${showCount(count)} | ${escaped(remark)} |`.replace('|  |', '| |'),
    ),
  ];
}

function rejects(groups: RejectGroup[]): string[] {
  if (groups.length === 0) return [];
  const more = groups.length - maxGroups;
  return [
    '| rejected | column | rows | which | for example |',
    '| :--- | :--- | ---: | :--- | :--- |',
    ...groups.slice(0, maxGroups).map(rejectLine),
    ...(more > 0 ? ['', `and ${countOf(more, 'other kind')} of rejects`] : []),
  ];
}

function rejectLine({ code, column, rows, firstRows, examples }: RejectGroup): string {
  const which = firstRows.join(', ') + (rows > firstRows.length ? ', …' : '');
  const cells = [code, column ?? '', showCount(rows), which, examples[0]?.error ?? ''];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

function next(report: Report, groups: RejectGroup[]): string[] {
  const steps = nextSteps(report, groups).map(({ command, why }) =>
    command === null ? `- ${escaped(why)}` : `- ${code(command)} – ${escaped(why)}`,
  );
  // With nothing between them, the notes above would be items of the same list.
  return steps.length === 0 ? [] : ['**Next**', '', ...steps];
}

/** A command to copy; a backtick in a file's name asks for a longer fence. */
function code(command: string): string {
  const fence = command.includes('`') ? '``' : '`';
  const space = fence.length > 1 ? ' ' : '';
  return `${fence}${space}${showSafely(command)}${space}${fence}`;
}

/**
 * Text that Markdown shows as it is: its signs are escaped, so are HTML, mentions and issue
 * numbers, and addresses do not become links.
 */
function escaped(text: string): string {
  return showSafely(text)
    .replace(/[\\`*_[\]{}<>|~!$]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/([@#])(?=\w)/g, '$1\u200b')
    .replace(/(https?|www)(?=:|\.)/gi, '$1\u200b');
}
