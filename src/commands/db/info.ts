import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { Cluster } from '../../db/cluster.js';
import type { Session } from '../../db/session.js';
import { showBytes } from '../../terminal/figures.js';

const count = (z: typeof Z) => z.int().nonnegative();

export const clusterSchema = (z: typeof Z) =>
  z.object({
    citus: z.string().describe('The version of the extension'),
    isDistributed: z.boolean().describe('Whether products are spread over the nodes'),
    shards: count(z),
    nodes: z.array(
      z.object({
        host: z.string(),
        port: z.int(),
        shards: count(z),
        products: count(z).nullable().describe('null where the node does not answer'),
      }),
    ),
  });

export const infoSchema = (z: typeof Z) =>
  z.object({
    target: z.string(),
    from: z.string().describe('How the database was found'),
    schema: z.string(),
    server: z.string(),
    schemaVersion: count(z).describe('0: there is none yet'),
    newestSchemaVersion: count(z),
    products: count(z).nullable().describe('null without a schema, or when a node does not answer'),
    cluster: clusterSchema(z).nullable().describe('null without the extension Citus'),
    embedded: z
      .object({
        dataFolder: z.string(),
        logFile: z.string(),
        socket: z.string().describe('The folder of its socket, or address and port'),
        pid: z.int().nullable(),
        kept: z.boolean().describe('Stays up until db stop'),
        sizeBytes: count(z).nullable(),
      })
      .nullable()
      .describe('null for a server of your own'),
  });

export type Info = Z.infer<ReturnType<typeof infoSchema>>;

export const dbInfo: Command<Info> = {
  name: 'db info',
  summary: 'which database is used, and how it stands',
  examples: ['prodimport db info', 'prodimport db info --json'],
  document: { about: 'the database in use', schema: infoSchema },
  async run(context) {
    const { knownMigrations, schemaVersion } = await import('../../db/migrate.js');
    const { serverVersion } = await import('../../db/database.js');
    const { describeCluster } = await import('../../db/cluster.js');
    const target = await context.target();
    const database = await context.databaseAsItIs();
    const session = await database.main();
    const version = await schemaVersion(session);
    const cluster = await describeCluster(session);
    return {
      target: database.label,
      from: target.from,
      schema: database.schema,
      server: await serverVersion(session),
      schemaVersion: version,
      newestSchemaVersion: knownMigrations().at(-1)!.version,
      products: version > 0 ? await productsIn(session, cluster) : null,
      cluster,
      embedded: target.kind === 'embedded' ? await embeddedState(target.environment) : null,
    };
  },
  render(info) {
    const { schemaVersion: version, newestSchemaVersion: newest } = info;
    // Of the embedded one nobody has to migrate by hand.
    const wayOut = info.embedded ? 'the next load makes it' : 'run `prodimport db migrate`';
    const state = version === newest ? 'up to date' : wayOut;
    return [
      `database  ${info.target}`,
      `found by  ${info.from}`,
      `server    PostgreSQL ${info.server}`,
      `schema    ${info.schema}, version ${version} of ${newest} (${state})`,
      `products  ${info.products ?? (version > 0 ? 'not known: a node does not answer' : 'none yet')}`,
      ...clusterLines(info.cluster),
      ...embeddedLines(info.embedded),
    ].join('\n');
  },
};

/** As the nodes count them, where they do: one that does not answer is noticed. */
async function productsIn(session: Session, cluster: Cluster | null): Promise<number | null> {
  const { countProducts } = await import('../../catalog/purge.js');
  if (!cluster?.isDistributed) return countProducts(session, {});
  return cluster.nodes.reduce<number | null>(
    (sum, { products }) => (sum === null || products === null ? null : sum + products),
    0,
  );
}

/** Of the running server: asking it has started it. */
async function embeddedState(environment: NodeJS.ProcessEnv): Promise<Info['embedded']> {
  const { embeddedFolders } = await import('../../db/embedded/folders.js');
  const { embeddedStatus } = await import('../../db/embedded/stop.js');
  return embeddedStatus(embeddedFolders(environment));
}

function clusterLines(cluster: Info['cluster']): string[] {
  if (!cluster) return [];
  const { citus, isDistributed, shards, nodes } = cluster;
  if (!isDistributed) return [`cluster   Citus ${citus}; \`db distribute\` spreads the products`];
  const holding = nodes.filter((node) => node.shards > 0).length;
  return [
    `cluster   Citus ${citus}, ${shards} shards on ${holding} nodes`,
    ...nodes.map(({ host, port, shards: own, products }) => {
      const held = products === null ? 'does not answer' : `${products} products`;
      return `node      ${host}:${port}, ${own} shards, ${held}`;
    }),
  ];
}

function embeddedLines(embedded: Info['embedded']): string[] {
  if (!embedded) return [];
  const size = embedded.sizeBytes === null ? '' : `, ${showBytes(embedded.sizeBytes)}`;
  const until = embedded.kept ? 'until `db stop`' : 'until the last command has ended';
  return [
    `data      ${embedded.dataFolder}${size}`,
    `log       ${embedded.logFile}`,
    `socket    ${embedded.socket}, up ${until}`,
  ];
}
