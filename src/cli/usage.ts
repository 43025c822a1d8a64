import type { CommanderError } from 'commander';
import { UsageError } from '../errors.js';
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

/** Adds where to read on, to an error of the command line itself. */
export function withHint(error: unknown, words: string): unknown {
  if (!(error instanceof UsageError) || error.code !== 'usage') return error;
  return new UsageError(`${error.message}\nSee ${words} --help`, error.code, { cause: error });
}
