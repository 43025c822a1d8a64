import type { Session } from '../db/session.js';

/** How many jobs ended at least `ageMs` ago. */
export async function countJobs(session: Session, ageMs: number): Promise<number> {
  return (await session.one<{ jobs: number }>('job/count_old', [ageMs])).jobs;
}

/** Deletes those jobs and their rejects; gives how many jobs that were. */
export async function purgeJobs(session: Session, ageMs: number): Promise<number> {
  return (await session.one<{ jobs: number }>('job/purge', [ageMs])).jobs;
}
