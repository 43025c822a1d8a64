import type { z as Z } from 'zod';
import type { Context } from '../../cli/context.js';
import type { OptionSpec, OptionsOf } from '../../option.js';
import type { Result } from '../../webhook/deliver.js';
import { events } from '../../webhook/schema.js';

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

type SendOptions = OptionsOf<typeof sendOptions>;

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

/** How many deliveries ended which way in a run. */
export const tallySchema = (z: typeof Z) =>
  z.object({
    delivered: count(z),
    failed: count(z).describe('Attempts that failed, of deliveries that will be tried again'),
    dead: count(z).describe('Deliveries that became dead'),
  });

type Tally = Z.infer<ReturnType<typeof tallySchema>>;
