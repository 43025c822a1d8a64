import type { OptionSpec } from '../../cli/option.js';
import { events } from '../../webhook/event.js';

export const eventOption: OptionSpec = {
  flags: '--event <event>',
  description: 'what to send there (repeatable)',
  repeatable: true,
  choices: events,
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
