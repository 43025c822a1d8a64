import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import type { EmbeddedFolders } from '../../db/embedded/folders.js';
import type { StopOutcome } from '../../db/embedded/stop.js';
import { UsageError } from '../../errors.js';

const startedSchema = (z: typeof Z) =>
  z.object({
    host: z.string(),
    port: z.int(),
    user: z.string(),
    database: z.string(),
    pid: z.int(),
    url: z.string(),
  });

const stoppedSchema = (z: typeof Z) =>
  z.object({
    outcome: z.enum(['not_running', 'stopped', 'waiting_for_clients']),
  });

type Started = Z.infer<ReturnType<typeof startedSchema>>;

export type Stopped = Z.infer<ReturnType<typeof stoppedSchema>>;

export const dbStart: Command<Started> = {
  name: 'db start',
  summary: 'start the embedded PostgreSQL, up until `db stop`',
  examples: ['prodimport db start', 'psql "$(prodimport db start --json | jq -r .url)"'],
  document: { about: 'how to reach the embedded server', schema: startedSchema },
  async run(context) {
    const { keepEmbedded } = await import('../../db/embedded/stop.js');
    const { startEmbedded } = await import('../../db/embedded/start.js');
    const { passwordFile } = await import('../../db/embedded/data-folder.js');
    const folders = await embeddedTarget(context);
    keepEmbedded(folders);
    const { firstStart } = await import('../../db/embedded/folders.js');
    const onFirstStart = (where: string) => context.note(firstStart(where));
    const server = await startEmbedded(folders, { onFirstStart });
    const { host, port, user, database, pid, password } = server;
    const file = encodeURIComponent(passwordFile(folders));
    const url =
      password === null
        ? `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
        : `postgresql://${user}@${host}:${port}/${database}?passfile=${file}`;
    return { host, port, user, database, pid, url };
  },
  render: ({ url, pid }) => `The embedded PostgreSQL runs (process ${pid}).\n${url}`,
};

/**
 * The folders of the embedded server, where that is what the user means.
 * @throws UsageError when a database of the user's own is named
 */
async function embeddedTarget(context: Context): Promise<EmbeddedFolders> {
  const { embeddedFolders } = await import('../../db/embedded/folders.js');
  const target = await context.target();
  if (target.kind === 'embedded') return embeddedFolders(target.environment);
  throw new UsageError(
    `${target.from} names a server of your own; only the embedded one is started and stopped here. Leave that out, or start yours by its own means.`,
    'not_embedded',
  );
}

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
