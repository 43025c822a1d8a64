import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { OptionSpec } from '../../option.js';
import { productEvents, type Endpoint, events } from '../../webhook/schema.js';
import { eventOption } from './options.js';

const addedSchema = (z: typeof Z) =>
  z.object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(events)),
    secret: z.string().describe('Shown this once'),
  });

export type Added = Z.infer<ReturnType<typeof addedSchema>>;

const options = [
  eventOption,
  { flags: '--secret <secret>', description: 'sign with this one (whsec_ and base64)' },
  { flags: '--allow-private', description: 'let this endpoint be at a private address' },
] as const satisfies OptionSpec[];

export const webhookAdd: Command<Added, typeof options> = {
  name: 'webhook add',
  needs: 'operator',
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
    const { addEndpoint, checkEndpointUrl, listEndpoints } =
      await import('../../webhook/endpoint.js');
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
    for (const other of await listEndpoints(session)) {
      if (other.url === url) context.warn(sameUrl(other, events));
    }
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

/** What is said where another endpoint is at the same URL already. */
function sameUrl({ id, url, events: others }: Endpoint, events: readonly string[]): string {
  const twice = others.filter((event) => events.includes(event));
  const what = twice.length === 0 ? '' : ` It gets each ${twice.join(', ')} twice from now on.`;
  return `Endpoint ${id} is at ${url} already.${what} \`prodimport webhook update ${id}\` changes it.`;
}
