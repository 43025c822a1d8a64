import { Lines, type Command } from '../cli/command.js';
import type { Job } from '../job/job.js';
import { jobStateSchema, type JobState } from '../job/schema.js';
import { wholeNumber } from '../cli/option.js';
import { countOf, showCount, showShare } from '../terminal/figures.js';

interface StatusOptions {
  follow?: boolean;
  json?: boolean;
  limit: number;
}

export const status: Command<JobState | JobState[]> = {
  name: 'status',
  summary: 'list jobs, or show one',
  description: 'Lists the newest jobs, or shows one: its number, or "last".',
  examples: ['prodimport status', 'prodimport status last --follow', 'prodimport status 12 --json'],
  arguments: [{ name: '[job]', description: 'its number, or last' }],
  options: [
    { flags: '--follow', description: 'show the job until it ends; exit with its code' },
    {
      flags: '--limit <n>',
      description: 'how many jobs to list',
      default: 20,
      parse: wholeNumber(1),
    },
  ],
  document: {
    about: 'where a job stands, or where each of the newest jobs stands',
    schema: (z) => jobStateSchema(z).or(jobStateSchema(z).array()),
  },
  otherDocuments: {
    'status line': {
      about: 'where a job stands, a line of status --follow',
      schema: jobStateSchema,
      isLine: true,
    },
  },
  async run(context, input) {
    const { getJob, listJobs } = await import('../job/job.js');
    const { followJob, jobExitCode, jobState } = await import('../job/state.js');
    const { follow, limit } = input.options as unknown as StatusOptions;
    const session = await (await context.database()).main();
    const which = input.arguments[0] ?? (follow ? 'last' : undefined);
    if (which === undefined) return (await listJobs(session, limit)).map(jobState);
    if (!follow) return jobState(await getJob(session, which));
    let last: Job | undefined;
    const states = followJob(session, which, context.signal, (job) => (last = job));
    return new Lines(states, () => (last ? jobExitCode(last) : 0));
  },
  async render(result, page) {
    const { renderStates } = await import('./status/render.js');
    return renderStates(result, page);
  },
  renderLine(state: JobState) {
    const { jobId, status, phase, rows, rejected, bytesRead, bytesTotal } = state;
    const share = bytesTotal ? ` (${showShare(bytesRead / bytesTotal)})` : '';
    return `job ${jobId} ${status}, ${phase}: ${countOf(rows, 'row')}${share}, ${showCount(rejected)} rejected`;
  },
};
