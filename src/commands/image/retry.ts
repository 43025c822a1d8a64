import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../option.js';

const retriedSchema = (z: typeof Z) => z.object({ retried: z.int().nonnegative() });

type Retried = Z.infer<ReturnType<typeof retriedSchema>>;

const options = [
  { flags: '--all', description: 'every dead image' },
] as const satisfies OptionSpec[];

export const imageRetry: Command<Retried, typeof options> = {
  name: 'image retry',
  needs: 'loader',
  lasts: true,
  summary: 'give dead images another round of attempts',
  description: 'Puts one dead image, or all, back into the queue; `image process` fetches them.',
  examples: ['prodimport image retry 17', 'prodimport image retry --all'],
  arguments: [{ name: '[image]', description: 'its id, as `image dead` lists it' }],
  options,
  document: { about: 'how many wait again', schema: retriedSchema },
  async run(context, input) {
    const [id] = input.arguments;
    if ((id !== undefined) === (input.options.all === true)) {
      throw new UsageError('image retry takes the id of a dead image, or --all.');
    }
    const { retryImages } = await import('../../image/list.js');
    const session = await (await context.database()).main();
    const retry = () => retryImages(session, id ?? null);
    return { retried: await session.transaction(retry, context.signal) };
  },
  render: ({ retried }) =>
    retried === 1 ? '1 image waits again.' : `${retried} images wait again.`,
};
