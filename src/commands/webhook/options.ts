import type { z as Z } from 'zod';
import { events, endpointSchema } from '../../webhook/schema.js';
import type { Context } from '../../cli/context.js';
import type { Result } from '../../webhook/deliver.js';
import type { OptionSpec, OptionsOf } from '../../option.js';

export const eventOption = {
  flags: '--event <event>',
  description: 'what to send there (repeatable)',
  repeatable: true,
  choices: events,
} as const satisfies OptionSpec;

/** For every command that sends. */
export const sendOptions = [
  {
    flags: '--allow-private',
    description: 'let webhooks go to private addresses in this run',
  },
  {
    flags: '--no-deliver',
    description: 'leave webhooks to `webhook deliver`; no quick attempt',
  },
] as const satisfies OptionSpec[];

export type SendOptions = OptionsOf<typeof sendOptions>;

/** The quick attempt after a command that published; see `deliverQuickly`. */
export async function attemptQuickly(
  context: Context,
  ids: string[],
  { deliver, allowPrivate = false }: SendOptions,
): Promise<Tally> {
  const results = new Results(context);
  if (ids.length === 0 || !deliver) return results.tally;
  const { deliverQuickly } = await import('../../webhook/quick.js');
  await deliverQuickly(await context.database(), ids, {
    allowPrivate,
    onResult: results.add,
    warn: (message) => context.warn(message),
  });
  if (results.tally.dead > 0) context.isPartial = true;
  return results.tally;
}

/** Counts attempts, and logs each. */
export class Results {
  readonly tally: Tally = { delivered: 0, failed: 0, dead: 0 };

  /** @param isShown whether each attempt is said as text, too */
  constructor(
    private readonly context: Context,
    private readonly isShown = false,
  ) {}

  /** For `DeliverOptions.onResult`. */
  readonly add = (result: Result): void => {
    const { delivery, attempt, status } = result;
    if (status === 'delivered') this.tally.delivered += 1;
    if (status === 'pending') this.tally.failed += 1;
    if (status === 'dead') this.tally.dead += 1;
    const message = describe(result);
    const { globals } = this.context;
    if (this.isShown && globals.logFormat !== 'json') return this.context.note(message);
    this.context.log(attempt.isDelivered ? 'info' : 'warn', message, {
      delivery: delivery.id,
      endpointId: delivery.endpoint_id,
      event: delivery.event,
      attempt: delivery.attempts,
      result: status,
      status: attempt.status,
      durationMs: attempt.durationMs,
      error: attempt.error,
    });
  };
}

function describe({ delivery, attempt, status }: Result): string {
  const { id, event, endpoint_id, attempts } = delivery;
  const what = `${event} ${id} to endpoint ${endpoint_id}`;
  if (status === 'delivered') return `${what}: delivered in ${attempt.durationMs} ms`;
  const outcome = {
    pending: 'will be tried again',
    dead: 'dead',
    superseded: 'taken over by another run',
  }[status];
  return `${what}: attempt ${attempts} failed, ${outcome}. ${attempt.error ?? ''}`;
}

const count = (z: typeof Z) => z.int().nonnegative();
const event = (z: typeof Z) => z.enum(events);

export const addedSchema = (z: typeof Z) =>
  z.object({
    id: z.string(),
    url: z.string(),
    events: z.array(event(z)),
    secret: z.string().describe('Shown this once'),
  });

export const updatedSchema = (z: typeof Z) =>
  endpointSchema(z).extend({
    secret: z.string().optional().describe('The new one after --rotate-secret, shown this once'),
  });

export const removedSchema = (z: typeof Z) =>
  z.object({
    removed: z.string(),
    pending: count(z).describe('Deliveries that will not be made'),
  });

export const testedSchema = (z: typeof Z) =>
  z.object({
    endpointId: z.string(),
    url: z.string(),
    id: z.string().describe('As the receiver saw it in webhook-id'),
    delivered: z.boolean(),
    status: z.int().nullable().describe('Of HTTP; null where there was no answer'),
    durationMs: z.number().nonnegative(),
    error: z.string().nullable(),
  });

export const firedSchema = (z: typeof Z) =>
  z.object({
    event: event(z),
    deliveries: z.array(z.string()).describe('The ids of the deliveries that were published'),
    delivered: count(z).describe('How many of them have arrived already'),
  });

/** How many deliveries ended which way in a run. */
const tallySchema = (z: typeof Z) =>
  z.object({
    delivered: count(z),
    failed: count(z).describe('Attempts that failed, of deliveries that will be tried again'),
    dead: count(z).describe('Deliveries that became dead'),
  });

export const deliveredSchema = (z: typeof Z) =>
  tallySchema(z).extend({
    pending: count(z)
      .nullable()
      .describe('Deliveries still to be made; null where a service ended without its database'),
    nextAttemptAt: z.iso.datetime().nullable().describe('When the next of them is due'),
  });

export const retriedSchema = (z: typeof Z) =>
  z.object({
    retried: count(z).describe('How many deliveries are due again'),
    delivered: count(z).describe('How many of them have arrived already'),
  });

export const verifiedSchema = (z: typeof Z) =>
  z.object({
    verified: z.literal(true),
    ageSeconds: z.number().describe('How long ago it was signed'),
  });

export type Added = Z.infer<ReturnType<typeof addedSchema>>;
export type Updated = Z.infer<ReturnType<typeof updatedSchema>>;
export type Removed = Z.infer<ReturnType<typeof removedSchema>>;
export type Tested = Z.infer<ReturnType<typeof testedSchema>>;
export type Fired = Z.infer<ReturnType<typeof firedSchema>>;
export type Tally = Z.infer<ReturnType<typeof tallySchema>>;
export type Delivered = Z.infer<ReturnType<typeof deliveredSchema>>;
export type Retried = Z.infer<ReturnType<typeof retriedSchema>>;
export type Verified = Z.infer<ReturnType<typeof verifiedSchema>>;
