import type { CommanderError } from 'commander';
import { shellWord, UsageError } from '../errors.js';
import type { OptionSpec } from '../option.js';

/** Turns commander's complaint into ours; help and version, which end a run too, stay as they are. */
export function failWith(
  words: string,
  options: OptionSpec[] = [],
): (error: CommanderError) => never {
  return (error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error;
    const message = error.message
      .replace(/^error: (command-argument )?/, '')
      .replace(
        /^unknown option '(--\w[\w-]*)'$/,
        (said, typed: string) => said + begunOf(typed, options),
      )
      .replace(/\n\((.*)\)$/, '. $1');
    throw withHint(new UsageError(message, 'usage', { cause: error }), words);
  };
}

/** Which option a word like `--dry` was begun to be. */
function begunOf(typed: string, options: OptionSpec[]): string {
  const begun = options.filter(({ flags }) => flags.startsWith(typed));
  const names = begun.map(({ flags }) => flags.split(' ')[0]);
  return names.length > 0 ? `. Did you mean ${names.join(' or ')}?` : '';
}

interface Taking {
  name: string;
  arguments?: readonly { name: string }[];
  options?: readonly OptionSpec[];
}

/**
 * Refuses words that the command does not take, with what was probably meant by them.
 * @throws UsageError
 */
export function refuseExcess(command: Taking, words: readonly string[]): void {
  const taken = command.arguments ?? [];
  if (words.length <= taken.length || taken.at(-1)?.name.includes('...')) return;
  const message = excessMessage(command, taken, words);
  throw withHint(new UsageError(message), `prodimport ${command.name}`);
}

function excessMessage(
  { name, options = [] }: Taking,
  taken: readonly { name: string }[],
  words: readonly string[],
): string {
  if (taken.length === 0 && options.some(({ flags }) => flags.startsWith('--search '))) {
    const text = words.join(' ');
    return `${name} takes no word without an option. Did you mean --search ${shellWord(text)}?`;
  }
  if (taken.some((one) => /file|source/.test(one.name))) {
    return `${name} takes one file at a time, and these are ${words.length}: call it for each of them.`;
  }
  const expected = taken.length === 1 ? '1 argument' : `${taken.length} arguments`;
  return `too many arguments for '${name}'. Expected ${expected} but got ${words.length}.`;
}

/** Adds where to read on, to an error of the command line itself. */
export function withHint(error: unknown, words: string): unknown {
  if (!(error instanceof UsageError) || error.code !== 'usage') return error;
  return new UsageError(`${error.message}\nSee ${words} --help`, error.code, { cause: error });
}
