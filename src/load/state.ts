import { setTimeout as wait } from 'node:timers/promises';
import type { z as Z } from 'zod';
import type { Session } from '../db/session.js';
import { phases, steps } from '../terminal/progress/progress.js';
import {
  getJob,
  jobKinds,
  jobStatuses,
  missingSchema,
  productsSchema,
  type Job,
  type JobStatus,
  whoOf,
  whoSchema,
} from './job.js';

const followEveryMs = 500;

/** A job as `status` shows it. */
export function jobState(job: Job): JobState {
  const { status, rows, bytesRead, products, missing } = job.result;
  return {
    jobId: job.id!,
    kind: job.kind,
    status,
    phase: job.phase,
    step: status === 'running' ? job.step : null,
    ...stepOf(status === 'running' ? job : null),
    rows: rows.read,
    rejected: rows.rejected,
    products,
    missing,
    bytesRead,
    bytesTotal: job.bytesTotal,
    source: job.source.name ?? null,
    startedAt: job.startedAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
    ...whoOf(job),
  };
}

function stepOf(job: Job | null): Pick<JobState, 'stepStartedAt' | 'stepMs'> {
  if (!job?.step) return { stepStartedAt: null, stepMs: null };
  const { stepSince, stepMs } = job;
  return {
    stepStartedAt: stepSince?.toISOString() ?? null,
    stepMs: stepMs ? Math.round(stepMs) : null,
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
export function jobExitCode({ result }: Job): number {
  return result.exitCode ?? exitCodes[result.status];
}

/** Of jobs that do not say their own, such as one that crashed. */
const exitCodes: Record<JobStatus, number> = {
  running: 0,
  completed: 0,
  completed_with_rejects: 3,
  skipped: 0,
  refused: 4,
  failed: 1,
  interrupted: 130,
  crashed: 1,
};

const count = (z: typeof Z) => z.int().nonnegative();

/** Where a job stands, as `status --json` prints it. */
export const jobStateSchema = (z: typeof Z) =>
  z.object({
    jobId: z.string(),
    kind: z.enum(jobKinds),
    status: z.enum(jobStatuses),
    phase: z.enum(phases),
    step: z.enum(steps).nullable().describe('Of the merge; null in other phases'),
    stepStartedAt: z.iso.datetime().nullable(),
    stepMs: count(z)
      .nullable()
      .describe('How long the step may take in all; null where no load before it tells'),
    rows: count(z).describe('Rows read so far'),
    rejected: count(z),
    products: productsSchema(z).nullable().describe('null where nothing was merged'),
    missing: missingSchema(z),
    bytesRead: count(z),
    bytesTotal: count(z).nullable().describe('null for standard input'),
    source: z.string().nullable(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    ...whoSchema(z),
  });

export type JobState = Z.infer<ReturnType<typeof jobStateSchema>>;
