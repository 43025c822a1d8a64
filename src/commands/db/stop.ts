import type { Command } from '../../cli/command.js';
import type { StopOutcome } from '../../db/embedded/stop.js';
import { embeddedTarget } from './start.js';
import { stoppedSchema, type Stopped } from './schema.js';

const sentences: Record<StopOutcome, string> = {
  stopped: 'The embedded PostgreSQL has stopped.',
  not_running: 'The embedded PostgreSQL was not running.',
  waiting_for_clients: 'The embedded PostgreSQL stops as soon as its last client has gone.',
};

export const dbStop: Command<Stopped> = {
  name: 'db stop',
  summary: 'stop the embedded PostgreSQL',
  examples: ['prodimport db stop'],
  document: { about: 'what became of the embedded server', schema: stoppedSchema },
  async run(context) {
    const { stopEmbedded } = await import('../../db/embedded/stop.js');
    return { outcome: await stopEmbedded(await embeddedTarget(context)) };
  },
  render: ({ outcome }) => sentences[outcome],
};
