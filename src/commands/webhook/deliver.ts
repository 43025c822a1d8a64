import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import type { Session } from '../../db/session.js';
import { wholeNumber, type OptionSpec } from '../../option.js';
import { countOf } from '../../terminal/figures.js';
import { tellCrashes } from '../crashes.js';
import { Results, tallySchema } from './options.js';

const deliveredSchema = (z: typeof Z) =>
  tallySchema(z).extend({
    pending: z
      .int()
      .nonnegative()
      .nullable()
      .describe('Deliveries still to be made; null where a service ended without its database'),
    nextAttemptAt: z.iso.datetime().nullable().describe('When the next of them is due'),
  });

export type Delivered = Z.infer<ReturnType<typeof deliveredSchema>>;

const options = [
  { flags: '--watch', config: 'any', description: 'go on, as a service, until SIGINT or SIGTERM' },
  {
    flags: '--concurrency <n>',
    config: 'any',
    description: 'attempts at once to one endpoint (to one that fails: 1)',
    default: 4,
    parse: wholeNumber(1),
  },
  { flags: '--allow-private', description: 'let every endpoint be at a private address' },
] as const satisfies OptionSpec[];

export const webhookDeliver: Command<Delivered, typeof options> = {
  name: 'webhook deliver',
  needs: 'loader',
  lasts: true,
  summary: 'deliver what is due, once or as a service',
  description:
    'Makes every attempt that is due and ends; with --watch it goes on until it is stopped. Several\nmay run side by side, on several machines. Ten attempts in three days, then a delivery is dead.',
  examples: [
    'prodimport webhook deliver',
    'prodimport webhook deliver --watch --log-format json',
    '* * * * * prodimport webhook deliver --quiet   # in a crontab',
  ],
  options,
  document: { about: 'what a run delivered', schema: deliveredSchema },
  async run(context, input) {
    const { runDeliver } = await import('../../webhook/deliver.js');
    const { pendingDeliveries } = await import('../../webhook/delivery.js');
    const { watch = false, concurrency, allowPrivate = false } = input.options;
    const results = new Results(context, watch);
    await tellCrashes(context, false);
    await runDeliver(() => context.database(), {
      concurrency,
      allowPrivate,
      watch,
      signal: context.signal,
      onResult: results.add,
      warn: (message) => context.warn(message),
    });
    // A service ends by being stopped; a single run that is stopped was interrupted.
    if (!watch) context.signal.throwIfAborted();
    return { ...results.tally, ...(await leftBehind(context, watch, pendingDeliveries)) };
  },
  render({ delivered, failed, dead, pending, nextAttemptAt }) {
    const next = nextAttemptAt ? `, the next due at ${nextAttemptAt}` : '';
    const left = pending === null ? 'the database is away' : `${pending} pending${next}`;
    return `${countOf(delivered, 'event')} delivered, ${failed} failed, ${dead} dead; ${left}.`;
  },
  // A service that was asked to end has done what it was asked.
  exitCode: ({ dead }, { options: { watch } }) => (dead > 0 && watch !== true ? 3 : 0),
};

/** What is still to be delivered; a service that is stopped ends well without a database, too. */
async function leftBehind(
  context: Context,
  isService: boolean,
  ask: (session: Session) => Promise<Pick<Delivered, 'pending' | 'nextAttemptAt'>>,
): Promise<Pick<Delivered, 'pending' | 'nextAttemptAt'>> {
  try {
    return await ask(await (await context.database()).session());
  } catch (error) {
    if (!isService || !context.signal.aborted) throw error;
    return { pending: null, nextAttemptAt: null };
  }
}
