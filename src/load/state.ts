import { setTimeout as wait } from 'node:timers/promises';
import type { z as Z } from 'zod';
import type { Session } from '../db/session.js';
import { getJob, type Job, type JobStatus } from './job.js';

const followEveryMs = 500;

/** A job as `status` shows it. */
export function jobState(job: Job): JobState {
  return {
    jobId: job.id!,
    kind: job.kind,
    status: job.status,
    phase: job.phase,
    rows: job.rowsRead,
    rejected: job.rowsRejected,
    bytesRead: job.bytesRead,
    bytesTotal: job.bytesTotal,
    source: job.source.name ?? null,
    startedAt: job.startedAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
  };
}

/** Gives a job's state whenever it has changed, until the job has ended. */
export async function* followJob(
  session: Session,
  which: string,
  signal: AbortSignal,
  onLook: (job: Job) => void,
): AsyncGenerator<JobState> {
  const { id } = await getJob(session, which);
  let shown = '';
  for (;;) {
    const job = await getJob(session, id!);
    onLook(job);
    const state = jobState(job);
    const text = JSON.stringify(state);
    if (text !== shown) yield state;
    shown = text;
    if (state.status !== 'running') return;
    await wait(followEveryMs, undefined, { signal });
  }
}

/** The exit code that the job's own command ended with, as far as anybody knows. */
export function jobExitCode({ status, result }: Job): number {
  if (result?.exitCode !== undefined) return result.exitCode;
  switch (status) {
    case 'running':
    case 'completed':
    case 'skipped':
      return 0;
    case 'completed_with_rejects':
      return 3;
    case 'refused':
      return 4;
    case 'interrupted':
      return 130;
    case 'failed':
    case 'crashed':
      return 1;
  }
}

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
