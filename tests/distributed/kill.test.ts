import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { listFields } from '../../src/catalog/field.js';
import { getJob } from '../../src/load/job.js';
import { connectionsGone, killAtEveryWrite, type KilledCommand } from '../faults/kill.js';
import { note } from '../faults/table.js';
import { catalogueSum } from '../setup/checksum.js';
import { runCli, startCli } from '../setup/cli.js';
import { nodesOf, urlOn } from '../setup/cluster.js';
import { describeOnCluster } from '../setup/cluster-tests.js';
import { createClusterDatabase, type TestDatabase } from '../setup/database.js';

const rowCount = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'prodimport-cluster-kill-'));
const second = join(folder, 'second.csv');
const short = join(folder, 'short.csv');

describeOnCluster('on a cluster', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    writeFileSync(second, catalogue(rowCount));
    writeFileSync(short, catalogue(300));
    db = await createClusterDatabase();
    await reset();
  });
  afterAll(async () => {
    await db.drop();
    rmSync(folder, { recursive: true });
  });

  /** Some products, no field, and one job. */
  async function reset(): Promise<void> {
    const { client } = db.session;
    const [field] = await listFields(db.session);
    if (field) await runCli(['field', 'remove', field.name, '--yes'], { url: db.url });
    await client.query('truncate prodimport.products, prodimport.changes');
    await client.query('truncate prodimport.jobs, prodimport.rejects restart identity');
    await client.query(`select setval('prodimport.products_id_seq', 1, false)`);
    const stdin = 'sku,name,stock\nSKU-1,Old,5\nSKU-2,Old,\nGONE,Old,7\n';
    expect((await runCli(['load', '-'], { url: db.url, stdin })).code).toBe(0);
  }

  /** The products, and the fields as they are defined, shown and indexed on every node. */
  async function state(): Promise<string> {
    const fields = (await listFields(db.session)).map(({ name }) => name);
    const { rows } = await db.session.client.query<{ result: string }>(
      `select result from run_command_on_all_nodes($$
         select (select count(*) from information_schema.columns where table_name = 'catalogue')
           || ' columns, ' || (select count(*) from pg_indexes where indexdef like '%field_number%')
           || ' indexes' $$) order by nodeid`,
    );
    const shown = rows.map(({ result }) => result);
    return [await catalogueSum(db.session), ...fields, ...shown].join('; ');
  }

  const commands: [string, string[], boolean][] = [
    ['load', ['load', short, '--record-changes'], true],
    ['purge --all', ['purge', '--all', '--yes'], false],
    ['field add', ['field', 'add', 'stock', '--index', '--yes'], false],
  ];
  it.each(commands)(
    'a killed %s leaves the catalogue as before or as after, and no table of its own',
    async (name, args, isJob) => {
      const fault = `kill -9 of ${name}, on a cluster`;
      const command: KilledCommand = {
        fault,
        args,
        reset,
        options: { url: db.url },
        state,
        settled: () => connectionsGone(db),
        judge: async (found, { before, after }) =>
          (await leftovers()) ??
          (isJob ? await recordedWrongly(found === before, found === after) : null),
      };
      const series = await killAtEveryWrite(command);
      note(series);
      expect(series.violations).toEqual([]);
      expect(series.trials).toBeGreaterThan(0);
    },
    900_000,
  );

  it('a load that loses a node is as before or as after, and the record says which', async () => {
    await reset();
    const before = await catalogueSum(db.session);
    await runCli(['load', second], { url: db.url });
    const after = await catalogueSum(db.session);
    const fault = 'connections to a worker ended in a load';
    const series = { fault, trials: 0, before: 0, after: 0, violations: [] };
    for (const delayMs of inject('thorough') ? range(0, 1500, 60) : [0, 400, 800]) {
      await reset();
      const { done } = startCli(['load', second], { url: db.url });
      await cutWorkersAfter(delayMs);
      const { code } = await done;
      const { status } = (await getJob(db.session, 'last')).result;
      const found = await catalogueSum(db.session);
      expect(found, `${status}, exit ${code}`).toBe(status === 'completed' ? after : before);
      expect(code === 0).toBe(status === 'completed');
      series.trials++;
      if (found === before) series.before++;
      else series.after++;
    }
    note(series);
    expect(series.before).toBeGreaterThan(0);
  }, 600_000);

  /** A cluster's loads have no temporary tables: what they make goes with their transaction. */
  async function leftovers(): Promise<string | null> {
    const { rows } = await db.session.client.query(
      `select from pg_class where relname like 'staging\\_%'`,
    );
    return rows.length > 0 ? `${rows.length} tables of the load are left` : null;
  }

  /** Killed before its job was recorded: there is nothing to tell, and nothing was done. */
  async function recordedWrongly(isBefore: boolean, isAfter: boolean): Promise<string | null> {
    const job = await getJob(db.session, 'last');
    if (job.id === '1') return isBefore ? null : 'products changed, but there is no job';
    const isTrue = job.result.status.startsWith('completed') ? isAfter : isBefore;
    return isTrue ? null : `the record says ${job.result.status}`;
  }

  /** Waits for the load's transaction on a worker, then ends everything that it has there. */
  async function cutWorkersAfter(delayMs: number): Promise<void> {
    const name = new URL(db.url).pathname.slice(1);
    const worker = (await nodesOf(db.url)).find(({ isCoordinator }) => !isCoordinator)!;
    const client = new pg.Client({ connectionString: urlOn(db.url, worker, 'postgres') });
    await client.connect();
    try {
      const busy = `from pg_stat_activity where datname = '${name}'
        and xact_start < clock_timestamp() - ${delayMs} * interval '1 millisecond'
        and application_name like 'citus_internal%' and xact_start is not null`;
      while ((await client.query(`select ${busy}`)).rowCount === 0) {
        const { rows } = await db.session.client.query<{ done: boolean }>(
          `select status <> 'running' and id > 1 as done from prodimport.jobs order by id desc limit 1`,
        );
        if (rows[0]?.done) return;
      }
      await client.query(`select pg_terminate_backend(pid) ${busy}`);
    } finally {
      await client.end();
    }
  }
});

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
}

function catalogue(rows: number): string {
  const lines = ['sku,name,price'];
  for (let i = 0; i < rows; i++) lines.push(`SKU-${i},Product ${i},${i % 7}`);
  return `${lines.join('\n')}\n`;
}
