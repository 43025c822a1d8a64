import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import { wholeNumber, waitOptions, waitMsOf, type OptionSpec } from '../../option.js';
import { clusterSchema } from './info.js';

export const distributedSchema = (z: typeof Z) =>
  z.object({
    schema: z.string(),
    changed: z.boolean().describe('false: it was distributed already'),
    cluster: clusterSchema(z),
  });

type Distributed = Z.infer<ReturnType<typeof distributedSchema>>;

const options = [
  {
    flags: '--shards <n>',
    description: 'into how many parts (default: what citus.shard_count says)',
    parse: wholeNumber(1),
  },
  ...waitOptions(),
] as const satisfies OptionSpec[];

export const dbDistribute: Command<Distributed, typeof options> = {
  name: 'db distribute',
  needs: 'owner',
  lasts: true,
  summary: 'spread the products over the nodes of a Citus cluster',
  description:
    'For a catalogue that one machine does not hold any more. The database must be that of the\n' +
    'coordinator; it may have products in it. Safe to repeat. Everything else works as before.',
  examples: [
    'prodimport db distribute --database postgresql://me@coordinator/shop',
    'prodimport db distribute --shards 64',
  ],
  options,
  document: { about: 'how products are spread over the nodes', schema: distributedSchema },
  async run(context, input) {
    const { describeCluster, distribute } = await import('../../db/cluster.js');
    const database = await context.databaseAsItIs();
    context.note(`Distributing ${database.label}, schema ${database.schema}`);
    const session = await database.main();
    const changed = await distribute(session, {
      shards: input.options.shards ?? null,
      waitMs: waitMsOf(input.options),
      signal: context.signal,
    });
    const cluster = (await describeCluster(session))!;
    return { schema: database.schema, changed, cluster };
  },
  render({ schema, changed, cluster }) {
    const { shards, nodes } = cluster;
    const holding = nodes.filter((node) => node.shards > 0).length;
    const where = `${shards} shards on ${holding} nodes`;
    if (!changed) return `The products of schema ${schema} are distributed already: ${where}.`;
    return `The products of schema ${schema} are distributed: ${where}.`;
  },
};
