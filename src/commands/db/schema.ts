import { z } from 'zod';

const count = z.int().nonnegative();

const clusterSchema = z.object({
  citus: z.string().describe('The version of the extension'),
  isDistributed: z.boolean().describe('Whether products are spread over the nodes'),
  shards: count,
  nodes: z.array(
    z.object({
      host: z.string(),
      port: z.int(),
      shards: count,
      products: count.nullable().describe('null where the node does not answer'),
    }),
  ),
});

export const infoSchema = z.object({
  target: z.string(),
  from: z.string().describe('How the database was found'),
  schema: z.string(),
  server: z.string(),
  schemaVersion: count.describe('0: there is none yet'),
  newestSchemaVersion: count,
  products: count.nullable().describe('null without a schema, or when a node does not answer'),
  cluster: clusterSchema.nullable().describe('null without the extension Citus'),
  embedded: z
    .object({
      dataFolder: z.string(),
      logFile: z.string(),
      socket: z.string(),
      pid: z.int().nullable(),
      kept: z.boolean().describe('Stays up until db stop'),
      sizeBytes: count.nullable(),
    })
    .nullable()
    .describe('null for a server of your own'),
});

export const migratedSchema = z.object({
  schema: z.string(),
  applied: z.array(z.string()),
  searchIndex: z.boolean().describe('Whether product list --search has its index'),
});

export const distributedSchema = z.object({
  schema: z.string(),
  changed: z.boolean().describe('false: it was distributed already'),
  cluster: clusterSchema,
});

export const startedSchema = z.object({
  host: z.string(),
  port: z.int(),
  user: z.string(),
  database: z.string(),
  pid: z.int(),
  url: z.string(),
});

export const stoppedSchema = z.object({
  outcome: z.enum(['not_running', 'stopped', 'waiting_for_clients']),
});

export type Info = z.infer<typeof infoSchema>;
export type Migrated = z.infer<typeof migratedSchema>;
export type Distributed = z.infer<typeof distributedSchema>;
export type Started = z.infer<typeof startedSchema>;
export type Stopped = z.infer<typeof stoppedSchema>;
