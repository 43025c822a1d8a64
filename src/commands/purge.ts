import type { z as Z } from 'zod';
import type { Command } from '../cli/command.js';
import { UsageError } from '../errors.js';
import type { PurgeScope } from '../catalog/purge.js';
import { countOf } from '../terminal/figures.js';
import { waitMsOf, waitOptions, type OptionSpec, type OptionsOf } from '../option.js';

const count = (z: typeof Z) => z.int().nonnegative();

const purgedSchema = (z: typeof Z) =>
  z.object({ deleted: z.object({ products: count(z), jobs: count(z) }) });

type Purged = Z.infer<ReturnType<typeof purgedSchema>>;

const options = [
  { flags: '--all', description: 'every product' },
  { flags: '--owner <id>', description: 'the products of this owner' },
  { flags: '--jobs', description: 'jobs that have ended, with their rejects' },
  { flags: '--older-than <age>', description: 'with --jobs: such as 90d, 12h, 2w', parse: age },
  { flags: '--yes', description: 'do not ask' },
  ...waitOptions(),
] as const satisfies OptionSpec[];

export const purge: Command<Purged, typeof options> = {
  name: 'purge',
  lasts: true,
  summary: 'delete all products, those of an owner, or old jobs',
  description: 'Deletes in one transaction, all or nothing. Asks first; --yes answers.',
  examples: [
    'prodimport purge --all',
    'prodimport purge --owner acme --yes',
    'prodimport purge --jobs --older-than 90d --yes',
  ],
  options,
  document: { about: 'how much was deleted', schema: purgedSchema },
  async run(context, input) {
    const { countProducts, purgeProducts } = await import('../catalog/purge.js');
    const { yes = false } = input.options;
    const { signal } = context;
    const scope = readScope(input.options);
    const database = await context.database();
    const session = await database.main();
    context.note(`Purging in ${database.label}, schema ${database.schema}`);
    if (scope === null) {
      const { countJobs, purgeJobs } = await import('../load/job.js');
      const ageMs = input.options.olderThan!;
      const count = await countJobs(session, ageMs);
      const question = `Delete ${countOf(count, 'job')}, rejects included?`;
      await context.confirm(question, yes);
      const jobs = await session.transaction(() => purgeJobs(session, ageMs), signal);
      return { deleted: { products: 0, jobs } };
    }
    const count = await countProducts(session, scope);
    const whose = scope.owner === undefined ? '' : ` of owner ${scope.owner}`;
    await context.confirm(`Delete ${countOf(count, 'product')}${whose}?`, yes);
    const products = await purgeProducts(session, scope, waitMsOf(input.options), signal);
    return { deleted: { products, jobs: 0 } };
  },
  render({ deleted }) {
    const { products, jobs } = deleted;
    if (products + jobs === 0) return 'Nothing was deleted: there was nothing of that kind.';
    return `Deleted ${jobs > 0 ? countOf(jobs, 'job') : countOf(products, 'product')}.`;
  },
};

/** What to purge; null for jobs. */
function readScope(given: OptionsOf<typeof options>): PurgeScope | null {
  const { all, owner, jobs, olderThan } = given;
  const chosen = [all, owner !== undefined, jobs].filter(Boolean).length;
  if (chosen !== 1) {
    throw new UsageError('purge takes one of --all, --owner ID and --jobs --older-than AGE.');
  }
  if (jobs && olderThan === undefined) {
    throw new UsageError('purge --jobs needs --older-than, such as --older-than 90d.');
  }
  if (jobs) return null;
  if (olderThan !== undefined) {
    throw new UsageError('--older-than is for jobs: products are deleted whatever their age.');
  }
  return all ? {} : { owner };
}

const unitsMs: Record<string, number> = { m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 };

/** A millennium, which PostgreSQL can still subtract from today. */
const oldestMs = 52_000 * unitsMs.w!;

/** Reads `90d`; gives milliseconds. */
function age(text: string): number {
  const match = /^(\d+)([mhdw])$/.exec(text);
  const ageMs = match ? Number(match[1]) * unitsMs[match[2]!]! : Infinity;
  if (ageMs > oldestMs) throw new Error('It takes an age such as 90d, 12h or 2w.');
  return ageMs;
}
