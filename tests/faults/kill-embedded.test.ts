import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import type { EmbeddedFolders } from '../../src/db/embedded/folders.js';
import { runCli } from '../setup/cli.js';
import { removeServer, temporaryFolders } from '../setup/server.js';
import { killAt } from './kill.js';
import { note } from './table.js';
import { firstFile } from './trial.js';

/** How many moments of a first start are tried, about. */
const moments = inject('thorough') ? 20 : 2;

let folders: EmbeddedFolders;
afterAll(() => removeServer(folders));

it('starts the embedded server, whenever its first start was killed, and keeps nothing', async () => {
  const options = { home: '' };
  const reset = async () => {
    if (options.home) await removeServer(folders);
    folders = await temporaryFolders();
    options.home = folders.home;
  };
  await reset();
  const began = performance.now();
  await runCli(['status'], options);
  const stepMs = (performance.now() - began) / moments;
  const times = function* () {
    // On a busy machine the start that was timed may take twice as long as the ones that follow.
    yield { KILL_AFTER_MS: '50' };
    for (let step = 1; ; step++) yield { KILL_AFTER_MS: String(Math.round(step * stepMs)) };
  };
  const series = await killAt(
    {
      fault: "kill -9 of the embedded server's first start",
      args: ['status'],
      options,
      reset,
      state: () => Promise.resolve(String(existsSync(join(folders.data, 'PG_VERSION')))),
      // What the dead command has begun goes on while the next one starts.
      settled: () => Promise.resolve(),
      judge: async () => {
        const next = await runCli(['load', firstFile], options);
        if (next.code !== 0) return `the next command ends with ${next.code}: ${next.stderr}`;
        if ((await unfinished()).length === 0) return null;
        // An initdb that outlives its command may still write while the next one clears up.
        await runCli(['status'], options);
        const left = await unfinished();
        return left.length > 0 ? `${left.join(', ')} is left` : null;
      },
    },
    [times()],
  );
  note(series);
  expect(series.violations).toEqual([]);
  expect(series.trials).toBeGreaterThan(0);
}, 900_000);

/** Data folders that were never whole, once all is at rest. */
async function unfinished(): Promise<string[]> {
  await expect.poll(() => processesIn(folders.home)).toEqual([]);
  return readdirSync(folders.home).filter((name) => name.startsWith('pgdata.'));
}

/** Processes that work in a folder or below it: servers, and what initialises their data. */
function processesIn(folder: string): string[] {
  const real = realpathSync(folder);
  return readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && workFolder(pid).startsWith(real),
  );
}

function workFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It has ended.
    return '';
  }
}
