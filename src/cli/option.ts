import { Argument, InvalidArgumentError, Option, type Command as Program } from 'commander';
import { didYouMean } from '../errors.js';
import type { ArgumentSpec, OptionSpec } from '../option.js';

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

/** As they would be typed, signs and all: `"auto", ".", ","`. */
function quotedChoices(choices: readonly string[]): string {
  return choices.map((choice) => (choice === '"' ? `'"'` : `"${choice}"`)).join(', ');
}

/** An empty value is mostly a variable of a script that is not set: it never means "none". */
function read({ choices, parse, allowsEmpty }: Readable, text: string, wayOut: string): unknown {
  if (text === '' && !allowsEmpty) throw new InvalidArgumentError(`It is empty: ${wayOut}`);
  if (choices && !choices.includes(text)) {
    const hint = didYouMean(text, choices);
    throw new InvalidArgumentError(`Allowed choices are ${quotedChoices(choices)}.${hint}`);
  }
  try {
    return parse ? parse(text) : text;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
