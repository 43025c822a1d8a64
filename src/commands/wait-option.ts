import { wholeNumber, type OptionSpec } from '../option.js';

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
