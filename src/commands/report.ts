import { tellCrashes } from './crashes.js';
import { Raw, withDead, type Command } from '../cli/command.js';
import { UsageError } from '../errors.js';
import type { ReportFormat } from '../report/formats.js';
import { reportSchema, type Report } from '../load/job.js';
import { formatByEnding, formatsOf, writtenSchema } from '../output/file.js';
import type { OptionSpec } from '../option.js';

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
    const dead = await tellCrashes(context);
    const job = await getJob(session, input.arguments[0]!);
    const result = await readReport(session, job);
    if (!asked.output && !asked.format) return withDead(result, dead);
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
      return withDead({ file: asked.output }, dead);
    }
    if (isBinary(format) && process.stdout.isTTY) {
      throw new UsageError(`A report as ${format} is no text: add --output FILE.`, 'needs_output');
    }
    return withDead(new Raw(chunks), dead);
  },
  async render(result, page, context) {
    if ('file' in result) return `Written to ${result.file}`;
    const { allGroups } = await import('../load/read-report.js');
    const { summary } = await import('../report/text.js');
    return summary(result, page, await allGroups(result, () => context.database()), context);
  },
};
