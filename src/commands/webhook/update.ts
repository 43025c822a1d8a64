import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import { UsageError } from '../../errors.js';
import { wholeNumber, type OptionSpec, type OptionsOf } from '../../option.js';
import { endpointSchema } from '../../webhook/schema.js';
import { eventOption } from './options.js';

export const updatedSchema = (z: typeof Z) =>
  endpointSchema(z).extend({
    secret: z.string().optional().describe('The new one after --rotate-secret, shown this once'),
  });

export type Updated = Z.infer<ReturnType<typeof updatedSchema>>;

const options = [
  { flags: '--url <url>', description: 'where it is now' },
  eventOption,
  { flags: '--enable', description: 'send again; what is pending goes out' },
  { flags: '--disable', description: 'send nothing, and publish nothing for it' },
  { flags: '--allow-private', description: 'let it be at a private address' },
  { flags: '--no-allow-private', description: 'no longer' },
  { flags: '--rotate-secret', description: 'make a new secret, and show it once' },
  { flags: '--secret <secret>', description: 'with --rotate-secret: this one' },
  {
    flags: '--old-secret-for <seconds>',
    description: 'how long the old secret signs as well',
    default: 24 * 3600,
    parse: wholeNumber(0),
  },
] as const satisfies OptionSpec[];

export const webhookUpdate: Command<Updated, typeof options> = {
  name: 'webhook update',
  needs: 'operator',
  lasts: true,
  summary: "change an endpoint's URL, events or secret",
  description:
    'Changes what is given and keeps the rest. After --rotate-secret both secrets sign for a while,\nso that the receiver can change over in its own time.',
  examples: [
    'prodimport webhook update 1 --event product.deleted',
    'prodimport webhook update 1 --rotate-secret',
    'prodimport webhook update 1 --enable',
  ],
  arguments: [{ name: '<id>', description: 'its number, as `webhook list` shows it' }],
  options,
  document: { about: 'the endpoint as it is now', schema: updatedSchema },
  async run(context, input) {
    const { getEndpoint, updateEndpoint } = await import('../../webhook/endpoint.js');
    const id = input.arguments[0]!;
    const { url, event, allowPrivate, oldSecretFor: oldSecretForSeconds } = input.options;
    const enabled = readEnabled(input.options);
    const secret = await readSecret(input.options);
    const given = [url, event, allowPrivate, enabled, secret];
    if (given.every((value) => value === undefined)) {
      throw new UsageError('webhook update takes something to change; see --help.');
    }
    const session = await (await context.database()).main();
    const before = await getEndpoint(session, id);
    const isPrivateAllowed = allowPrivate ?? before.allowPrivate;
    if (url !== undefined || allowPrivate === false) {
      const { Net } = await import('../../net/net.js');
      const { checkEndpointUrl } = await import('../../webhook/endpoint.js');
      const doubt = await checkEndpointUrl(new Net(), url ?? before.url, isPrivateAllowed);
      if (doubt) context.warn(doubt);
    }
    const events = event && [...new Set(event)];
    const change = { url, events, enabled, allowPrivate, secret, oldSecretForSeconds };
    const after = await session.transaction(async () => {
      await updateEndpoint(session, id, change);
      return getEndpoint(session, id);
    }, context.signal);
    return secret === undefined ? after : { ...after, secret };
  },
  render({ id, url, events, enabled, secret, oldSecretUntil }, { palette }) {
    const state = enabled ? `receives ${events.join(', ')}` : 'is disabled';
    const line = `Endpoint ${id}: ${url} ${state}.`;
    if (secret === undefined) return line;
    const both = oldSecretUntil ? `\nBoth secrets sign until ${oldSecretUntil}.` : '';
    return `${line}\nNew secret, shown this once: ${palette.strong(secret)}${both}`;
  },
};

type Options = OptionsOf<typeof options>;

function readEnabled({ enable, disable }: Options): boolean | undefined {
  if (enable && disable) throw new UsageError('Give --enable or --disable, not both.');
  if (enable) return true;
  return disable ? false : undefined;
}

async function readSecret({ rotateSecret, secret }: Options): Promise<string | undefined> {
  if (!rotateSecret && secret !== undefined) {
    throw new UsageError('--secret changes the secret only together with --rotate-secret.');
  }
  if (!rotateSecret) return undefined;
  const { checkSecret, createSecret } = await import('../../webhook/sign.js');
  return secret === undefined ? createSecret() : checkSecret(secret);
}
