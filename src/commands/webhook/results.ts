import type { Context } from '../../cli/context.js';
import type { Result } from '../../webhook/deliver.js';
import type { Tally } from './schema.js';

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
