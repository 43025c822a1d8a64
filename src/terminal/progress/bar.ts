import cliProgress from 'cli-progress';
import ora from 'ora';
import { plainPalette, type Palette } from '../colour.js';
import { showSafely, cut, displayWidth, forTheEye } from '../escape.js';
import { showSeconds, countOf, showBytes, showCount, showRate, showShare } from '../figures.js';
import {
  type Progress,
  type State,
  doing,
  enterPhase,
  enterStep,
  newState,
  msLeft,
  rowsPerSecond,
  showStepLeft,
  shareRead,
} from './progress.js';

/** What moves on the screen: never more than one thing at a time. */
interface Moving {
  start(): void;
  /** Leaves the line empty, with the cursor at its beginning. */
  stop(): void;
}

/** A bar while reading, a spinner while waiting and merging; nothing of it stays behind. */
export function createBar(
  stream: NodeJS.WriteStream,
  intervalMs: number,
  palette: Palette = plainPalette,
): Progress {
  const state = newState();
  const spinner = createSpinner(stream, state, palette);
  const bar = createReadingBar(stream, state, intervalMs, palette);
  let moving: Moving | null = null;
  const show = (next: Moving | null) => {
    moving?.stop();
    moving = next;
    moving?.start();
  };

  return {
    phase(name, message, ageMs) {
      enterPhase(state, name, message, ageMs);
      if (name === 'done') return show(null);
      show(name === 'reading' ? bar : spinner);
    },
    step(name, expected) {
      enterStep(state, name, expected);
    },
    update(read) {
      state.read = read;
    },
    note(message) {
      moving?.stop();
      stream.write(`${forTheEye(showSafely(message), stream)}\n`);
      moving?.start();
    },
    stop: () => show(null),
  };
}

function createReadingBar(
  stream: NodeJS.WriteStream,
  state: State,
  intervalMs: number,
  palette: Palette,
): Moving {
  const bar = new UnrefBar({
    stream,
    fps: 1000 / intervalMs,
    format: () => {
      state.now = performance.now();
      return barLine(state, columnsOf(stream), palette);
    },
    hideCursor: true,
    clearOnComplete: true,
    // Signals are answered by the program, in one place, which then calls stop().
    gracefulExit: false,
  });
  return { start: () => bar.start(1, 0), stop: () => bar.stop() };
}

/** cli-progress draws by a timer of its own, which must not keep a failed run from ending. */
class UnrefBar extends cliProgress.SingleBar {
  override render(): void {
    super.render();
    (this as unknown as { timer: NodeJS.Timeout | null }).timer?.unref();
  }
}

/**
 * ora's frames, drawn by a timer of our own: its own can't be unref'd, and start() would also put
 * hooks into the standard streams and the signals.
 */
function createSpinner(stream: NodeJS.WriteStream, state: State, palette: Palette): Moving {
  const spinner = ora({
    stream: withColumns(stream),
    isEnabled: true,
    discardStdin: false,
    color: false,
  });
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    state.now = performance.now();
    spinner.text = spinnerText(state, columnsOf(stream), palette);
    spinner.render();
  };
  return {
    start() {
      stream.write(hideCursor);
      draw();
      timer = setInterval(draw, spinner.interval).unref();
    },
    stop() {
      clearInterval(timer);
      spinner.clear();
      stream.write(showCursor);
    },
  };
}

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';

function spinnerText(state: State, columns: number, palette: Palette): string {
  const elapsed = state.now - state.since;
  const time = elapsed < 1000 ? '' : ` ${showSeconds(elapsed)}${showStepLeft(state)}`;
  const text = cut(showSafely(doing(state)), Math.max(1, columns - time.length - 4));
  return `${text}${palette.quiet(time)}`;
}

/** Some pseudo-terminals say that they have no columns at all. */
function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.columns || 80;
}

/** ora divides by the columns: with none of them it would clear lines for ever. */
function withColumns(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stream, {
    get(target, key) {
      if (key === 'columns') return columnsOf(target);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const shortestBar = 10;
const longestBar = 32;
const gap = '  ';

/**
 * The line while reading: `━━━━━━━━  45%  31.5 MB of 70.1 MB  225,000 rows  144,000 rows/s  3
 * rejected  5.0 s left`. Where the terminal is too narrow, the least useful parts go first.
 */
export function barLine(state: State, columns: number, palette: Palette): string {
  const share = shareRead(state.read);
  const parts = fitting(partsOf(state), columns - (share === null ? 0 : shortestBar + 8));
  const text = parts.join(gap);
  if (share === null) return cut(state.read.counted ? text : `reading${gap}${text}`, columns - 1);
  const room = columns - 1 - displayWidth(text) - gap.length * 2 - 4;
  const bar = drawBar(share, Math.max(1, Math.min(longestBar, room)), palette);
  return `${bar} ${showShare(share).padStart(4)}${gap}${painted(text, state, palette)}`;
}

/** Parts in the order in which they are shown; `keep` says which outlive which (1 stays last). */
function partsOf(state: State): { text: string; keep: number }[] {
  const { rows, rejected, bytesRead, bytesTotal, counted } = state.read;
  const noun = counted?.noun ?? 'row';
  const rate = rowsPerSecond(state);
  const left = msLeft(state);
  const of = bytesTotal === null ? '' : ` of ${showBytes(bytesTotal)}`;
  return [
    { text: `${showBytes(bytesRead)}${of}`, keep: 5 },
    { text: countOf(rows, noun), keep: 1 },
    { text: rate === null ? '' : showRate(rate, noun), keep: 4 },
    { text: rejected === 0 ? '' : rejectedText(state.read), keep: 2 },
    { text: left === null ? '' : `${showSeconds(left)} left`, keep: 3 },
  ].filter(({ text }) => text !== '');
}

function fitting(parts: { text: string; keep: number }[], columns: number): string[] {
  let kept = parts;
  const width = () => kept.reduce((sum, { text }) => sum + displayWidth(text) + gap.length, 0);
  for (let keep = 5; keep > 1 && width() > columns; keep -= 1) {
    kept = kept.filter((part) => part.keep !== keep);
  }
  return kept.map(({ text }) => text);
}

function drawBar(share: number, length: number, palette: Palette): string {
  const done = Math.floor(share * length);
  return palette.accent('━'.repeat(done)) + palette.quiet('─'.repeat(length - done));
}

function rejectedText({ rejected, counted }: State['read']): string {
  return `${showCount(rejected)} ${counted?.rejected ?? 'rejected'}`;
}

function painted(text: string, { read }: State, palette: Palette): string {
  const rejected = rejectedText(read);
  return text.replace(`${gap}${rejected}`, `${gap}${palette.warn(rejected)}`);
}
