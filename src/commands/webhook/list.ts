import type { Command } from '../../cli/command.js';
import { endpointSchema, type Endpoint } from '../../webhook/schema.js';

export const webhookList: Command<Endpoint[]> = {
  name: 'webhook list',
  summary: 'list the endpoints',
  examples: ['prodimport webhook list', 'prodimport webhook list --json'],
  document: { about: 'endpoints', schema: (z) => endpointSchema(z).array() },
  async run(context) {
    const { listEndpoints } = await import('../../webhook/endpoint.js');
    return listEndpoints(await (await context.database()).main());
  },
  async render(endpoints, page) {
    const { renderTable } = await import('../../terminal/table.js');
    if (endpoints.length === 0 && page.isTerminal) {
      return 'No endpoints. Add one with `prodimport webhook add <url>`.';
    }
    const table = {
      head: ['id', 'url', 'events', 'state', 'pending', 'dead'],
      right: ['pending', 'dead'],
      gives: 'events',
      rows: endpoints.map((endpoint) => [
        endpoint.id,
        endpoint.url,
        endpoint.events.join(' '),
        stateOf(endpoint),
        String(endpoint.pending),
        String(endpoint.dead),
      ]),
    };
    const { width, palette, isTerminal } = page;
    return (await renderTable(table, { isTTY: isTerminal, width, palette })).trimEnd();
  },
};

function stateOf({ enabled, disabledReason, failingSince }: Endpoint): string {
  if (!enabled) return disabledReason ? `disabled: ${disabledReason}` : 'disabled';
  return failingSince ? `failing since ${failingSince}` : 'enabled';
}
