import type { Writable } from 'node:stream';
import type { z as Z } from 'zod';
import { jsonSafely, logLine } from '../escape.js';
import {
  type Progress,
  enterPhase,
  enterStep,
  msLeft,
  newState,
  rowsPerSecond,
  phases,
  steps,
} from './progress.js';

/**
 * NDJSON for programs: a line at every change of phase and every so often while in one, with the
 * keys of `status --json` (phase, rows, bytesRead, bytesTotal); notes are `{"note": …}`.
 */
export function createNdjson(stream: Writable, intervalMs: number): Progress {
  return createLines(intervalMs, (line) => void stream.write(`${jsonSafely(line)}\n`));
}

/** The same as lines of a log, in the shape that all of its lines have. */
export function createLog(stream: Writable, intervalMs: number): Progress {
  return createLines(intervalMs, (line) => void stream.write(loggedLine(line)));
}

function loggedLine(line: ProgressLine): string {
  if ('note' in line) return logLine('info', line.note);
  const { message, ...figures } = line;
  return logLine('info', message ?? line.phase, figures);
}

function createLines(intervalMs: number, write: (line: ProgressLine) => void): Progress {
  const state = newState();
  const say = () => {
    state.now = performance.now();
    write(line());
  };
  const line = (): ProgressLine => ({
    phase: state.phase,
    ...(state.message === null ? {} : { message: state.message }),
    step: state.step,
    ...state.read,
    rowsPerSecond: state.phase === 'reading' ? rounded(rowsPerSecond(state)) : null,
    msLeft: state.phase === 'reading' || state.step ? rounded(msLeft(state)) : null,
  });
  const timer = setInterval(() => {
    if (state.phase !== 'done') say();
  }, intervalMs).unref();

  return {
    phase(name, message, ageMs) {
      enterPhase(state, name, message, ageMs);
      timer.refresh();
      say();
    },
    step(name, expected) {
      const isNext = name !== state.step;
      enterStep(state, name, expected);
      if (isNext && name !== null) say();
    },
    update(read) {
      state.read = read;
    },
    note: (message) => write({ note: message }),
    stop() {
      clearInterval(timer);
    },
  };
}

function rounded(figure: number | null): number | null {
  return figure === null ? null : Math.round(figure);
}

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

type ProgressLine = Z.infer<ReturnType<typeof progressLineSchema>>;
