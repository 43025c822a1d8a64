import { tellCrashes } from './crashes.js';
import { withDead, type Command } from '../cli/command.js';
import { UsageError } from '../errors.js';
import { reportSchema, type Report } from '../load/job.js';
import { countOf } from '../terminal/figures.js';
import { waitMsOf, waitOptions, type OptionSpec } from '../option.js';

const options = [
  { flags: '--yes', description: 'do not ask' },
  ...waitOptions(),
] as const satisfies OptionSpec[];

export const undo: Command<Report, typeof options> = {
  name: 'undo',
  needs: 'loader',
  lasts: true,
  summary: 'put back what a load changed',
  description:
    'Puts back what a `load --record-changes` changed: all of it, or nothing when a field that it\nwrote has changed since. Products that it deleted come back with their ids. Asks first.',
  examples: ['prodimport undo last', 'prodimport undo 12 --yes --json'],
  arguments: [{ name: '<job>', description: 'its number, or last' }],
  options,
  document: { about: 'the result of an undo, which is a job of its own', schema: reportSchema },
  async run(context, input) {
    const { getJob } = await import('../load/job.js');
    const { RunRecord } = await import('../load/record.js');
    const { refusalOf } = await import('../load/commit.js');
    const { reportOf } = await import('../load/read-report.js');
    const load = await import('../load/undo.js');
    const { yes = false } = input.options;
    const database = await context.database();
    const session = await database.main();
    const dead = await tellCrashes(context);
    const job = await getJob(session, input.arguments[0]!);
    if (job.kind === 'undo') {
      throw new UsageError(
        `Job ${job.id} is an undo itself (${job.source.name}), and has no recorded changes. To have back what it took away, load that file again.`,
        'no_changes',
      );
    }
    await load.refuseOfOthers(session, job);
    const { changes } = await load.countRecorded(session, job.id!);
    await context.confirm(`Undo ${countOf(changes, 'change')} of job ${job.id}?`, yes);
    const record = await RunRecord.open(session, {
      kind: 'undo',
      source: { name: `undo of job ${job.id}` },
      header: null,
      options: { undoOf: job.id },
      bytesTotal: null,
      toolVersion: context.version,
    });
    const waitMs = waitMsOf(input.options);
    const run = { database, record, signal: context.signal, undoOf: job.id!, waitMs };
    const result = await load.undo(run);
    const refusal = refusalOf(result);
    if (refusal) throw refusal;
    return withDead(await reportOf(database, record, result), dead);
  },
  render({ products, jobId }) {
    const { inserted, updated, deleted } = products!;
    const done = [
      updated > 0 && `${countOf(updated, 'product')} put back`,
      inserted > 0 && `${countOf(inserted, 'deleted product')} brought back`,
      deleted > 0 && `${countOf(deleted, 'inserted product')} deleted`,
    ];
    return `Undone as job ${jobId}: ${done.filter(Boolean).join(', ') || 'nothing was left to do'}.`;
  },
};
