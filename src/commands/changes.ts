import { Lines, type Command } from '../cli/command.js';
import { changeSchema, type Change } from '../load/changes.js';
import type { Job } from '../load/job.js';

export const changes: Command<never> = {
  name: 'changes',
  summary: 'what a load changed, old and new, as NDJSON',
  description: 'Prints one line per product that a `load --record-changes` changed.',
  examples: [
    'prodimport changes last | jq -r .sku',
    'prodimport changes 12 | jq "select(.fields.price)"',
  ],
  arguments: [{ name: '<job>', description: 'its number, or last' }],
  document: {
    about: 'a product that a load changed, as load --dry-run --diff writes it, too',
    schema: changeSchema,
    isLine: true,
  },
  async run(context, input) {
    const { getJob } = await import('../load/job.js');
    const { recordedChanges } = await import('../load/changes.js');
    const { countRecorded } = await import('../load/undo.js');
    const session = await (await context.database()).main();
    const job = await getJob(session, input.arguments[0]!);
    if (job.options.recordChanges !== true || hasWritten(job))
      await countRecorded(session, job.id!);
    return new Lines<Change>(recordedChanges(session, job.id!));
  },
};

/** Changes of such a job that are not there any more were purged. */
function hasWritten({ result: { products, missing } }: Job): boolean {
  const written = [products?.inserted, products?.updated, products?.deleted];
  return [...written, missing.deactivated, missing.deleted].some((count) => (count ?? 0) > 0);
}
