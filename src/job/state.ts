import { setTimeout as wait } from 'node:timers/promises';
import type { Session } from '../db/session.js';
import { getJob, type Job } from './job.js';
import type { JobState } from './schema.js';

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
