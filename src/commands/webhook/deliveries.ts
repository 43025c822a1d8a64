import type { Command } from '../../cli/command.js';
import { UsageError } from '../../errors.js';
import { deliverySchema, deliveryStatuses, type Delivery } from '../../webhook/schema.js';
import { headerOption, wholeNumber, type OptionSpec } from '../../option.js';

const head = ['id', 'endpoint', 'event', 'status', 'attempts', 'last', 'next attempt', 'error'];

const options = [
  { flags: '--pending', description: 'those still to be made' },
  { flags: '--delivered', description: 'those that arrived' },
  { flags: '--dead', description: 'those given up after the last attempt' },
  { flags: '--endpoint <id>', description: 'to this endpoint' },
  {
    flags: '--limit <n>',
    config: 'any',
    description: 'how many',
    default: 1000,
    parse: wholeNumber(1),
  },
  headerOption(head),
] as const satisfies OptionSpec[];

export const webhookDeliveries: Command<Delivery[], typeof options> = {
  name: 'webhook deliveries',
  summary: 'list deliveries: pending, delivered, dead',
  description:
    'Lists deliveries, the newest first. What has arrived is kept for 30 days, what is dead until\nit is retried or its endpoint removed.',
  examples: [
    'prodimport webhook deliveries --dead',
    'prodimport webhook deliveries --pending --endpoint 1 --json',
  ],
  options,
  document: { about: 'deliveries', schema: (z) => deliverySchema(z).array() },
  async run(context, input) {
    const { listDeliveries } = await import('../../webhook/delivery.js');
    const statuses = deliveryStatuses.filter((name) => input.options[name]);
    if (statuses.length > 1) {
      throw new UsageError('Give one of --pending, --delivered and --dead, or none for all.');
    }
    const session = await (await context.database()).main();
    const { endpoint, limit } = input.options;
    if (endpoint !== undefined) {
      const { getEndpoint } = await import('../../webhook/endpoint.js');
      await getEndpoint(session, endpoint);
    }
    const filter = { status: statuses[0] ?? null, endpointId: endpoint ?? null, limit };
    const deliveries = await listDeliveries(session, filter);
    if (deliveries.length === limit) context.note(`Only the newest ${limit}; --limit shows more.`);
    return deliveries;
  },
  async render(deliveries, page) {
    const { renderTable } = await import('../../terminal/table.js');
    const rows = deliveries.map((delivery) => [
      delivery.id,
      delivery.endpointId,
      delivery.event,
      delivery.status,
      String(delivery.attempts),
      delivery.lastStatus === null ? '' : String(delivery.lastStatus),
      delivery.nextAttemptAt ?? '',
      delivery.lastError ?? '',
    ]);
    // An id is there to be copied, to `webhook retry`.
    const spare = ['next attempt', 'endpoint', 'attempts', 'last', 'event'];
    const fit = { right: ['attempts'], wraps: 'error', spare };
    return renderTable({ head, rows, ...fit, none: 'No deliveries.' }, page);
  },
};
