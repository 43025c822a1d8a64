import type { Context } from '../../cli/context.js';
import type { SendOptions } from './options.js';
import { Results } from './results.js';
import type { Tally } from './schema.js';

/** The quick attempt behind a command that published; see `deliverQuickly`. */
export async function attemptQuickly(
  context: Context,
  ids: string[],
  { deliver, allowPrivate = false }: SendOptions,
): Promise<Tally> {
  const results = new Results(context);
  if (ids.length === 0 || !deliver) return results.tally;
  const { deliverQuickly } = await import('../../webhook/quick.js');
  await deliverQuickly(await context.database(), ids, {
    allowPrivate,
    onResult: results.add,
    warn: (message) => context.warn(message),
  });
  if (results.tally.dead > 0) context.isPartial = true;
  return results.tally;
}
