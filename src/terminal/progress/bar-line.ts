import type { Palette } from '../colour.js';
import { countOf, showBytes, showCount, showRate, showSeconds, showShare } from '../figures.js';
import { cut, displayWidth } from '../width.js';
import type { State } from './progress.js';
import { msLeft, rowsPerSecond, shareRead } from './progress.js';

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
