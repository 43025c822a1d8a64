import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../src/db/database.js';
import { runningPostmaster } from '../../src/db/embedded/postmaster.js';
import { startEmbedded } from '../../src/db/embedded/start.js';
import type { JobState } from '../../src/load/state.js';
import { catalogueSum } from '../setup/checksum.js';
import { runCli, startCli } from '../setup/cli.js';
import { openDatabase } from '../setup/database.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';
import { startVersion } from './other-server.js';
import { note } from './table.js';

interface KilledServer {
  url: string;
  kill: () => void;
  start: () => Promise<unknown>;
  stop: () => Promise<void>;
}

const isThorough = inject('thorough');
const rowCount = isThorough ? 200_000 : 10_000;
/** Of each victim, so that each server sees two hundred kills. */
const trials = isThorough ? 67 : 2;

const folder = mkdtempSync(join(tmpdir(), 'prodimport-moments-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two editions that differ in every third row, and in what they add. */
const files = [1, 2].map((edition) => {
  const rows = Array.from({ length: rowCount }, (_, i) => {
    return `SKU-${i},Product ${i % 3 === 0 ? edition : 0} ${i},${(i % 90) + 1}`;
  });
  const path = join(folder, `${edition}.csv`);
  writeFileSync(path, `sku,name,price\n${rows.join('\n')}\n`);
  return path;
});

const servers: [string, () => Promise<KilledServer>][] = [
  ['the embedded one', startOwn],
  ...(isThorough && process.platform === 'linux'
    ? [['PostgreSQL 15', () => startVersion('15.18.0-beta.17')] as [string, typeof startOwn]]
    : []),
];

async function startOwn(): Promise<KilledServer> {
  const folders = await temporaryFolders();
  const start = () => startEmbedded(folders);
  return {
    url: urlOf(await start()),
    kill: () => process.kill(runningPostmaster(folders)!.pid, 'SIGKILL'),
    start,
    stop: () => removeServer(folders),
  };
}

describe.each(servers)('loads on %s', (name, begin) => {
  let server: KilledServer;
  let database: Database;
  /** The catalogue with each edition, and which it holds now. */
  const sums: string[] = [];
  let held = 0;
  let longestMs = 0;

  beforeAll(async () => {
    server = await begin();
    database = await openDatabase(server.url);
    await runCli(['db', 'migrate'], { url: server.url });
    for (const at of [0, 1, 0]) {
      const began = performance.now();
      const { code, stderr } = await runCli(['load', files[at]!], { url: server.url });
      expect(code, stderr).toBe(0);
      longestMs = Math.max(longestMs, performance.now() - began);
      sums[at] = await catalogueSum(await database.main());
    }
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  const victims = ['the command', 'its backend', 'the server'] as const;

  it.each(victims)(
    'are done or not at all, whenever %s is killed',
    async (victim) => {
      const fault = `kill of ${victim} at a random moment, ${name}`;
      const series = { fault, trials: 0, before: 0, after: 0, violations: [] as string[] };
      for (; series.trials < trials; series.trials++) {
        const momentMs = Math.random() * longestMs;
        const wrong = await tryOnce(victim, momentMs, series);
        if (wrong) series.violations.push(`after ${Math.round(momentMs)} ms: ${wrong}`);
      }
      note(series);
      expect(series.violations).toEqual([]);
    },
    trials * 120_000,
  );

  async function tryOnce(
    victim: (typeof victims)[number],
    momentMs: number,
    series: { before: number; after: number },
  ): Promise<string | null> {
    const next = 1 - held;
    const { child, done } = startCli(['load', files[next]!, '--json'], { url: server.url });
    await wait(momentMs);
    if (victim === 'the command') child.kill('SIGKILL');
    else if (victim === 'the server') server.kill();
    else await killBackends();
    const run = await done;
    if (victim === 'the server') await server.start();
    await othersGone();
    const found = await catalogueSum(await database.main());
    const at = sums.indexOf(found);
    if (at < 0) return 'the catalogue holds neither edition';
    if (at === held) series.before++;
    else series.after++;
    const isDone = at === next;
    held = at;
    const [newest] = (await runCli(['status', '--json'], { url: server.url })).json<JobState[]>();
    if (newest?.status === 'running') return 'its job still counts as running';
    // One that was killed before its job was there leaves that of before, which is completed.
    if (isDone && newest?.status !== 'completed') return `done, but its job is ${newest?.status}`;
    if (isDone && run.code !== 0 && child.signalCode === null && victim !== 'the command') {
      return `done, but it ended with ${run.code}: ${run.stderr}`;
    }
    return !isDone && run.code === 0 ? 'it ended with 0, but nothing was done' : null;
  }

  async function killBackends(): Promise<void> {
    const { client } = await database.main();
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'prodimport' and pid <> pg_backend_pid()`);
  }

  /** The server may not have noticed yet that a command is dead. */
  async function othersGone(): Promise<void> {
    const others = `select from pg_stat_activity where application_name = 'prodimport'
      and pid <> pg_backend_pid()`;
    for (;;) {
      const { client } = await database.main();
      if ((await client.query(others)).rowCount === 0) return;
      await wait(20);
    }
  }
});
