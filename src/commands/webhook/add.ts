import type { Command } from '../../cli/command.js';
import type { OptionSpec } from '../../option.js';
import { productEvents } from '../../webhook/event.js';
import { eventOption, addedSchema, type Added } from './options.js';

const options = [
  eventOption,
  { flags: '--secret <secret>', description: 'sign with this one (whsec_ and base64)' },
  { flags: '--allow-private', description: 'let this endpoint be at a private address' },
] as const satisfies OptionSpec[];

export const webhookAdd: Command<Added, typeof options> = {
  name: 'webhook add',
  lasts: true,
  summary: 'add an endpoint that receives events',
  description:
    'Adds an endpoint. What is sent to it is signed as Standard Webhooks say; the secret is shown\nthis once. Without --event it receives what is added, updated and deleted by hand.',
  examples: [
    'prodimport webhook add https://shop.example/hooks',
    'prodimport webhook add https://shop.example/hooks --event import.completed',
    'prodimport webhook add http://127.0.0.1:8080/ --allow-private --json',
  ],
  arguments: [{ name: '<url>', description: 'http or https, at a public address' }],
  options,
  document: { about: 'the endpoint with its secret', schema: addedSchema },
  async run(context, input) {
    const { addEndpoint, checkEndpointUrl } = await import('../../webhook/endpoint.js');
    const { checkSecret } = await import('../../webhook/sign.js');
    const { Net } = await import('../../net/net.js');
    const { allowPrivate = false, event: asked = productEvents } = input.options;
    const url = input.arguments[0]!;
    const events = [...new Set(asked)];
    const given = input.options.secret;
    const secret = given === undefined ? undefined : checkSecret(given);
    const doubt = await checkEndpointUrl(new Net(), url, allowPrivate);
    if (doubt) context.warn(doubt);
    const session = await (await context.database()).main();
    const endpoint = { url, events, secret, allowPrivate };
    const added = await session.transaction(() => addEndpoint(session, endpoint), context.signal);
    return { id: added.id, url, events, secret: added.secret };
  },
  render({ id, url, events, secret }, { palette }) {
    return [
      `Endpoint ${id}: ${url} receives ${events.join(', ')}.`,
      `Secret, shown this once: ${palette.strong(secret)}`,
      `Try it with \`prodimport webhook test ${id}\`.`,
    ].join('\n');
  },
};
