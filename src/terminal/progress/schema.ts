import { z } from 'zod';

const count = z.int().nonnegative();

/** A line of `--progress json`: how far a run is, or a sentence about it. */
export const progressLineSchema = z
  .object({
    phase: z.enum(['waiting', 'reading', 'merging', 'done']),
    message: z.string().optional().describe('What is read, or waited for'),
    rows: count,
    rejected: count,
    bytesRead: count.describe('Of the file as stored'),
    bytesTotal: count.nullable().describe('null for standard input'),
    counted: z
      .object({ noun: z.string(), total: count, rejected: z.string() })
      .optional()
      .describe('What rows and rejected count where that is not rows, such as images'),
    rowsPerSecond: count.nullable(),
    msLeft: count.nullable(),
  })
  .or(z.object({ note: z.string() }));

export type ProgressLine = z.infer<typeof progressLineSchema>;
