import { z } from 'zod';

const count = z.int().nonnegative();

export const infoSchema = z.object({
  target: z.string(),
  from: z.string().describe('How the database was found'),
  schema: z.string(),
  server: z.string(),
  schemaVersion: count.describe('0: there is none yet'),
  newestSchemaVersion: count,
  products: count.nullable().describe('null without a schema'),
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
export type Started = z.infer<typeof startedSchema>;
export type Stopped = z.infer<typeof stoppedSchema>;
