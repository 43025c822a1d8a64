import type { Writable } from 'node:stream';
import { showSafely } from '../escape.js';
import { countOf, showBytes, showRate, showSeconds, showShare } from '../figures.js';
import type { Progress, State } from './progress.js';
import {
  doing,
  enterPhase,
  enterStep,
  msLeft,
  newState,
  rowsPerSecond,
  showStepLeft,
  shareRead,
} from './progress.js';

/** Plain lines every so often, for logs and pipes. A run shorter than that stays silent. */
export function createLines(stream: Writable, intervalMs: number): Progress {
  const state = newState();
  const write = (line: string) => void stream.write(`${showSafely(line)}\n`);
  const timer = setInterval(() => {
    state.now = performance.now();
    if (state.phase !== 'done') write(progressLine(state));
  }, intervalMs).unref();

  return {
    phase(name, message, ageMs) {
      enterPhase(state, name, message, ageMs);
      timer.refresh();
      if (message !== undefined) write(message);
    },
    step(name, expected) {
      enterStep(state, name, expected);
    },
    update(read) {
      state.read = read;
    },
    note: write,
    stop() {
      clearInterval(timer);
    },
  };
}

/** `reading: 225,000 rows (45%), 144,000 rows/s, 3 rejected, 5 s left` */
function progressLine(state: State): string {
  if (state.phase !== 'reading') {
    return `${doing(state)} (${showSeconds(state.now - state.since)}${showStepLeft(state)})`;
  }
  const what = state.read.counted ? '' : 'reading: ';
  return `${what}${[amount(state), ...pace(state)].join(', ')}`;
}

function amount({ read }: State): string {
  const share = shareRead(read);
  const of = share === null ? showBytes(read.bytesRead) : showShare(share);
  return `${countOf(read.rows, read.counted?.noun ?? 'row')} (${of})`;
}

function pace(state: State): string[] {
  const rate = rowsPerSecond(state);
  const left = msLeft(state);
  const { rejected, counted } = state.read;
  const noun = counted?.noun ?? 'row';
  const parts = rate === null ? [] : [showRate(rate, noun)];
  if (rejected > 0) parts.push(`${countOf(rejected, noun)} ${counted?.rejected ?? 'rejected'}`);
  if (left !== null) parts.push(`${showSeconds(left)} left`);
  return parts;
}
