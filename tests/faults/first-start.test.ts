import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, inject, it } from 'vitest';
import type { EmbeddedFolders } from '../../src/db/embedded/folders.js';
import { runningPostmaster } from '../../src/db/embedded/postmaster.js';
import { runCli, startCli } from '../setup/cli.js';
import { removeServer, temporaryFolders } from '../setup/server.js';
import { counted } from './table.js';

let folders: EmbeddedFolders;
afterEach(() => removeServer(folders));

const commands = inject('thorough') ? 20 : 6;

it(`${commands} commands at once on a new home all succeed, and leave no server running`, async () => {
  folders = await temporaryFolders();
  await counted('commands at once on a new home', null, runAll, commands);
  await expect.poll(() => runningPostmaster(folders)).toBeNull();
  expect(readdirSync(folders.home).filter((name) => name.startsWith('pgdata.'))).toEqual([]);
});

async function runAll(): Promise<void> {
  const runs = Array.from({ length: commands }, () => runCli(['status'], { home: folders.home }));
  for (const { code, stderr } of await Promise.all(runs)) expect(code, stderr).toBe(0);
}

it.runIf(inject('thorough'))('a first start may take longer than half a minute', async () => {
  folders = await temporaryFolders();
  await counted('a first start that is held up for 31 s', null, async () => {
    const { done } = startCli(['status'], { home: folders.home });
    await expect.poll(() => initdbOf(folders), { interval: 5 }).not.toBeNull();
    const pid = initdbOf(folders)!;
    process.kill(pid, 'SIGSTOP');
    await wait(31_000);
    process.kill(pid, 'SIGCONT');
    const { code, stderr } = await done;
    expect(code, stderr).toBe(0);
  });
  await expect.poll(() => runningPostmaster(folders)).toBeNull();
});

function initdbOf({ home }: EmbeddedFolders): number | null {
  const pids = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid));
  const found = pids.find((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      return words.includes('bin/initdb') && words.includes(`${home}/pgdata.`);
    } catch {
      return false;
    }
  });
  return found === undefined ? null : Number(found);
}
