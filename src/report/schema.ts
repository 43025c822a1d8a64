import type { z as Z } from 'zod';
import { rejectCodes } from '../product/reject.js';

/** How a job can stand; `crashed` is one that was running and that nobody holds any more. */
const jobStatuses = [
  'running',
  'completed',
  'completed_with_rejects',
  'skipped',
  'refused',
  'failed',
  'interrupted',
  'crashed',
] as const;

export type JobStatus = (typeof jobStatuses)[number];

const count = (z: typeof Z) => z.int().nonnegative();
const milliseconds = (z: typeof Z) => z.number().nonnegative();

const sourceSchema = (z: typeof Z) =>
  z.object({
    name: z.string().describe("The file's base name, or - for standard input"),
    format: z.enum(['csv', 'tsv', 'xlsx', 'xls']).nullable(),
    bytes: count(z).nullable().describe('Size as stored (compressed, if it is)'),
    sha256: z.string().nullable().describe('Of the bytes as stored, in hexadecimal'),
    encoding: z.string().nullable(),
    delimiter: z.string().nullable(),
    quote: z.string().nullable().describe('null where quotes are text, and for workbooks'),
    escape: z.enum(['"', '\\']).nullable(),
    sheet: z.string().nullable(),
    profile: z.string().nullable(),
  });

const rowsSchema = (z: typeof Z) =>
  z.object({ read: count(z), rejected: count(z), duplicates: count(z) });

const productsSchema = (z: typeof Z) =>
  z.object({
    inserted: count(z),
    updated: count(z),
    unchanged: count(z),
    skipped: count(z),
    deleted: count(z),
  });

const failedRowSchema = (z: typeof Z) =>
  z.object({
    rowNumber: z.int().positive().describe('The row that a spreadsheet shows; the header is 1'),
    line: z.int().positive().nullable().describe('The physical line; null for workbooks'),
    column: z.string().nullable().describe('The field, or the header where it is no field'),
    value: z.string().describe('What stood there, cut at 200 characters'),
    code: z.enum(rejectCodes),
    error: z.string(),
  });

/** The result of a job, as `load --json` and `report --json` print it. */
export const reportSchema = (z: typeof Z) =>
  z.object({
    schemaVersion: z.literal(1),
    jobId: z.string().nullable().describe('null for a dry run'),
    status: z.enum(jobStatuses),
    dryRun: z.boolean(),
    source: sourceSchema(z),
    rows: rowsSchema(z),
    products: productsSchema(z).nullable().describe('null where nothing was merged'),
    missing: z
      .object({ deactivated: count(z), deleted: count(z) })
      .describe('Stored products that the file did not name'),
    pricesRounded: count(z).describe('Prices that were rounded to four decimals'),
    successfulRows: count(z).describe('rows.read - rows.rejected; 0 unless the job completed'),
    failedRows: z.array(failedRowSchema(z)).describe('Every error of a row; cut at 1,000'),
    failedRowsTruncated: z.boolean(),
    rejectsFile: z.string().nullable(),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Why the job did not complete'),
    notes: z.array(z.string()).describe('What was decided or assumed about the file'),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable().describe('null while running, and after a crash'),
    durationMs: milliseconds(z).nullable(),
    phases: z.object({
      readMs: milliseconds(z).nullable(),
      mergeMs: milliseconds(z).nullable(),
      way: z
        .enum(['merge', 'insert', 'fill'])
        .nullable()
        .describe(
          'How products were written: merged with those stored; inserted, as none was stored; or filled in, with the indexes built behind them. Null where nothing was written, and for jobs of older versions',
        ),
    }),
    rowsPerSecond: z.number().nonnegative().nullable(),
    peakMemoryBytes: count(z).nullable(),
  });

export type Report = Z.infer<ReturnType<typeof reportSchema>>;
