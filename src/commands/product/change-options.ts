import { wholeNumber, type OptionSpec } from '../../command.js';
import type { ChangeOptions } from '../../catalog/change.js';
import type { Context } from '../../context.js';
import { sendOptions, type SendOptions } from '../webhook/options.js';
import { attemptQuickly } from '../webhook/quick.js';

/** The options of every command that changes products by hand. */
export const changeOptions: OptionSpec[] = [
  {
    flags: '--wait <seconds>',
    description: 'for a load that merges',
    default: 600,
    parse: wholeNumber(1),
  },
  ...sendOptions,
];

/**
 * Changes products by hand, and tells of it: the events are published in the transaction of the
 * change, one quick attempt at them follows once it is committed.
 */
export async function changeAndTell<Result>(
  context: Context,
  options: Record<string, unknown>,
  change: (how: ChangeOptions) => Promise<Result>,
): Promise<Result> {
  const { publishChanges } = await import('../../webhook/publish.js');
  const { wait, ...sending } = options as unknown as { wait: number } & SendOptions;
  let published: string[] = [];
  const result = await change({
    waitMs: wait * 1000,
    afterChange: async (transaction, changes) => {
      published = await publishChanges(transaction, changes);
    },
  });
  await attemptQuickly(context, published, sending);
  return result;
}
