/** An option as commander spells it, such as `--max-rejects <n>`. */
export interface OptionSpec {
  flags: string;
  description: string;
  /** Heading under which `--help` lists it. */
  group?: string | undefined;
  choices?: readonly string[];
  default?: unknown;
  repeatable?: boolean;
  /** Whether `''` is a value like any other, not the sign of a variable that is not set. */
  allowsEmpty?: boolean;
  /** Turns the text into its value; what it throws becomes a usage error naming the option. */
  parse?: (text: string) => unknown;
}

export interface ArgumentSpec {
  /** As commander spells it: `<file>`, `[job]`, `<sku...>`. */
  name: string;
  description: string;
  /** The words that it takes; without any it takes every text. */
  choices?: readonly string[];
}

/** For `parse`: a whole number from `least` to `most`; PostgreSQL's integers end there. */
export function wholeNumber(least: number, most = 2 ** 31 - 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const limit = value > most ? ` to ${most}` : '';
    throw new Error(`It takes a whole number from ${least}${limit}.`);
  };
}

/** PostgreSQL counts the milliseconds of a wait in 31 bits. */
const longestWaitSeconds = Math.floor((2 ** 31 - 1) / 1000);

/** How long a command waits for whoever holds the catalogue. */
export function waitOptions(group?: string): OptionSpec[] {
  const description = 'for another load, purge or undo that merges';
  const parse = wholeNumber(0, longestWaitSeconds);
  return [
    { group, flags: '--wait <seconds>', description, default: 600, parse },
    { group, flags: '--no-wait', description: 'stop at once when another one merges' },
  ];
}

/** The wait in milliseconds; 0 for none. */
export function waitMsOf({ wait }: WaitOptions): number {
  return wait === false ? 0 : Number(wait) * 1000;
}

/** As commander hands them over: `--no-wait` makes a `false` of it. */
export interface WaitOptions {
  wait: number | boolean;
}
