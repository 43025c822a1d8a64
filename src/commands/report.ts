import { Raw, type Command } from '../cli/command.js';
import { UsageError } from '../errors.js';
import type { ReportFormat } from '../report/formats.js';
import { reportSchema, type Report } from '../report/schema.js';
import { formatByEnding } from './output-format.js';
import { reportText } from './report-text.js';
import { writtenSchema } from './schema/schema.js';

const formats = [
  'text',
  'json',
  'csv',
  'html',
  'xlsx',
  'markdown',
] as const satisfies readonly ReportFormat[];

const endings = {
  txt: 'text',
  json: 'json',
  csv: 'csv',
  html: 'html',
  htm: 'html',
  xlsx: 'xlsx',
  md: 'markdown',
  markdown: 'markdown',
} as const;

interface ReportOptions {
  format?: (typeof formats)[number];
  output?: string;
  json?: boolean;
}

export const report: Command<Report | { file: string }> = {
  name: 'report',
  summary: 'the result of a job, and the rows that failed',
  examples: [
    'prodimport report last',
    'prodimport report 12 --json | jq .failedRows',
    'prodimport report last --output rejects.csv',
    'prodimport report last --output report.html',
  ],
  arguments: [{ name: '<job>', description: 'its number, or last' }],
  options: [
    {
      flags: '--format <format>',
      description: "by --output's ending, else text, or JSON under --json",
      choices: formats,
    },
    { flags: '--output <file>', description: 'write it there instead of standard output' },
  ],
  document: { about: 'the result of a job', schema: reportSchema },
  otherDocuments: {
    'report file': { about: 'the file that report --output wrote', schema: writtenSchema },
  },
  async run(context, input) {
    const { getJob } = await import('../job/job.js');
    const { listRejects, readReport } = await import('../job/report.js');
    const asked = input.options as unknown as ReportOptions;
    const named = formatByEnding(asked, endings);
    const session = await (await context.database()).main();
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
      speed: job.result?.speed ?? [],
    };
    const chunks = reportWriter(format)(result, extra);
    if (asked.output) {
      const { saveWhole } = await import('./save-whole.js');
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
