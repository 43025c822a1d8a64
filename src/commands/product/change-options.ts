import type { ChangeOptions } from '../../catalog/change.js';
import type { Context } from '../../cli/context.js';
import { type OptionSpec, waitOptions } from '../../cli/option.js';
import { waitMsOf, type WaitOptions } from '../../db/lock.js';
import { sendOptions, type SendOptions } from '../webhook/options.js';
import { attemptQuickly } from '../webhook/quick.js';

/** The options of every command that changes products by hand. */
export const changeOptions: OptionSpec[] = [...waitOptions(), ...sendOptions];

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
  const asked = options as unknown as WaitOptions & SendOptions;
  let published: string[] = [];
  const result = await change({
    waitMs: waitMsOf(asked),
    signal: context.signal,
    afterChange: async (transaction, changes) => {
      published = await publishChanges(transaction, changes);
    },
  });
  await attemptQuickly(context, published, asked);
  return result;
}
