import type { z as Z } from 'zod';
import { levels } from '../../db/levels.js';

const count = (z: typeof Z) => z.int().nonnegative();

const clusterSchema = (z: typeof Z) =>
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

export const migratedSchema = (z: typeof Z) =>
  z.object({
    schema: z.string(),
    applied: z.array(z.string()),
    searchIndex: z.boolean().describe('Whether product list --search has its index'),
  });

export const grantedSchema = (z: typeof Z) =>
  z.object({
    schema: z.string(),
    role: z.string(),
    level: z.enum(levels).describe('What it was granted'),
    before: z.enum(levels).nullable().describe('What it could do before; null for nothing'),
    after: z
      .enum(levels)
      .nullable()
      .describe('What it can do now: another than level where it has rights by other ways, too'),
  });

export const distributedSchema = (z: typeof Z) =>
  z.object({
    schema: z.string(),
    changed: z.boolean().describe('false: it was distributed already'),
    cluster: clusterSchema(z),
  });

export const startedSchema = (z: typeof Z) =>
  z.object({
    host: z.string(),
    port: z.int(),
    user: z.string(),
    database: z.string(),
    pid: z.int(),
    url: z.string(),
  });

export const stoppedSchema = (z: typeof Z) =>
  z.object({
    outcome: z.enum(['not_running', 'stopped', 'waiting_for_clients']),
  });

export type Info = Z.infer<ReturnType<typeof infoSchema>>;
export type Migrated = Z.infer<ReturnType<typeof migratedSchema>>;
export type GrantedRole = Z.infer<ReturnType<typeof grantedSchema>>;
export type Distributed = Z.infer<ReturnType<typeof distributedSchema>>;
export type Started = Z.infer<ReturnType<typeof startedSchema>>;
export type Stopped = Z.infer<ReturnType<typeof stoppedSchema>>;
