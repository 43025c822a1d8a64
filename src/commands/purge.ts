import type { z as Z } from 'zod';
import type { Command } from '../cli/command.js';
import type { Session } from '../db/session.js';
import { UsageError } from '../errors.js';
import type { PurgeScope } from '../catalog/purge.js';
import { countOf } from '../terminal/figures.js';
import { age, waitMsOf, waitOptions, type OptionSpec, type OptionsOf } from '../option.js';

const count = (z: typeof Z) => z.int().nonnegative();

const purgedSchema = (z: typeof Z) =>
  z.object({ deleted: z.object({ products: count(z), jobs: count(z), changes: count(z) }) });

type Purged = Z.infer<ReturnType<typeof purgedSchema>>;

const options = [
  { flags: '--all', description: 'every product' },
  { flags: '--owner <id>', description: 'the products of this owner' },
  { flags: '--jobs', description: 'jobs that have ended, with their rejects' },
  {
    flags: '--changes',
    description: 'recorded changes, of loads and by hand: no more undo, and a shorter history',
  },
  {
    flags: '--older-than <age>',
    description: 'with --jobs and --changes: such as 90d, 12h, 2w',
    parse: age,
  },
  { flags: '--yes', description: 'do not ask' },
  ...waitOptions(),
] as const satisfies OptionSpec[];

export const purge: Command<Purged, typeof options> = {
  name: 'purge',
  needs: 'operator',
  lasts: true,
  summary: 'delete products, old jobs or old changes',
  description: 'Deletes in one transaction, all or nothing. Asks first; --yes answers.',
  examples: [
    'prodimport purge --all',
    'prodimport purge --owner acme --yes',
    'prodimport purge --jobs --older-than 90d --yes',
    'prodimport purge --changes --older-than 30d --yes',
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
    if (!isOfProducts(scope)) {
      const { question, remove } = await old(session, scope, input.options.olderThan!);
      await context.confirm(question, yes);
      const deleted = await session.transaction(remove, signal);
      return { deleted: { ...none, [scope]: deleted } };
    }
    const count = await countProducts(session, scope);
    const whose = scope.owner === undefined ? '' : ` of owner ${scope.owner}`;
    await context.confirm(`Delete ${countOf(count, 'product')}${whose}?`, yes);
    const products = await purgeProducts(session, scope, waitMsOf(input.options), signal);
    return { deleted: { ...none, products } };
  },
  render({ deleted }) {
    const kinds = { product: deleted.products, job: deleted.jobs, change: deleted.changes };
    const found = Object.entries(kinds).find(([, count]) => count > 0);
    if (!found) return 'Nothing was deleted: there was nothing of that kind.';
    return `Deleted ${countOf(found[1], found[0])}.`;
  },
};

const none: Purged['deleted'] = { products: 0, jobs: 0, changes: 0 };

/** What is purged by its age. */
type Aged = 'jobs' | 'changes';

function isOfProducts(scope: PurgeScope | Aged): scope is PurgeScope {
  return typeof scope === 'object';
}

/** What is asked of them, with their number, and how they are deleted. */
async function old(session: Session, kind: Aged, ageMs: number) {
  if (kind === 'jobs') {
    const { countJobs, purgeJobs } = await import('../load/job.js');
    const jobs = countOf(await countJobs(session, ageMs), 'job');
    const question = `Delete ${jobs}, rejects and recorded changes included?`;
    return { question, remove: () => purgeJobs(session, ageMs) };
  }
  const { countOldChanges, purgeChanges } = await import('../load/changes.js');
  const changes = countOf(await countOldChanges(session, ageMs), 'recorded change');
  const question = `Delete ${changes}? After that they can't be listed or undone.`;
  return { question, remove: () => purgeChanges(session, ageMs) };
}

function readScope(given: OptionsOf<typeof options>): PurgeScope | Aged {
  const { all, owner, jobs, changes, olderThan } = given;
  const chosen = [all, owner !== undefined, jobs, changes].filter(Boolean).length;
  if (chosen !== 1) {
    throw new UsageError(
      'purge takes one of --all, --owner ID, --jobs and --changes (with --older-than AGE).',
    );
  }
  const aged = jobs ? 'jobs' : changes ? 'changes' : null;
  if (aged && olderThan === undefined) {
    throw new UsageError(`purge --${aged} needs --older-than, such as --older-than 90d.`);
  }
  if (aged) return aged;
  if (olderThan !== undefined) {
    throw new UsageError(
      '--older-than is for jobs and changes: products are deleted whatever their age.',
    );
  }
  return all ? {} : { owner };
}
