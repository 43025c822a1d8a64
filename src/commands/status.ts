import { tellCrashes } from './crashes.js';
import { Lines, withDead, type Command, type Page } from '../cli/command.js';
import { isCompleted, type Job } from '../load/job.js';
import { jobStateSchema, type JobState } from '../load/state.js';
import { countOf, showCount, showShare } from '../terminal/figures.js';
import { sourceName } from '../source/source.js';
import type { Progress } from '../terminal/progress/progress.js';
import type { Palette } from '../terminal/colour.js';
import { showSafely, cut, displayWidth } from '../terminal/escape.js';
import { renderTable } from '../terminal/table.js';
import { marks, standings } from '../report/facts.js';
import { headerOption, wholeNumber, type OptionSpec } from '../option.js';

const figures = ['rows', 'rejected', 'bytes read'];
const bareColumns = ['job', 'kind', 'status', 'phase', ...figures, 'source', 'started'];

const options = [
  { flags: '--follow', description: 'show the job until it ends; exit with its code' },
  {
    flags: '--limit <n>',
    config: 'any',
    description: 'how many jobs to list',
    default: 20,
    parse: wholeNumber(1),
  },
  headerOption(bareColumns),
] as const satisfies OptionSpec[];

export const status: Command<JobState | JobState[], typeof options> = {
  name: 'status',
  summary: 'list jobs, or show one',
  description: 'Lists the newest jobs, or shows one: its number, or "last".',
  examples: ['prodimport status', 'prodimport status last --follow', 'prodimport status 12 --json'],
  arguments: [{ name: '[job]', description: 'its number, or last' }],
  options,
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
    const { getJob, listJobs } = await import('../load/job.js');
    const { followJob, jobExitCode, jobState } = await import('../load/state.js');
    const { follow, limit } = input.options;
    const session = await (await context.database()).main();
    const dead = await tellCrashes(context);
    const which = input.arguments[0] ?? (follow ? 'last' : undefined);
    if (which === undefined) return withDead((await listJobs(session, limit)).map(jobState), dead);
    if (!follow) return withDead(jobState(await getJob(session, which)), dead);
    let last: Job | undefined;
    const states = followJob(session, which, context.signal, (job) => (last = job));
    const bar = await context.bar();
    const lines = bar ? lastOf(states, bar) : states;
    return withDead(new Lines(lines, () => (last ? jobExitCode(last) : 0)), dead);
  },
  async render(result, page) {
    return renderStates(result, page);
  },
  renderLine(state: JobState) {
    const { jobId, status, rows, rejected, bytesRead, bytesTotal } = state;
    const share = bytesTotal ? ` (${showShare(bytesRead / bytesTotal)})` : '';
    return `job ${jobId} ${status}, ${doing(state)}: ${countOf(rows, 'row')}${share}, ${showCount(rejected)} rejected`;
  },
};

/** Shows the states on the bar that a load has, and gives the last of them. */
async function* lastOf(states: AsyncIterable<JobState>, bar: Progress): AsyncGenerator<JobState> {
  let shown: JobState | null = null;
  try {
    for await (const state of states) {
      const { phase, step, rows, rejected, bytesRead, bytesTotal } = state;
      // The rate is that of the job, which has been at it before anybody looked.
      const ageMs = phase === 'reading' ? Math.max(0, Date.now() - Date.parse(state.startedAt)) : 0;
      if (phase !== shown?.phase) bar.phase(phase, undefined, ageMs);
      const stepAge = state.stepStartedAt ? Date.now() - Date.parse(state.stepStartedAt) : 0;
      bar.step(step, { ms: state.stepMs, ageMs: Math.max(0, stepAge) });
      bar.update({ rows, rejected, bytesRead, bytesTotal });
      shown = state;
    }
  } finally {
    bar.stop();
  }
  if (shown) yield shown;
}

function doing({ phase, step }: JobState): string {
  return step === null ? phase : `${phase} (${step})`;
}

/** A line for each job; in a pipe tab-separated, with bare figures and all that is known. */
async function renderStates(result: JobState | JobState[], page: Page): Promise<string> {
  const states = Array.isArray(result) ? result : [result];
  if (!page.isTerminal)
    return renderTable({ head: bareColumns, rows: states.map(bareCells) }, page);
  if (states.length === 0) return 'No jobs yet. Begin with: prodimport load products.csv';
  return forTheEye(states, page.width, page.palette).join('\n');
}

/** `12  2026-03-01 08:00  ⚠ 500,000 rows, 3 rejected, 12 updated: products.csv` */
function forTheEye(states: JobState[], width: number, palette: Palette): string[] {
  const idWidth = Math.max(...states.map(({ jobId }) => jobId.length));
  return states.map((state) => {
    const id = state.jobId.padStart(idWidth);
    const moment = state.startedAt.slice(0, 16).replace('T', ' ');
    const [colour, sign] = marks[standings[state.status]];
    const room = width - displayWidth(`${id}  ${moment}  ${sign} `);
    const text = cut(showSafely(jobSentence(state)), room);
    return `${palette.accent(id)}  ${palette.quiet(moment)}  ${palette[colour](sign)} ${text}`;
  });
}

/** Of what went well the mark says it all. What a screen may cut stands last: the name. */
function jobSentence(state: JobState): string {
  const { status, source, rows, rejected, products } = state;
  const name = sourceName({ name: source ?? '' });
  const how = isCompleted(status)
    ? null
    : status === 'running'
      ? `running, ${doing(state)}`
      : status;
  const refused = rejected > 0 && `${showCount(rejected)} rejected`;
  const done = products === null ? [] : changed(products, state.missing);
  const figures = [how, countOf(rows, 'row'), refused, ...done];
  return `${figures.filter(Boolean).join(', ')}: ${name}`;
}

/** `3 inserted`, `12 updated` and so on: what a job did to products. */
function changed(
  { inserted, updated, deleted }: NonNullable<JobState['products']>,
  missing: JobState['missing'],
): string[] {
  const counts = Object.entries({
    inserted,
    updated,
    deactivated: missing.deactivated,
    deleted: deleted + missing.deleted,
  }).filter(([, count]) => count > 0);
  if (counts.length === 0) return ['nothing changed'];
  return counts.map(([done, count]) => `${showCount(count)} ${done}`);
}

function bareCells(state: JobState): string[] {
  const { jobId, kind, status, phase, rows, rejected, bytesRead, source, startedAt } = state;
  const figures = [rows, rejected, bytesRead].map(String);
  return [jobId, kind, status, phase, ...figures, source ?? '', startedAt];
}
