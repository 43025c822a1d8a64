import type { z as Z } from 'zod';
import { type Command, withDead } from '../../cli/command.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../option.js';
import { sendOptions, attemptQuickly } from './options.js';

export const retriedSchema = (z: typeof Z) =>
  z.object({
    retried: z.int().nonnegative().describe('How many deliveries are due again'),
    delivered: z.int().nonnegative().describe('How many of them have arrived already'),
  });

export type Retried = Z.infer<ReturnType<typeof retriedSchema>>;

const options = [
  { flags: '--all', description: 'all that are dead' },
  ...sendOptions,
] as const satisfies OptionSpec[];

export const webhookRetry: Command<Retried, typeof options> = {
  name: 'webhook retry',
  needs: 'loader',
  lasts: true,
  summary: 'try dead deliveries again',
  description:
    'Makes deliveries due now, with the same webhook-id and all attempts before them again. One may\nbe named whatever became of it: it is sent again.',
  examples: ['prodimport webhook retry --all', 'prodimport webhook retry msg_0123456789abcdef'],
  arguments: [{ name: '[id]', description: 'a delivery, as `webhook deliveries` shows it' }],
  options,
  document: { about: 'what is due again', schema: retriedSchema },
  async run(context, input) {
    const { retryDeliveries } = await import('../../webhook/delivery.js');
    const id = input.arguments[0] ?? null;
    if ((id === null) === !input.options.all) {
      throw new UsageError('webhook retry takes the id of a delivery, or --all for the dead ones.');
    }
    const session = await (await context.database()).main();
    const ids = await retryDeliveries(session, id, context.signal);
    const { delivered, dead } = await attemptQuickly(context, ids, input.options);
    return withDead({ retried: ids.length, delivered }, dead);
  },
  render({ retried, delivered }) {
    const rest = retried - delivered;
    const pending = rest ? ` ${rest} left to \`prodimport webhook deliver\`.` : '';
    return `${retried} due again, ${delivered} delivered.${pending}`;
  },
};
