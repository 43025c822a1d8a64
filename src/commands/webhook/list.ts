import type { Command, Page } from '../../cli/command.js';
import { headerOption, type OptionSpec } from '../../option.js';
import { showSafely } from '../../terminal/escape.js';
import { endpointSchema, type Endpoint } from '../../webhook/schema.js';

const head = ['id', 'url', 'events', 'state', 'pending', 'dead'];

const options = [headerOption(head)] as const satisfies OptionSpec[];

export const webhookList: Command<Endpoint[], typeof options> = {
  name: 'webhook list',
  needs: 'loader',
  summary: 'list the endpoints',
  examples: ['prodimport webhook list', 'prodimport webhook list --json'],
  options,
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
    if (page.isTerminal) return endpoints.map((endpoint) => forTheEye(endpoint, page)).join('\n');
    const rows = endpoints.map((endpoint) => [
      endpoint.id,
      endpoint.url,
      endpoint.events.join(' '),
      stateOf(endpoint),
      String(endpoint.pending),
      String(endpoint.dead),
    ]);
    return renderTable({ head, rows }, page);
  },
};

/** Two lines that a narrow terminal wraps: an event that is cut could be taken for another one. */
function forTheEye(endpoint: Endpoint, { palette }: Page): string {
  const { id, url, events, pending, dead } = endpoint;
  const waits = pending + dead === 0 ? '' : `  ${pending} pending, ${dead} dead`;
  const first = `${id}  ${palette.strong(showSafely(url))}  ${showSafely(stateOf(endpoint))}${waits}`;
  return `${first}\n   ${events.join(', ')}`;
}

function stateOf({ enabled, disabledReason, failingSince }: Endpoint): string {
  if (!enabled) return disabledReason ? `disabled: ${disabledReason}` : 'disabled';
  return failingSince ? `failing since ${failingSince}` : 'enabled';
}
