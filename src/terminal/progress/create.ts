import type { Palette } from '../colour.js';
import { showSafely } from '../escape.js';
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
  /** `$CI`: a log is kept of what only looks like a terminal. */
  ci?: string | undefined;
  requested: ProgressMode | null;
}): ProgressMode {
  const canRedraw = ask.isTTY && ask.term !== 'dumb';
  const isLogged = Boolean(ask.ci) && ask.ci !== 'false';
  if (ask.requested === 'bar') return canRedraw ? 'bar' : 'lines';
  if (ask.requested !== null) return ask.requested;
  if (ask.quiet) return 'none';
  return canRedraw && !isLogged ? 'bar' : 'lines';
}

export interface ProgressOptions {
  mode: ProgressMode;
  /** Standard error. */
  stream: NodeJS.WriteStream;
  /** How often it shows: by default 100 for a bar, 1,000 for JSON and logs, 5,000 for lines. */
  intervalMs?: number;
  palette?: Palette;
}

/** Imports no more than what is shown: a bar's packages take longer than a small file. */
export async function createProgress(options: ProgressOptions): Promise<Progress> {
  const { mode, stream, intervalMs, palette } = options;
  switch (mode) {
    case 'bar': {
      const { createBar } = await import('./bar.js');
      return createBar(stream, intervalMs ?? 100, palette);
    }
    case 'lines': {
      const { createLines } = await import('./lines.js');
      return createLines(stream, intervalMs ?? 5000);
    }
    case 'json': {
      const { createNdjson } = await import('./json.js');
      return createNdjson(stream, intervalMs ?? 1000);
    }
    case 'log': {
      const { createLog } = await import('./json.js');
      return createLog(stream, intervalMs ?? 1000);
    }
    case 'none':
      return { ...silence, note: (message) => void stream.write(`${showSafely(message)}\n`) };
  }
}

const silence: Omit<Progress, 'note'> = {
  phase: () => {},
  step: () => {},
  update: () => {},
  stop: () => {},
};
