import { tellCrashes } from './crashes.js';
import { Raw, type Command, type Page } from '../cli/command.js';
import { UsageError } from '../errors.js';
import type { ReportFormat } from '../report/formats.js';
import { reportSchema, type Report } from '../load/job.js';
import { formatByEnding, formatsOf } from '../output/file.js';
import type { OptionSpec } from '../option.js';
import { writtenSchema } from './schema.js';
import type { Context } from '../cli/context.js';
import type { RejectGroup } from '../product/reject.js';

/** Every format, by the endings of files that stand for it. */
const endings = {
  txt: 'text',
  json: 'json',
  csv: 'csv',
  html: 'html',
  htm: 'html',
  xlsx: 'xlsx',
  md: 'markdown',
  markdown: 'markdown',
} as const satisfies Record<string, ReportFormat>;

const options = [
  {
    flags: '--format <format>',
    config: 'any',
    description: "by --output's ending, else text, or JSON under --json",
    choices: formatsOf(endings),
  },
  {
    flags: '--output <file>',
    config: 'output',
    description: 'write it there instead of standard output',
  },
] as const satisfies OptionSpec[];

export const report: Command<Report | { file: string }, typeof options> = {
  name: 'report',
  summary: 'the result of a job, and the rows that failed',
  examples: [
    'prodimport report last',
    'prodimport report 12 --json | jq .failedRows',
    'prodimport report last --output rejects.csv',
    'prodimport report last --output report.html',
  ],
  arguments: [{ name: '<job>', description: 'its number, or last' }],
  options,
  document: { about: 'the result of a job', schema: reportSchema },
  otherDocuments: {
    'report file': { about: 'the file that report --output wrote', schema: writtenSchema },
  },
  async run(context, input) {
    const { getJob } = await import('../load/job.js');
    const { listRejects, readReport } = await import('../load/read-report.js');
    const asked = input.options;
    const named = formatByEnding(asked, endings);
    const session = await (await context.database()).main();
    await tellCrashes(context);
    const job = await getJob(session, input.arguments[0]!);
    const result = await readReport(session, job);
    if (!asked.output && !asked.format) return result;
    const format = asked.format ?? named ?? (asked.json ? 'json' : 'text');
    const { isBinary, reportWriter } = await import('../report/formats.js');
    const { recordedChanges } = await import('../load/changes.js');
    const extra = {
      allRejects: listRejects(session, job.id!),
      changes: recordedChanges(session, job.id!),
      header: job.header ?? [],
      speed: job.result.speed,
    };
    const chunks = reportWriter(format)(result, extra);
    if (asked.output) {
      const { saveWhole } = await import('../output/file.js');
      await saveWhole(chunks, asked.output);
      return { file: asked.output };
    }
    if (isBinary(format) && process.stdout.isTTY) {
      throw new UsageError(`A report as ${format} is no text: add --output FILE.`, 'needs_output');
    }
    return new Raw(chunks);
  },
  render(result, page, context) {
    if ('file' in result) return `Written to ${result.file}`;
    return reportText(result, page, context);
  },
};

/** A report for people. Lines are as wide as the terminal; in a pipe they are never wrapped. */
export async function reportText(report: Report, page: Page, context: Context): Promise<string> {
  const { textReport } = await import('../report/text.js');
  const { palette } = page;
  const width = page.isTerminal ? page.width : Infinity;
  const groups = await allGroups(report, context);
  // What stands a few lines above needs no second look.
  const isNew = (note: string) => !page.isTerminal || !context.hasShown(note);
  const shown = { ...report, notes: report.notes.filter(isNew) };
  return textReport(shown, { palette, width, ...(groups && { groups }) }).trimEnd();
}

/** Of all rejects, where the report holds only the first of them. */
async function allGroups(
  { failedRowsTruncated, jobId }: Report,
  context: Context,
): Promise<RejectGroup[] | null> {
  if (!failedRowsTruncated) return null;
  const { readRejectGroups } = await import('../load/read-report.js');
  const session = await (await context.database()).main();
  // The load has ended: what can't be counted any more is no reason for it to fail.
  return readRejectGroups(session, jobId).catch(() => null);
}
