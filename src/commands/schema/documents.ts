import type { ZodType } from 'zod';

/** A document that a command prints, and where its one definition is. */
export interface Document {
  about: string;
  schema: () => Promise<ZodType>;
  /** Printed a line each, as NDJSON. */
  isLine?: boolean;
}

const job = () => import('../../job/schema.js');
const catalog = () => import('../../catalog/schema.js');
const image = () => import('../../image/schema.js');
const webhook = () => import('../../webhook/schema.js');
const ofDb = () => import('../db/schema.js');
const ofProduct = () => import('../product/schema.js');
const ofWebhook = () => import('../webhook/schema.js');

const report = async () => (await import('../../report/schema.js')).reportSchema;
const product = async () => (await catalog()).productSchema;
const productOrAll = async () => (await product()).or((await product()).array());
const writtenFile = async () => (await import('./schema.js')).writtenSchema;

/** By the words of the command that prints it with `--json`; then what other streams carry. */
export const documents: Record<string, Document> = {
  load: {
    about: 'the result of a load; with --detach only the job',
    schema: async () => (await report()).or((await import('../load/schema.js')).detachedSchema),
  },
  inspect: {
    about: 'what would be understood of a file',
    schema: async () => (await import('../inspect/schema.js')).inspectionSchema,
  },
  template: { about: 'the file that template --output wrote', schema: writtenFile },
  status: {
    about: 'where a job stands, or where each of the newest jobs stands',
    schema: async () => {
      const { jobStateSchema } = await job();
      return jobStateSchema.or(jobStateSchema.array());
    },
  },
  'status line': {
    about: 'where a job stands, a line of status --follow',
    schema: async () => (await job()).jobStateSchema,
    isLine: true,
  },
  report: { about: 'the result of a job', schema: report },
  'report file': { about: 'the file that report --output wrote', schema: writtenFile },
  changes: {
    about: 'a product that a load changed, as load --dry-run --diff writes it, too',
    schema: async () => (await import('../../load/schema.js')).changeSchema,
    isLine: true,
  },
  undo: { about: 'the result of an undo, which is a job of its own', schema: report },
  purge: {
    about: 'how much was deleted',
    schema: async () => (await import('../purge/schema.js')).purgedSchema,
  },
  'product list': {
    about: 'products; with --count how many',
    schema: async () => (await product()).array().or((await ofProduct()).countedSchema),
  },
  'product get': { about: 'a product; product list --ndjson prints one a line', schema: product },
  'product add': { about: 'the product as added; of several, an array', schema: productOrAll },
  'product update': { about: 'the product as it is now; or an array', schema: productOrAll },
  'product delete': {
    about: 'what was deleted',
    schema: async () => (await ofProduct()).deletedSchema,
  },
  'product export': {
    about: 'the file that was written',
    schema: async () => (await ofProduct()).exportedSchema,
  },
  'webhook add': {
    about: 'the endpoint with its secret',
    schema: async () => (await ofWebhook()).addedSchema,
  },
  'webhook list': {
    about: 'endpoints',
    schema: async () => (await webhook()).endpointSchema.array(),
  },
  'webhook update': {
    about: 'the endpoint as it is now',
    schema: async () => (await ofWebhook()).updatedSchema,
  },
  'webhook remove': {
    about: 'what was removed',
    schema: async () => (await ofWebhook()).removedSchema,
  },
  'webhook test': {
    about: 'what came back',
    schema: async () => (await ofWebhook()).testedSchema,
  },
  'webhook fire': {
    about: 'what was published',
    schema: async () => (await ofWebhook()).firedSchema,
  },
  'webhook deliveries': {
    about: 'deliveries',
    schema: async () => (await webhook()).deliverySchema.array(),
  },
  'webhook deliver': {
    about: 'what a run delivered',
    schema: async () => (await ofWebhook()).deliveredSchema,
  },
  'webhook retry': {
    about: 'what is due again',
    schema: async () => (await ofWebhook()).retriedSchema,
  },
  'webhook verify': {
    about: 'a signature that is right',
    schema: async () => (await ofWebhook()).verifiedSchema,
  },
  'image process': {
    about: 'what a run did',
    schema: async () => (await image()).totalsSchema,
  },
  'image status': {
    about: 'how many images are in which state',
    schema: async () => (await image()).imageStatusSchema,
  },
  'image dead': {
    about: 'images that were given up',
    schema: async () => (await image()).deadImageSchema.array(),
  },
  'image retry': {
    about: 'how many wait again',
    schema: async () => (await import('../image/schema.js')).retriedSchema,
  },
  'db info': { about: 'the database in use', schema: async () => (await ofDb()).infoSchema },
  'db distribute': {
    about: 'how products are spread over the nodes',
    schema: async () => (await ofDb()).distributedSchema,
  },
  'db migrate': { about: 'what was applied', schema: async () => (await ofDb()).migratedSchema },
  'db start': {
    about: 'how to reach the embedded server',
    schema: async () => (await ofDb()).startedSchema,
  },
  'db stop': {
    about: 'what became of the embedded server',
    schema: async () => (await ofDb()).stoppedSchema,
  },
  schema: {
    about: 'the documents there are',
    schema: async () => (await import('./schema.js')).listedSchema.array(),
  },
  progress: {
    about: 'how far a run is, a line of --progress json on standard error',
    schema: async () => (await import('../../terminal/progress/schema.js')).progressLineSchema,
    isLine: true,
  },
  error: {
    about: 'why a run ended, on standard error, with --json or --progress json',
    schema: async () => (await import('./schema.js')).errorSchema,
    isLine: true,
  },
};
