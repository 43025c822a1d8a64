import { showSeconds } from '../figures.js';

/** What a run does at the moment, in this order. */
export const phases = ['waiting', 'reading', 'merging', 'done'] as const;
export type Phase = (typeof phases)[number];

/** What a merge does at the moment, in this order. */
export const steps = ['comparing', 'writing', 'indexing', 'committing'] as const;
export type Step = (typeof steps)[number];

/** How far the reading is. Totals since the start, not differences. */
export interface ReadSoFar {
  /** Bytes of the file as stored. */
  bytesRead: number;
  /** null for standard input. */
  bytesTotal: number | null;
  rows: number;
  rejected: number;
  /** Where it is not rows that `rows` counts, and their number is known rather than their bytes. */
  counted?: Counted;
}

/** What is counted instead of rows. */
export interface Counted {
  /** `image` */
  noun: string;
  total: number;
  /** What those in `rejected` are called: `dead`. */
  rejected: string;
}

/** How long a step may take, by those of earlier runs. */
export interface Expected {
  /** In all; null where nothing tells. */
  ms: number | null;
  /** How long it has gone on already. */
  ageMs: number;
}

/**
 * Shows a run while it runs. Call `update` once a batch: it only keeps the figures. Messages are
 * plain text of any origin, they are escaped where they are shown.
 */
export interface Progress {
  /**
   * A message says what the phase is about: what is read, what is waited for.
   * @param ageMs how long it has gone on already
   */
  phase(name: Phase, message?: string, ageMs?: number): void;
  /** The step that the phase has come to, and how long it may take. */
  step(name: Step | null, expected?: Expected): void;
  update(read: ReadSoFar): void;
  /** A line that stays on the screen: a warning, a decision. */
  note(message: string): void;
  /** Takes away whatever moves. Safe to call more than once; call it in a `finally`. */
  stop(): void;
}

/** What every kind of progress remembers. */
export interface State {
  phase: Phase;
  message: string | null;
  step: Step | null;
  /** How long the step may take, and when it began. */
  stepMs: number | null;
  stepSince: number;
  read: ReadSoFar;
  /** Milliseconds of a clock that never jumps: when the phase began, and now. */
  since: number;
  now: number;
}

export function newState(): State {
  const now = performance.now();
  const read = { bytesRead: 0, bytesTotal: null, rows: 0, rejected: 0 };
  const nothing = { message: null, step: null, stepMs: null };
  return { phase: 'waiting', ...nothing, stepSince: now, read, since: now, now };
}

export function enterPhase(state: State, phase: Phase, message?: string, ageMs = 0): void {
  const now = performance.now();
  Object.assign(state, { phase, message: message ?? null, step: null, since: now - ageMs, now });
}

export function enterStep(state: State, step: Step | null, expected?: Expected): void {
  const stepSince = performance.now() - (expected?.ageMs ?? 0);
  Object.assign(state, { step, stepSince, stepMs: expected?.ms ?? null });
}

/** What is done at the moment, in a word or two. */
export function doing({ message, phase, step }: State): string {
  return message ?? (step === null ? phase : `${phase}: ${step}`);
}

/** null until there is something to divide by. */
export function rowsPerSecond({ read, since, now }: State): number | null {
  const ms = now - since;
  return ms >= 100 && read.rows > 0 ? (read.rows * 1000) / ms : null;
}

/** Time left to read, from what was read so far; of a step, from earlier ones; null where none tells. */
export function msLeft({ step, stepMs, stepSince, read, since, now }: State): number | null {
  if (step !== null) return stepMs === null ? null : positive(stepMs - (now - stepSince));
  const ms = now - since;
  const [done, total] = doneOf(read);
  if (total === null || done === 0 || ms < 500) return null;
  return Math.max(0, (ms * (total - done)) / done);
}

/** `, about 12 s left` of a step; blank where nothing tells. */
export function showStepLeft(state: State): string {
  const left = state.step === null ? null : msLeft(state);
  return left === null ? '' : `, about ${showSeconds(left)} left`;
}

/** A step that takes longer than those before it says nothing of its end. */
function positive(ms: number): number | null {
  return ms > 0 ? ms : null;
}

/** Share of the whole that was read, 0 to 1; null where the total is not known. */
export function shareRead(read: ReadSoFar): number | null {
  const [done, total] = doneOf(read);
  if (total === null || total === 0) return null;
  return Math.min(1, done / total);
}

function doneOf({ counted, rows, bytesRead, bytesTotal }: ReadSoFar): [number, number | null] {
  return counted ? [rows, counted.total] : [bytesRead, bytesTotal];
}
