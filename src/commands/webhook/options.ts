import type { OptionSpec } from '../../command.js';
import { events, type Event } from '../../webhook/event.js';

/** Reads one `--event`. */
export function readEvent(text: string): Event {
  const event = events.find((name) => name === text);
  if (!event) throw new Error(`It takes one of ${events.join(', ')}.`);
  return event;
}

export const eventOption: OptionSpec = {
  flags: '--event <event>',
  description: `what to send there (repeatable): ${events.join(', ')}`,
  repeatable: true,
  parse: readEvent,
};

/** For every command that sends. */
export const sendOptions: OptionSpec[] = [
  {
    flags: '--allow-private',
    description: 'let webhooks go to private addresses in this run',
  },
  {
    flags: '--no-deliver',
    description: 'leave webhooks to `webhook deliver`; no quick attempt',
  },
];

export interface SendOptions {
  allowPrivate?: boolean;
  deliver: boolean;
}
