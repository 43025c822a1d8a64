import type { z as Z } from 'zod';
import { phases, steps } from './progress.js';

const count = (z: typeof Z) => z.int().nonnegative();

/** A line of `--progress json`: how far a run is, or a sentence about it. */
export const progressLineSchema = (z: typeof Z) =>
  z
    .object({
      phase: z.enum(phases),
      message: z.string().optional().describe('What is read, or waited for'),
      step: z.enum(steps).nullable().describe('Of the merge'),
      rows: count(z),
      rejected: count(z),
      bytesRead: count(z).describe('Of the file as stored'),
      bytesTotal: count(z).nullable().describe('null for standard input'),
      counted: z
        .object({ noun: z.string(), total: count(z), rejected: z.string() })
        .optional()
        .describe('What rows and rejected count where that is not rows, such as images'),
      rowsPerSecond: count(z).nullable(),
      msLeft: count(z).nullable(),
    })
    .or(z.object({ note: z.string() }));

export type ProgressLine = Z.infer<ReturnType<typeof progressLineSchema>>;
