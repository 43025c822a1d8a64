import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { OptionSpec } from '../../option.js';
import { showSafely } from '../../terminal/escape.js';
import { showDuration } from '../../terminal/figures.js';

const testedSchema = (z: typeof Z) =>
  z.object({
    endpointId: z.string(),
    url: z.string(),
    id: z.string().describe('As the receiver saw it in webhook-id'),
    delivered: z.boolean(),
    status: z.int().nullable().describe('Of HTTP; null where there was no answer'),
    durationMs: z.number().nonnegative(),
    error: z.string().nullable(),
  });

type Tested = Z.infer<ReturnType<typeof testedSchema>>;

const options = [
  { flags: '--allow-private', description: 'let it go to a private address this once' },
] as const satisfies OptionSpec[];

export const webhookTest: Command<Tested, typeof options> = {
  name: 'webhook test',
  needs: 'loader',
  summary: 'send a test event to an endpoint now',
  description:
    'Sends one event of type webhook.test, signed like any other, and shows what came back. It is\nno delivery: it is not kept and not tried again.',
  examples: ['prodimport webhook test 1'],
  arguments: [{ name: '<id>', description: 'its number, as `webhook list` shows it' }],
  options,
  document: { about: 'what came back', schema: testedSchema },
  async run(context, input) {
    const { sendTest } = await import('../../webhook/attempt.js');
    const { Net } = await import('../../net/net.js');
    const { allowPrivate = false } = input.options;
    const session = await (await context.database()).main();
    const net = new Net();
    try {
      const { id, url, attempt } = await sendTest(session, net, input.arguments[0]!, allowPrivate);
      const { isDelivered: delivered, status, durationMs, error } = attempt;
      const [endpointId] = input.arguments as [string];
      const facts = { delivery: id, endpointId, event: 'webhook.test', status, durationMs, error };
      context.log('info', `Test ${delivered ? 'delivered' : 'failed'}`, facts);
      return { endpointId, url, id, delivered, status, durationMs, error };
    } finally {
      await net.close();
    }
  },
  render({ url, delivered, status, durationMs, error }, { palette }) {
    const time = showDuration(durationMs);
    return delivered
      ? `${palette.good('Delivered')} to ${url}: HTTP ${status} in ${time}.`
      : `${palette.bad('Not delivered')} to ${url} in ${time}. ${showSafely(error ?? '')}`;
  },
  exitCode: ({ delivered }) => (delivered ? 0 : 1),
};
