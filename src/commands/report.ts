import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Raw, type Command } from '../command.js';
import { UsageError } from '../errors.js';
import type { ReportFormat } from '../report/formats.js';
import type { Report } from '../report/schema.js';
import { unwritable } from './unwritable.js';

const formats = [
  'text',
  'json',
  'csv',
  'html',
  'xlsx',
  'markdown',
] as const satisfies readonly ReportFormat[];

interface ReportOptions {
  format?: (typeof formats)[number];
  output?: string;
  json?: boolean;
}

export const report: Command<Report | { file: string }> = {
  name: 'report',
  summary: 'the result of a job, with every row that failed',
  examples: [
    'prodimport report last',
    'prodimport report 12 --json | jq .failedRows',
    'prodimport report last --format csv --output rejects.csv',
    'prodimport report last --format html --output report.html',
  ],
  arguments: [{ name: '<job>', description: 'its number, or last' }],
  options: [
    { flags: '--format <format>', description: 'text unless --json is given', choices: formats },
    { flags: '--output <file>', description: 'write it there instead of standard output' },
  ],
  async run(context, input) {
    const { getJob } = await import('../job/job.js');
    const { listRejects, readReport } = await import('../job/report.js');
    const asked = input.options as unknown as ReportOptions;
    const session = await (await context.database()).main();
    const job = await getJob(session, input.arguments[0]!);
    const result = await readReport(session, job);
    const format = asked.format ?? (asked.json ? 'json' : 'text');
    if (!asked.output && !asked.format) return result;
    const { isBinary, reportWriter } = await import('../report/formats.js');
    const { recordedChanges } = await import('../load/changes.js');
    const extra = {
      allRejects: listRejects(session, job.id!),
      changes: recordedChanges(session, job.id!),
      header: job.header ?? [],
      speed: job.result?.speed ?? [],
    };
    const chunks = reportWriter(format)(result, extra);
    if (asked.output) return { file: await save(chunks, asked.output) };
    if (isBinary(format) && process.stdout.isTTY) {
      throw new UsageError(`A report as ${format} is no text: add --output FILE.`, 'needs_output');
    }
    return new Raw(chunks);
  },
  async render(result, page) {
    if ('file' in result) return `Written to ${result.file}`;
    const { textReport } = await import('../report/text.js');
    return textReport(result, page).trimEnd();
  },
};

async function save(chunks: AsyncIterable<string | Uint8Array>, file: string): Promise<string> {
  try {
    await pipeline(Readable.from(chunks), createWriteStream(file));
  } catch (error) {
    throw unwritable(file, error);
  }
  return file;
}
