import type { Command } from '../../cli/command.js';
import { embeddedTarget } from './embedded.js';
import { startedSchema, type Started } from './schema.js';

export const dbStart: Command<Started> = {
  name: 'db start',
  summary: 'start the embedded PostgreSQL, up until `db stop`',
  examples: ['prodimport db start', 'psql "$(prodimport db start --json | jq -r .url)"'],
  document: { about: 'how to reach the embedded server', schema: startedSchema },
  async run(context) {
    const { keepEmbedded } = await import('../../db/embedded/stop.js');
    const { startEmbedded } = await import('../../db/embedded/start.js');
    const folders = await embeddedTarget(context);
    keepEmbedded(folders);
    const onFirstStart = (where: string) =>
      context.note(`First start: the embedded PostgreSQL keeps its data in ${where}`);
    const { host, port, user, database, pid } = await startEmbedded(folders, { onFirstStart });
    const url = `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
    return { host, port, user, database, pid, url };
  },
  render: ({ url, pid }) => `The embedded PostgreSQL runs (process ${pid}).\n${url}`,
};
