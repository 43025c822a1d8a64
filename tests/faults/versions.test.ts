import { describe, inject, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { tryEveryCommand } from './every-command.js';
import { startVersion } from './other-server.js';
import { note } from './table.js';

const versions = [
  '13.23.0-beta.16',
  '14.23.0-beta.17',
  '15.18.0-beta.17',
  '16.14.0-beta.17',
  '17.10.0-beta.17',
];

describe.runIf(inject('thorough') && process.platform === 'linux')('other versions', () => {
  it.each(versions)('PostgreSQL %s does all that the one we ship does', async (version) => {
    const server = await startVersion(version);
    try {
      await runCli(['db', 'migrate'], { url: server.url });
      const commands = await tryEveryCommand(server.url);
      const fault = `every command on PostgreSQL ${version}`;
      note({ fault, trials: commands, before: 0, after: commands, violations: [] });
    } finally {
      await server.stop();
    }
  });
});
