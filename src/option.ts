import { Argument, InvalidArgumentError, Option } from 'commander';
import { didYouMean } from './closest.js';
import type { ArgumentSpec, OptionSpec } from './command.js';

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
