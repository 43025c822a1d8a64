import type { Writable } from 'node:stream';
import { jsonSafely } from '../escape.js';
import { logLine } from '../log.js';
import type { Progress } from './progress.js';
import { enterPhase, enterStep, msLeft, newState, rowsPerSecond } from './progress.js';
import type { ProgressLine } from './schema.js';

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
