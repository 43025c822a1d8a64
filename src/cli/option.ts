import { Argument, InvalidArgumentError, Option, type Command as Program } from 'commander';
import { didYouMean } from '../errors.js';

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

/** An option for commander, read by our rules. */
export function toOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.group) option.helpGroup(spec.group);
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.choices) option.choices(spec.choices);
  return option.argParser((text, previous) => {
    const value = read(spec, text, 'give a value, or leave the option out.');
    return spec.repeatable ? [...((previous as unknown[]) ?? []), value] : value;
  });
}

/** An argument for commander, read by our rules. */
export function toArgument(spec: ArgumentSpec): Argument {
  return new Argument(spec.name, spec.description).argParser((text) =>
    read(spec, text, 'is a variable not set?'),
  );
}

/** Refuses an option beside its `--no-` form: nobody can mean both. */
export function refuseBoth(program: Program): void {
  for (const { long: no } of program.options.filter(({ negate }) => negate)) {
    const yes = `--${no!.slice('--no-'.length)}`;
    const given = new Set<string>();
    for (const flag of [yes, no!]) {
      program.on(`option:${flag.slice(2)}`, () => {
        if (given.add(flag).size < 2) return;
        program.error(`error: ${yes} and ${no} contradict each other: give one of them.`);
      });
    }
  }
}

/** What an option may hold, which an argument may, too. */
type Readable = Pick<OptionSpec, 'choices' | 'parse' | 'allowsEmpty'>;

/** An empty value is mostly a variable of a script that is not set: it never means "none". */
function read({ choices, parse, allowsEmpty }: Readable, text: string, wayOut: string): unknown {
  if (text === '' && !allowsEmpty) throw new InvalidArgumentError(`It is empty: ${wayOut}`);
  if (choices && !choices.includes(text)) {
    const hint = didYouMean(text, choices);
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.${hint}`);
  }
  try {
    return parse ? parse(text) : text;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
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
