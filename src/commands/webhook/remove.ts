import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { OptionSpec } from '../../option.js';

export const removedSchema = (z: typeof Z) =>
  z.object({
    removed: z.string(),
    pending: z.int().nonnegative().describe('Deliveries that will not be made'),
  });

export type Removed = Z.infer<ReturnType<typeof removedSchema>>;

const options = [{ flags: '--yes', description: 'do not ask' }] as const satisfies OptionSpec[];

export const webhookRemove: Command<Removed, typeof options> = {
  name: 'webhook remove',
  needs: 'operator',
  lasts: true,
  summary: 'remove an endpoint, with its deliveries',
  description:
    'Removes an endpoint. Asks first where deliveries are pending or dead; --yes answers.',
  examples: ['prodimport webhook remove 1', 'prodimport webhook remove 1 --yes'],
  arguments: [{ name: '<id>', description: 'its number, as `webhook list` shows it' }],
  options,
  document: { about: 'what was removed', schema: removedSchema },
  async run(context, input) {
    const { getEndpoint, removeEndpoint } = await import('../../webhook/endpoint.js');
    const id = input.arguments[0]!;
    const { yes = false } = input.options;
    const session = await (await context.database()).main();
    const { url, pending, dead } = await getEndpoint(session, id);
    const kept = `${pending} pending and ${dead} dead deliveries`;
    const question = `Remove endpoint ${id} (${url}) with ${kept}?`;
    await context.confirm(question, yes || pending + dead === 0);
    return { removed: id, pending: await removeEndpoint(session, id, context.signal) };
  },
  render({ removed }) {
    return `Removed endpoint ${removed}.`;
  },
};
