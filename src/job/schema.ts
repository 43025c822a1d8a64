import type { z as Z } from 'zod';
import type { JobStatus } from '../report/schema.js';

/** Each name of a status, which the compiler holds against those of the report. */
const statuses = {
  running: 'running',
  completed: 'completed',
  completed_with_rejects: 'completed_with_rejects',
  skipped: 'skipped',
  refused: 'refused',
  failed: 'failed',
  interrupted: 'interrupted',
  crashed: 'crashed',
} as const satisfies { [Status in JobStatus]: Status };

const count = (z: typeof Z) => z.int().nonnegative();

/** Where a job stands, as `status --json` prints it. */
export const jobStateSchema = (z: typeof Z) =>
  z.object({
    jobId: z.string(),
    kind: z.enum(['load', 'undo']),
    status: z.enum(statuses),
    phase: z.enum(['waiting', 'reading', 'merging', 'done']),
    rows: count(z).describe('Rows read so far'),
    rejected: count(z),
    bytesRead: count(z),
    bytesTotal: count(z).nullable().describe('null for standard input'),
    source: z.string().nullable(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  });

export type JobState = Z.infer<ReturnType<typeof jobStateSchema>>;
