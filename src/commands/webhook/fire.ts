import type { z as Z } from 'zod';
import { type Command, withDead } from '../../cli/command.js';
import type { Session } from '../../db/session.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec, OptionsOf } from '../../option.js';
import { countOf } from '../../terminal/figures.js';
import {
  events,
  importEvents,
  type Event,
  type ImportEvent,
  type Message,
} from '../../webhook/schema.js';
import { sendOptions, attemptQuickly } from './options.js';

const firedSchema = (z: typeof Z) =>
  z.object({
    event: z.enum(events),
    deliveries: z.array(z.string()).describe('The ids of the deliveries that were published'),
    delivered: z.int().nonnegative().describe('How many of them have arrived already'),
  });

type Fired = Z.infer<ReturnType<typeof firedSchema>>;

const options = [
  { flags: '--sku <sku>', description: 'for which product (repeatable)', repeatable: true },
  { flags: '--job <job>', description: 'for which job', default: 'last' },
  ...sendOptions,
] as const satisfies OptionSpec[];

export const webhookFire: Command<Fired, typeof options> = {
  name: 'webhook fire',
  needs: 'loader',
  lasts: true,
  summary: 'publish an event by hand',
  description:
    'Publishes an event to every endpoint that asked for it, as if it had just happened: products as\nthey are now (as old, as new, or as both), or how a job ended.',
  examples: [
    'prodimport webhook fire product.updated --sku CH-1',
    'prodimport webhook fire import.completed --job last',
  ],
  arguments: [{ name: '<event>', description: events.join(', '), choices: events }],
  options,
  document: { about: 'what was published', schema: firedSchema },
  async run(context, input) {
    const { publish } = await import('../../webhook/publish.js');
    const event = input.arguments[0] as Event;
    const session = await (await context.database()).main();
    const messages = await readMessages(session, event, input.options);
    const deliveries = await session.transaction(() => publish(session, messages), context.signal);
    const { delivered, dead } = await attemptQuickly(context, deliveries, input.options);
    return withDead({ event, deliveries, delivered }, dead);
  },
  render({ event, deliveries, delivered }) {
    if (deliveries.length === 0) return `No endpoint asks for ${event}.`;
    const published = countOf(deliveries.length, `${event} event`);
    const rest = deliveries.length - delivered;
    const pending = rest ? ` ${rest} left to \`prodimport webhook deliver\`.` : '';
    return `Published ${published}, ${delivered} delivered.${pending}`;
  },
};

async function readMessages(
  session: Session,
  event: Event,
  { sku: skus = [], job }: OptionsOf<typeof options>,
): Promise<Message[]> {
  if (isOneOf(importEvents, event)) return [await readImport(session, event, job)];
  if (skus.length === 0) throw new UsageError(`webhook fire ${event} needs --sku.`);
  const { getProduct } = await import('../../catalog/get.js');
  const messages: Message[] = [];
  for (const sku of skus) {
    const product = await getProduct(session, sku);
    const old = event === 'product.created' ? null : product;
    messages.push({ event, data: { old, new: event === 'product.deleted' ? null : product } });
  }
  return messages;
}

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return (words as readonly string[]).includes(word);
}

async function readImport(session: Session, event: ImportEvent, which: string): Promise<Message> {
  const { getJob } = await import('../../load/job.js');
  const { readReport } = await import('../../load/read-report.js');
  const { importData, importEvent } = await import('../../webhook/publish.js');
  const report = await readReport(session, await getJob(session, which));
  const own = report.status === 'running' ? null : importEvent(report);
  if (own !== event) {
    const way = own === null ? 'wait for its end' : `fire ${own}`;
    throw new UsageError(
      `Job ${report.jobId} is ${report.status}: that is no ${event}. Name another job, or ${way}.`,
    );
  }
  return { event, data: importData(report) };
}
