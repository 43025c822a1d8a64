import { wholeNumber, type OptionSpec } from '../../command.js';
import type { ChangeOptions } from '../../catalog/change.js';
import type { Context } from '../../context.js';

/** The options of every command that changes products by hand. */
export const changeOptions: OptionSpec[] = [
  {
    flags: '--wait <seconds>',
    description: 'for a load that merges',
    default: 600,
    parse: wholeNumber(1),
  },
];

/** How these commands change the catalogue, and what goes along in the same transaction. */
export function readChangeOptions(
  _context: Context,
  options: Record<string, unknown>,
): ChangeOptions {
  const { wait } = options as { wait: number };
  return { waitMs: wait * 1000 };
}
