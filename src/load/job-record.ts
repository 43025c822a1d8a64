import { readFileSync } from 'node:fs';
import type { Session } from '../db/session.js';
import type { LoadRecord, Outcome, RunProgress } from './record.js';
import type { Reject } from '../product/reject.js';
import { type Job, type JobResult, type JobSource, SpeedRecord } from './job.js';
import { cellsText, RejectWriter } from './rejects.js';

const progressEveryMs = 1000;

/** What is known of a job before its first row is read. */
export interface JobStart {
  kind: Job['kind'];
  source: JobSource;
  /** Of the file; null where there is none. */
  header: string[] | null;
  options: Record<string, unknown>;
  bytesTotal: number | null;
  /** Where its rejected rows are to be written; null for nowhere. */
  rejectsFile: string | null;
  /** Whether the run counts as a success though rows were rejected. */
  acceptRejects: boolean;
}

/**
 * The record of a run that goes on: its row in `jobs`, its rejects, its progress, over a connection
 * of its own, so that they outlive a rollback of the run.
 */
export class JobRecord implements LoadRecord {
  private nextProgressAt = 0;
  private phase: RunProgress['phase'] = 'reading';
  private writing: Promise<unknown> = Promise.resolve();
  private readonly began = performance.now();
  private readonly speed = new SpeedRecord();
  private readonly rejects: RejectWriter;

  private constructor(
    readonly jobId: string,
    private readonly session: Session,
    private readonly start: JobStart,
  ) {
    this.rejects = new RejectWriter(session, jobId);
  }

  /** Takes a number for the job. Nobody sees the job until `hold` has been called. */
  static async open(session: Session, start: JobStart): Promise<JobRecord> {
    const { id } = await session.one<{ id: string }>('job/next_id');
    return new JobRecord(id, session, start);
  }

  async hold(transaction: Session): Promise<void> {
    // First the lock, then the row: whoever sees a running job without a lock sees a dead one.
    await transaction.query('job/hold', [this.jobId]);
    const { kind, source, options, bytesTotal, header } = this.start;
    const columns = header && cellsText(this.session, header);
    const facts = [await storedJson(this.session, source), await storedJson(this.session, options)];
    const values = [this.jobId, kind, ...facts, bytesTotal, columns];
    await this.session.write('job/add', values, 1, `the record of job ${this.jobId}`);
  }

  addRejects(rejects: Reject[]): Promise<void> {
    return this.rejects.add(rejects);
  }

  progress({ phase, rows, rejected, bytesRead }: RunProgress): void {
    const now = performance.now();
    this.speed.note({ atMs: Math.round(now - this.began), rows });
    if (now < this.nextProgressAt && phase === this.phase) return;
    this.phase = phase;
    this.nextProgressAt = now + progressEveryMs;
    const values = [this.jobId, phase, rows, rejected, bytesRead];
    const write = () => this.session.query('job/note_progress', values);
    // A failure to note progress shows itself at the next statement that matters.
    this.writing = this.writing.then(write).catch(() => undefined);
  }

  async settle(): Promise<void> {
    this.nextProgressAt = Infinity;
    await this.writing;
  }

  async complete(transaction: Session, outcome: Outcome): Promise<void> {
    await this.settle();
    await this.write(transaction, outcome);
  }

  async end(outcome: Outcome, through = this.session): Promise<void> {
    await this.settle();
    await this.write(through, outcome);
  }

  private async write(session: Session, outcome: Outcome): Promise<void> {
    const { status, rows, bytesRead, sha256 } = outcome;
    const known: JobSource = sha256 === null ? {} : { sha256, bytes: bytesRead };
    const result = jobResult(outcome, {
      durationMs: performance.now() - this.began,
      start: this.start,
      speed: this.speed.samples(),
    });
    const told = await storedJson(session, result);
    const values = [this.jobId, status, rows.read, rows.rejected, bytesRead, known, told];
    // Nothing is committed of which the record does not tell.
    await session.write('job/end', values, 1, `how job ${this.jobId} ended`);
  }
}

/** A document as the database can hold it. */
export async function storedJson({ characters }: Session, value: unknown): Promise<string> {
  const text = JSON.stringify(value);
  await characters?.learn([text]);
  return characters?.storable(text) ?? text;
}

/** Runs that write the file of their rejects once they have ended. */
const writesRejects = new Set<Outcome['status']>([
  'completed',
  'completed_with_rejects',
  'refused',
]);

/** The part of an outcome that the job's row keeps as one document. */
export function jobResult(
  outcome: Outcome,
  run: { durationMs: number; start: JobStart; speed?: JobResult['speed'] },
): JobResult {
  const { rejectsFile, acceptRejects } = run.start;
  const codeOfRejects = outcome.rows.rejected > 0 && !acceptRejects ? 3 : 0;
  return {
    duplicates: outcome.rows.duplicates,
    products: outcome.products,
    missing: outcome.missing,
    pricesRounded: outcome.pricesRounded,
    error: outcome.error,
    notes: outcome.notes,
    phases: outcome.phases,
    durationMs: Math.round(run.durationMs),
    peakMemoryBytes: peakMemoryBytes(),
    rejectsFile: writesRejects.has(outcome.status) ? rejectsFile : null,
    exitCode: outcome.exitCode ?? codeOfRejects,
    speed: run.speed ?? [],
  };
}

/** Of this process alone: what getrusage says on Linux may be the peak of the one that began it. */
function peakMemoryBytes(): number {
  const own = /^VmHWM:\s+(\d+) kB/m.exec(readOwnStatus());
  return (own ? Number(own[1]) : process.resourceUsage().maxRSS) * 1024;
}

function readOwnStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}

/**
 * The record of a dry run: its rejects stand in a transaction that is never committed, so that they
 * need no memory and leave no trace.
 */
export class DryRecord implements LoadRecord {
  readonly jobId = null;

  private readonly rejects: RejectWriter;

  private constructor(session: Session) {
    this.rejects = new RejectWriter(session, null);
  }

  static async open(session: Session): Promise<DryRecord> {
    await session.begin();
    return new DryRecord(session);
  }

  hold(): Promise<void> {
    return Promise.resolve();
  }

  addRejects(rejects: Reject[]): Promise<void> {
    return this.rejects.add(rejects);
  }

  progress(): void {}

  settle(): Promise<void> {
    return Promise.resolve();
  }

  complete(): Promise<void> {
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
