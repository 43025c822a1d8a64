import type { ColorSupportLevel } from 'chalk';

type Paint = (text: string) => string;

/** Colours by what they mean. Without colour each gives its text back. */
export interface Palette {
  good: Paint;
  warn: Paint;
  bad: Paint;
  strong: Paint;
  quiet: Paint;
  accent: Paint;
}

export interface ColourAsk {
  /** `--no-color` was given. */
  noColor: boolean;
  env: Record<string, string | undefined>;
  /** The stream that will be written to. */
  stream: { isTTY?: boolean; getColorDepth?: (env?: object) => number };
}

/**
 * How many colours to use. `--no-color` and a non-empty NO_COLOR always win, then FORCE_COLOR
 * (0 to 3, `true`, `false`), then TERM=dumb and whether the stream is a terminal at all.
 */
export function colourLevel({ noColor, env, stream }: ColourAsk): ColorSupportLevel {
  if (noColor || env.NO_COLOR) return 0;
  const forced = forcedLevel(env.FORCE_COLOR);
  if (forced !== null) return forced;
  if (stream.isTTY !== true || env.TERM === 'dumb') return 0;
  // An empty NO_COLOR says nothing, but Node would take it for a no.
  const { NO_COLOR: _, ...others } = env;
  const depth = stream.getColorDepth?.(others) ?? 4;
  if (depth >= 24) return 3;
  if (depth >= 8) return 2;
  return depth >= 4 ? 1 : 0;
}

/** The palette for a stream; see {@link colourLevel} for the conventions. */
export async function createPalette(ask: ColourAsk): Promise<Palette> {
  const level = colourLevel(ask);
  if (level === 0) return plainPalette;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  return {
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    strong: (text) => chalk.bold(text),
    quiet: (text) => chalk.dim(text),
    accent: (text) => chalk.cyan(text),
  };
}

const asItIs: Paint = (text) => text;

/** No colour at all: for files, pipes and tests. */
export const plainPalette: Palette = {
  good: asItIs,
  warn: asItIs,
  bad: asItIs,
  strong: asItIs,
  quiet: asItIs,
  accent: asItIs,
};

function forcedLevel(value: string | undefined): ColorSupportLevel | null {
  if (value === undefined) return null;
  if (value === '0' || value === 'false') return 0;
  if (value === '2') return 2;
  if (value === '3') return 3;
  return 1;
}
