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
  /** Whether it decides what a load does to the catalogue, and not only how that is shown. */
  decides?: boolean;
  /**
   * What `prodimport.config.json` may give it: any value, a file or folder below its own, or only
   * these choices. An option that does not say so is for the command line alone: somebody else may
   * have filled the folder. How a file is read and shown may stand there, and limits; not what
   * changes or deletes more than that, opens a way inside, or answers a question.
   */
  config?: 'any' | 'output' | readonly string[];
}

/**
 * For every command that prints a table.
 * @param columns what a pipe gets of each row, in this order
 */
export function headerOption(columns: readonly string[]) {
  return {
    flags: '--with-header',
    description: `in a pipe, name the columns in a first line: ${columns.join(', ')}`,
  } as const satisfies OptionSpec;
}

/**
 * Where images lie that a table names by a path. Never from the configuration file: whoever filled
 * the folder would choose what is read.
 */
export const imageRootOption = {
  flags: '--image-root <dir>',
  description: 'where images are that are named by a path (PRODIMPORT_IMAGE_ROOT)',
} as const satisfies OptionSpec;

type WordsOf<Flags> = Flags extends `--no-${infer Words}`
  ? Words
  : Flags extends `--${infer Words} ${string}`
    ? Words
    : Flags extends `--${infer Words}`
      ? Words
      : never;
type CamelCase<Words> = Words extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Words;

/** The name of an option in the code, as commander makes it: `--no-wait` is `wait`. */
type NameOf<Spec> = Spec extends { flags: infer Flags } ? CamelCase<WordsOf<Flags>> : never;

/** What one use of an option gives. */
type OneOf<Spec> = Spec extends { flags: `--no-${string}` }
  ? false
  : Spec extends { flags: `${string} <${string}` }
    ? Spec extends { parse: (text: string) => infer Value }
      ? Value
      : Spec extends { choices: readonly (infer Choice)[] }
        ? Choice
        : string
    : boolean;
type ValueOf<Spec> = Spec extends { repeatable: true } ? OneOf<Spec>[] : OneOf<Spec>;

type Named<Spec, Name> = Spec extends unknown ? (NameOf<Spec> extends Name ? Spec : never) : never;
type Certain<Spec> = NameOf<Extract<Spec, { default: unknown }>>;
type Negative<Spec> = Extract<Spec, { flags: `--no-${string}` }>;
/** Known by its `--no-` form alone: `true` until that is given. */
type On<Spec> = Exclude<NameOf<Negative<Spec>>, NameOf<Exclude<Spec, Negative<Spec>>>>;

/**
 * The options that these specifications describe: choices are a union of words, one with a default
 * is always there, one with a `--no-` form beside it may be `false`.
 */
export type OptionsOf<Specs extends readonly OptionSpec[], Spec = Specs[number]> = {
  [Name in Certain<Spec>]: ValueOf<Named<Spec, Name>>;
} & {
  [Name in On<Spec>]: boolean;
} & {
  [Name in Exclude<NameOf<Spec>, Certain<Spec> | On<Spec>>]?: ValueOf<Named<Spec, Name>>;
};

/** What options are where none of them is given. */
export function defaultsOf<Specs extends readonly OptionSpec[]>(specs: Specs): OptionsOf<Specs> {
  const isNegative = ({ flags }: OptionSpec) => flags.startsWith('--no-');
  const on = specs.filter(isNegative).map((spec) => [optionName(spec), true]);
  const others = specs.filter((spec) => !isNegative(spec));
  const known = others.map((spec) => [optionName(spec), spec.default]);
  return Object.fromEntries([...on, ...known]) as OptionsOf<Specs>;
}

/** The name of an option when the program runs. */
export function optionName({ flags }: OptionSpec): string {
  const words = flags.replace(/^--(no-)?/, '').replace(/ .*/, '');
  return words.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
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

/** For `parse`: a day or a time of ISO 8601, in UTC unless it says otherwise. */
export function moment(text: string): Date {
  const match = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[-+]\d\d:?\d\d)?)?$/i.exec(
    text,
  );
  const isDay = text.length === 10;
  const date = new Date(!match || isDay || match[1] ? text : `${text}Z`);
  if (match && !Number.isNaN(date.getTime())) return date;
  throw new Error('It takes a day or a time such as 2026-01-31 or 2026-01-31T08:00:00Z.');
}

const unitsMs: Record<string, number> = { m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 };

/** A millennium, which PostgreSQL can still subtract from today. */
const oldestMs = 52_000 * unitsMs.w!;

/** For `parse`: `90d`; gives milliseconds. */
export function age(text: string): number {
  const match = /^(\d+)([mhdw])$/.exec(text);
  const ageMs = match ? Number(match[1]) * unitsMs[match[2]!]! : Infinity;
  if (ageMs > oldestMs) throw new Error('It takes an age such as 90d, 12h or 2w.');
  return ageMs;
}

/** PostgreSQL counts the milliseconds of a wait in 31 bits. */
const longestWaitSeconds = Math.floor((2 ** 31 - 1) / 1000);

/** How long a command waits for whoever holds the catalogue. */
export function waitOptions<Group extends string>(group?: Group) {
  const description = 'for another load, purge or undo that merges';
  const parse = wholeNumber(0, longestWaitSeconds);
  return [
    { group, flags: '--wait <seconds>', config: 'any', description, default: 600, parse },
    {
      group,
      flags: '--no-wait',
      config: 'any',
      description: 'stop at once when another one merges',
    },
  ] as const satisfies OptionSpec[];
}

export type WaitOptions = OptionsOf<ReturnType<typeof waitOptions>>;

/** The wait in milliseconds; 0 for none. */
export function waitMsOf({ wait }: WaitOptions): number {
  return wait === false ? 0 : wait * 1000;
}
