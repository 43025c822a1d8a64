import type { Palette } from '../colour.js';
import { plainPalette } from '../colour.js';
import { createBar } from './bar.js';
import { createLog, createNdjson } from './json.js';
import { createLines } from './lines.js';
import type { Progress } from './progress.js';

export type ProgressMode = 'bar' | 'lines' | 'json' | 'log' | 'none';

/**
 * What to show: what was asked for, else nothing under `--quiet`, a bar on a terminal that can
 * redraw, and lines elsewhere. A bar is never drawn where there is no such terminal.
 */
export function progressMode(ask: {
  quiet: boolean;
  /** Of standard error. */
  isTTY: boolean;
  /** `$TERM`; `dumb` can't redraw. */
  term?: string | undefined;
  requested: ProgressMode | null;
}): ProgressMode {
  const canRedraw = ask.isTTY && ask.term !== 'dumb';
  if (ask.requested === 'bar') return canRedraw ? 'bar' : 'lines';
  if (ask.requested !== null) return ask.requested;
  if (ask.quiet) return 'none';
  return canRedraw ? 'bar' : 'lines';
}

export interface ProgressOptions {
  mode: ProgressMode;
  /** Standard error. */
  stream: NodeJS.WriteStream;
  /** How often something is shown; by default 100 for a bar, 1,000 for JSON and logs, 5,000 for lines. */
  intervalMs?: number;
  palette?: Palette;
}

export function createProgress(options: ProgressOptions): Progress {
  const { mode, stream, intervalMs, palette = plainPalette } = options;
  switch (mode) {
    case 'bar':
      return createBar(stream, intervalMs ?? 100, palette);
    case 'lines':
      return createLines(stream, intervalMs ?? 5000);
    case 'json':
      return createNdjson(stream, intervalMs ?? 1000);
    case 'log':
      return createLog(stream, intervalMs ?? 1000);
    case 'none':
      return silence;
  }
}

const silence: Progress = {
  phase: () => {},
  update: () => {},
  note: () => {},
  stop: () => {},
};
