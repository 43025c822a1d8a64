import { readFileSync } from 'node:fs';
import { isConnectionLost, suppressed } from '../db/failure.js';
import type { Session } from '../db/session.js';
import type { Step } from '../terminal/progress/progress.js';
import { runBy } from '../environment.js';
import type { Job, RunResult, SpeedSample, Way } from './job.js';
import { cellsText, RejectWriter } from './rejects.js';

/** How far a run has come. */
export interface RunProgress {
  phase: Exclude<Job['phase'], 'done'>;
  /** Of the merge; null in other phases. */
  step: Job['step'];
  rows: number;
  rejected: number;
  bytesRead: number;
  /** How long earlier loads were at such a step; null where none tells. */
  stepMs?: number | null;
}

/** What is known of a job before its first row is read. */
export type JobStart = Pick<
  Job,
  'kind' | 'source' | 'header' | 'options' | 'bytesTotal' | 'toolVersion'
>;

interface RecordOptions {
  dryRun?: boolean;
  onProgress?: (progress: RunProgress) => void;
}

const ignore = () => undefined;
const progressEveryMs = 1000;

/**
 * Writes down what happens to a run: its row in `jobs`, its rejects, its progress. It has a connection
 * of its own, so that all of this outlives a rollback of the run. A dry run is no job and has no row;
 * its rejects stand in a transaction that is never committed.
 */
export class RunRecord {
  readonly rejects: RejectWriter;
  private readonly startedAt = new Date();
  private readonly began = performance.now();
  private readonly speed = new SpeedRecord();
  private nextProgressAt = 0;
  private last: RunProgress = {
    phase: 'reading',
    step: null,
    rows: 0,
    rejected: 0,
    bytesRead: 0,
  };
  /** How products are written, as far as it is known. */
  private way: Way = null;
  private stepSince = 0;
  private readonly stepMs = new Map<Step, number>();
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    /** Null for a dry run. */
    readonly jobId: string | null,
    private readonly session: Session,
    private start: JobStart,
    private readonly onProgress: (progress: RunProgress) => void,
  ) {
    this.rejects = new RejectWriter(session, jobId);
  }

  /** Takes a number for the job. Nobody sees the job until `hold` has been called. */
  static async open(
    session: Session,
    start: JobStart,
    { dryRun = false, onProgress = ignore }: RecordOptions = {},
  ): Promise<RunRecord> {
    if (dryRun) {
      await session.begin();
      return new RunRecord(null, session, start, onProgress);
    }
    const { id } = await session.one<{ id: string }>('job/next_id');
    return new RunRecord(id, session, start, onProgress);
  }

  /** Makes the transaction hold the lock by which others see that the job is alive. */
  async hold(transaction: Session): Promise<void> {
    if (this.jobId === null) return;
    // First the lock, then the row: whoever sees a running job without a lock sees a dead one.
    await transaction.query('job/hold', [this.jobId]);
    const { kind, source, options, bytesTotal, header, toolVersion } = this.start;
    const columns = header && cellsText(this.session, header);
    const facts = [await storedJson(this.session, source), await storedJson(this.session, options)];
    const who = [await this.session.storable(runBy()), toolVersion];
    const values = [this.jobId, kind, ...facts, bytesTotal, columns, ...who];
    await this.session.write('job/add', values, 1, `the record of job ${this.jobId}`);
  }

  /** Adds what is known of a source that was opened only once the job was held. */
  async describe(start: JobStart): Promise<void> {
    this.start = start;
    if (this.jobId === null) return;
    const { source, bytesTotal, header } = start;
    const columns = header && cellsText(this.session, header);
    const values = [this.jobId, await storedJson(this.session, source), bytesTotal, columns];
    await this.session.write('job/describe', values, 1, `the record of job ${this.jobId}`);
  }

  /** Notes progress now and then, and every phase; cheap enough for every batch. */
  progress(progress: RunProgress): void {
    this.onProgress(progress);
    const { last } = this;
    if (progress.step !== last.step) this.endStep();
    this.last = progress;
    if (this.jobId === null) return;
    const { phase, step, rows, rejected, bytesRead } = progress;
    const now = performance.now();
    this.speed.note({ atMs: Math.round(now - this.began), rows });
    const isSame = phase === last.phase && step === last.step;
    if (now < this.nextProgressAt && isSame) return;
    this.nextProgressAt = now + progressEveryMs;
    const values = [this.jobId, phase, rows, rejected, bytesRead, step, this.way];
    const write = async () => {
      const [noted] = await this.session.query<{ stepMs: number | null }>(
        'job/note_progress',
        values,
      );
      const isAtIt = step !== null && step === this.last.step;
      if (noted && isAtIt) this.onProgress({ ...this.last, ...noted });
    };
    // A failure to note progress shows itself at the next statement that matters.
    this.writing = this.writing.then(write).catch(() => undefined);
  }

  /**
   * Notes a step of the merge, which may come more than once; the one before it has ended.
   * @param way how products are written, where that is known by now
   */
  step(name: Step, way: Way = this.way): void {
    const isSame = name === this.last.step && way === this.way;
    this.way = way;
    if (isSame) return;
    // The way alone is worth a write: it tells how long the step may take.
    this.nextProgressAt = 0;
    this.progress({ ...this.last, phase: 'merging', step: name });
  }

  private endStep(): void {
    const { step } = this.last;
    const ms = performance.now() - this.stepSince;
    if (step !== null) this.stepMs.set(step, (this.stepMs.get(step) ?? 0) + ms);
    this.stepSince += ms;
  }

  /** Adds how long COMMIT took: of no consequence where that fails. */
  async committed(ms: number): Promise<void> {
    await this.session.query('job/note_commit', [this.jobId, ms]).catch(() => undefined);
  }

  /** The result with what only the record has measured. */
  measured(result: RunResult): RunResult {
    const durationMs = Math.round(performance.now() - this.began);
    const speed = this.speed.samples();
    this.endStep();
    const steps = [...this.stepMs].map(([step, ms]) => [`${step}Ms`, Math.round(ms)]);
    const phases = { ...result.phases, ...(Object.fromEntries(steps) as object) };
    return { ...result, durationMs, phases, speed, peakMemoryBytes: peakMemoryBytes() };
  }

  /**
   * Writes the result when all progress is written; none is written after it.
   * @param session the run's own transaction; or, for a run that was rolled back, another connection
   *   where the record's own was lost
   * @returns whether others have taken the run for crashed, and said so
   */
  async end(result: RunResult, session = this.session): Promise<boolean> {
    if (this.jobId === null) return false;
    this.nextProgressAt = Infinity;
    await this.writing;
    const { sha256, bytesRead } = result;
    const known: Job['source'] = sha256 === null ? {} : { sha256, bytes: bytesRead };
    const values = [this.jobId, await storedJson(session, result), known];
    // Nothing is committed that the record does not tell of.
    const [ended] = await session.query<{ crash_told: boolean }>('job/end', values);
    if (!ended) throw suppressed(`how job ${this.jobId} ended`);
    return ended.crash_told;
  }

  /**
   * Writes the result of a run that was rolled back, and what belongs with it, unless others have
   * taken the run for crashed and said so. Where that can't be written, the result is all the same.
   */
  async endAlone(
    result: RunResult,
    andWrite: ((transaction: Session, result: RunResult) => Promise<void>) | undefined,
    session = this.session,
  ): Promise<void> {
    if (this.jobId === null || !andWrite) return void (await this.end(result, session));
    await this.writing;
    try {
      await session.transaction(async () => {
        if (!(await this.end(result, session))) await andWrite(session, result);
      });
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      await this.end(result, session);
    }
  }

  /** The run that has ended with this result, as far as it is known without the database. */
  job(result: RunResult): Job {
    const { sha256, bytesRead } = result;
    const source = { ...this.start.source, sha256, bytes: bytesRead };
    const ended = { startedAt: this.startedAt, finishedAt: new Date() };
    const who = { by: runBy(), databaseRole: this.session.client.user ?? null };
    return {
      ...this.start,
      ...ended,
      ...who,
      id: this.jobId,
      phase: 'done',
      step: null,
      source,
      result,
    };
  }
}

/** A document as the database can hold it. */
export function storedJson(session: Session, value: unknown): Promise<string> {
  return session.storable(JSON.stringify(value));
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

const maxSamples = 80;
const firstEveryMs = 50;

/**
 * How many rows were read when, in a list that stays short however long the run: whenever it is
 * full, every second sample goes, and from then on half as many are taken.
 */
export class SpeedRecord {
  private kept: SpeedSample[] = [];
  private everyMs = firstEveryMs;

  /** To be called as often as there is news. */
  note(sample: SpeedSample): void {
    if (sample.atMs - (this.kept.at(-1)?.atMs ?? 0) < this.everyMs) return;
    this.kept.push(sample);
    if (this.kept.length < maxSamples) return;
    this.kept = this.kept.filter((_, at) => at % 2 === 1);
    this.everyMs *= 2;
  }

  samples(): SpeedSample[] {
    return this.kept;
  }
}
