import type { Writable } from 'node:stream';
import { jsonSafely } from '../escape.js';
import { logLine } from '../log.js';
import type { Phase, Progress } from './progress.js';
import { enterPhase, msLeft, newState, rowsPerSecond } from './progress.js';

/**
 * NDJSON for programs: a line at every change of phase and every so often while in one, with the
 * keys of `status --json` (phase, rows, bytesRead, bytesTotal); notes are `{"note": …}`.
 */
export function createNdjson(stream: Writable, intervalMs: number): Progress {
  return createDocuments(intervalMs, {
    say: (phase, message, figures) => {
      const document = { phase, ...(message === null ? {} : { message }), ...figures };
      stream.write(`${jsonSafely(document)}\n`);
    },
    note: (message) => void stream.write(`${jsonSafely({ note: message })}\n`),
  });
}

/** The same as lines of a log, in the shape that all of its lines have. */
export function createLog(stream: Writable, intervalMs: number): Progress {
  return createDocuments(intervalMs, {
    say: (phase, message, figures) => {
      stream.write(logLine('info', message ?? phase, { phase, ...figures }));
    },
    note: (message) => void stream.write(logLine('info', message)),
  });
}

interface Writing {
  say: (phase: Phase, message: string | null, figures: object) => void;
  note: (message: string) => void;
}

function createDocuments(intervalMs: number, write: Writing): Progress {
  const state = newState();
  const say = () => {
    state.now = performance.now();
    write.say(state.phase, state.message, figures());
  };
  const figures = () => ({
    ...state.read,
    rowsPerSecond: state.phase === 'reading' ? rounded(rowsPerSecond(state)) : null,
    msLeft: state.phase === 'reading' ? rounded(msLeft(state)) : null,
  });
  const timer = setInterval(() => {
    if (state.phase !== 'done') say();
  }, intervalMs).unref();

  return {
    phase(name, message) {
      enterPhase(state, name, message);
      timer.refresh();
      say();
    },
    update(read) {
      state.read = read;
    },
    note: write.note,
    stop() {
      clearInterval(timer);
    },
  };
}

function rounded(figure: number | null): number | null {
  return figure === null ? null : Math.round(figure);
}
