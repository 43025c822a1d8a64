import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { getJob } from '../../src/load/job.js';
import { note } from '../faults/table.js';
import { catalogueSum } from '../setup/checksum.js';
import { runCli, startCli } from '../setup/cli.js';
import { nodesOf } from '../setup/cluster.js';
import { createClusterDatabase, openDatabase, type TestDatabase } from '../setup/database.js';

/** A command that is called with `kill` or `start`, and the port of a node whose server it means. */
const control = process.env.PRODIMPORT_TEST_CITUS_CONTROL;
const trials = inject('thorough') ? 10 : 3;
const folder = mkdtempSync(join(tmpdir(), 'prodimport-crash-'));
const file = join(folder, 'products.csv');

const why =
  'not run: PRODIMPORT_TEST_CITUS_URL and _CONTROL name no cluster whose nodes may be killed';
const isRun = inject('citusUrl') !== null && control !== undefined;
const where = 'on a cluster whose nodes may be killed';
describe.skipIf(!isRun)(isRun ? where : `${where} (${why})`, () => {
  let db: TestDatabase;
  beforeAll(async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `SKU-${i},Product ${i},${i % 7}`);
    writeFileSync(file, `sku,name,price\n${lines.join('\n')}\n`);
    db = await createClusterDatabase();
  });
  afterAll(async () => {
    await db.drop();
    rmSync(folder, { recursive: true });
  });

  it('a load during which a server is killed is all or nothing, and status says which', async () => {
    await reset();
    const before = await sum();
    await runCli(['load', file], { url: db.url });
    const after = await sum();
    for (const { port, isCoordinator } of await nodesOf(db.url)) {
      const fault = `kill -9 of the ${isCoordinator ? 'coordinator' : 'server of a worker'}`;
      const series = { fault, trials: 0, before: 0, after: 0, violations: [] as string[] };
      for (let trial = 0; trial < trials; trial++) {
        await reset();
        const { done } = startCli(['load', file], { url: db.url });
        await Promise.race([wait(250 + (trial * 2000) / trials), done]);
        await crash(port);
        await done;
        judge(series, { before, after, found: await sum(), status: await lastStatus() });
      }
      note(series);
      expect(series.violations).toEqual([]);
    }
  }, 900_000);

  async function reset(): Promise<void> {
    const connection = await openDatabase(db.url);
    const { client } = await connection.main();
    await client.query('truncate prodimport.products');
    await client.query('truncate prodimport.jobs restart identity');
    await connection.close();
    const stdin = 'sku,name\nSKU-1,Old\nGONE,Old\n';
    expect((await runCli(['load', '-'], { url: db.url, stdin })).code).toBe(0);
  }

  /** Once what was prepared when the server died is recovered. */
  async function sum(): Promise<string> {
    const connection = await openDatabase(db.url);
    const session = await connection.main();
    await session.client.query('select recover_prepared_transactions()');
    const found = await catalogueSum(session);
    await connection.close();
    return found;
  }

  /** Of the load; of the one before it, where the server died before there was a job. */
  async function lastStatus(): Promise<string> {
    const connection = await openDatabase(db.url);
    const { id, result } = await getJob(await connection.main(), 'last');
    await connection.close();
    return id === '1' ? 'no job' : result.status;
  }
});

/** Kills a server as the kernel would, and starts it again. */
async function crash(port: number): Promise<void> {
  execFileSync(control!, ['kill', String(port)]);
  // Until its last process has seen that, the folder is taken.
  for (let tries = 0; ; tries++) {
    try {
      return void execFileSync(control!, ['start', String(port)], { stdio: 'ignore' });
    } catch (error) {
      if (tries > 40) throw error;
      await wait(300);
    }
  }
}

function judge(
  series: { trials: number; before: number; after: number; violations: string[] },
  { before, after, found, status }: Record<'before' | 'after' | 'found' | 'status', string>,
): void {
  series.trials++;
  if (found === before) series.before++;
  if (found === after) series.after++;
  const told = status === 'completed' ? after : before;
  if (found !== told) series.violations.push(`${status}, but the catalogue has ${found}`);
}
