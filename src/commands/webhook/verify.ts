import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import { FailedError, UsageError } from '../../errors.js';
import { wholeNumber, type OptionSpec, type OptionsOf } from '../../option.js';

const verifiedSchema = (z: typeof Z) =>
  z.object({
    verified: z.literal(true),
    ageSeconds: z.number().describe('How long ago it was signed'),
  });

type Verified = Z.infer<ReturnType<typeof verifiedSchema>>;

const options = [
  { flags: '--secret <secret>', description: 'whsec_…' },
  { flags: '--id <id>', description: 'the webhook-id header' },
  { flags: '--timestamp <seconds>', description: 'the webhook-timestamp header' },
  { flags: '--signature <signatures>', description: 'the webhook-signature header' },
  {
    flags: '--max-age <seconds>',
    description: 'refuse one that was signed longer ago; receivers take 300',
    parse: wholeNumber(0),
  },
] as const satisfies OptionSpec[];

export const webhookVerify: Command<Verified, typeof options> = {
  name: 'webhook verify',
  summary: 'check the signature of a webhook',
  description:
    'Checks a signature by Standard Webhooks over the body in a file or on standard input, byte for\nbyte. Exit code 1 when it does not verify. No database is asked.',
  examples: [
    'prodimport webhook verify body.json --secret whsec_… --id msg_… --timestamp 1767225600 --signature v1,…',
    'cat body.json | prodimport webhook verify --secret whsec_… --id msg_… --timestamp … --signature v1,…',
  ],
  arguments: [{ name: '[file]', description: 'the body; - or nothing for standard input' }],
  options,
  document: { about: 'a signature that is right', schema: verifiedSchema },
  async run(context, input) {
    const { isSignedBy } = await import('../../webhook/sign.js');
    const { secret, id, timestamp, signature } = await readOptions(input.options);
    const body = await readBody(context, input.arguments[0] ?? '-');
    if (!isSignedBy({ id, timestamp, body }, signature, secret)) {
      throw new FailedError(
        'The signature does not verify: another secret, id, timestamp, or a body that is not the same byte for byte.',
        'signature_invalid',
      );
    }
    const ageSeconds = Math.floor(Date.now() / 1000) - Number(timestamp);
    const { maxAge } = input.options;
    if (maxAge !== undefined && Math.abs(ageSeconds) > maxAge) {
      throw new FailedError(
        `The signature is right, but was made ${ageSeconds} s ago; --max-age allows ${maxAge}.`,
        'signature_too_old',
      );
    }
    return { verified: true, ageSeconds };
  },
  render: ({ ageSeconds }) => `The signature verifies; it was made ${ageSeconds} s ago.`,
};

async function readOptions(given: OptionsOf<typeof options>) {
  const { keyOf } = await import('../../webhook/sign.js');
  const { secret, id, timestamp, signature } = given;
  if (!secret || !id || !timestamp || !signature) {
    throw new UsageError('webhook verify needs --secret, --id, --timestamp and --signature.');
  }
  if (!keyOf(secret)) throw new UsageError('--secret must be whsec_ and base64.');
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new UsageError(`--timestamp ${timestamp}: it takes seconds since 1970.`);
  }
  return { secret, id, timestamp, signature };
}

async function readBody(context: Context, file: string): Promise<Buffer> {
  if (file === '-') return buffer(context.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`, 'file_unreadable');
  }
}
