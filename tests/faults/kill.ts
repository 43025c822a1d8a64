import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { getJob } from '../../src/job/job.js';
import { cliEnvironment } from '../setup/cli.js';
import type { TestDatabase } from '../setup/database.js';

const binary = fileURLToPath(new URL('../../bin/prodimport.js', import.meta.url));
const killer = new URL('./killAfter.js', import.meta.url).href;

/** What a series of kills came to. A violation is a sentence that says what was wrong. */
export interface Series {
  fault: string;
  trials: number;
  before: number;
  after: number;
  violations: string[];
}

export interface KilledCommand {
  fault: string;
  args: string[];
  db: TestDatabase;
  /** Puts the database into the state that each trial begins with. */
  reset: () => Promise<void>;
  /** Whether the command is a job, whose record must tell what happened. */
  isJob: boolean;
}

/**
 * Kills a command at its first write to a socket, then at its second, and so on until it ends by
 * itself; after each kill the catalogue must be as before or as after, and the record say which.
 * @param stride tries only each n-th write, for a quick run
 */
export async function killAtEveryWrite(command: KilledCommand, stride = 1): Promise<Series> {
  const series: Series = { fault: command.fault, trials: 0, before: 0, after: 0, violations: [] };
  await command.reset();
  const before = await checksum(command.db);
  await runKilled(command, '1000000');
  const after = await checksum(command.db);
  for (const suffix of ['', '+']) {
    for (let write = 1; ; write += stride) {
      await command.reset();
      const killed = await runKilled(command, `${write}${suffix}`);
      if (!killed) break;
      series.trials++;
      const found = await checksum(command.db);
      if (found === before) series.before++;
      if (found === after) series.after++;
      const wrong = await judge(command, { found, before, after });
      if (wrong) series.violations.push(`killed at write ${write}${suffix}: ${wrong}`);
    }
  }
  return series;
}

async function judge(
  { db, isJob }: KilledCommand,
  { found, before, after }: Record<'found' | 'before' | 'after', string>,
): Promise<string | null> {
  if (found !== before && found !== after) return 'the catalogue is neither as before nor as after';
  const left = await db.session.client.query(`select relname from pg_class
    where relname in ('staging', 'superseded', 'late_rejects') and relpersistence = 't'
      or relname like 'staging\\_%'`);
  if (left.rows.length > 0) return `${left.rows.length} tables of the load are left`;
  if (!isJob) return null;
  const job = await getJob(db.session, 'last');
  // Killed before its job was recorded: there is nothing to tell, and nothing was done.
  if (job.id === firstJob) return found === before ? null : 'products changed, but there is no job';
  const told = job.status.startsWith('completed') ? after : before;
  return found === told ? null : `the record says ${job.status}`;
}

/** Runs the command until it is killed or ends, and its connections are gone; whether it was killed. */
async function runKilled({ args, db }: KilledCommand, killAt: string): Promise<boolean> {
  const child = spawn(process.execPath, ['--import', killer, binary, ...args, '--quiet'], {
    env: cliEnvironment({ url: db.url, env: { KILL_AT: killAt } }),
    stdio: 'ignore',
  });
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  for (;;) {
    const { rows } = await db.session.client.query<{ connections: number }>(
      `select count(*)::integer as connections from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
         and application_name = 'prodimport' and backend_start > $1`,
      [new Date(Date.now() - 60_000)],
    );
    if (rows[0]!.connections <= ownConnections) return signal === 'SIGKILL';
    await wait(5);
  }
}

/** The job that every trial begins with. */
const firstJob = '1';

/** Connections of the test itself: those of `createTestDatabase`. */
const ownConnections = 1;

/** Of every field of every product. */
async function checksum({ session }: TestDatabase): Promise<string> {
  const { rows } = await session.client.query<{ sum: string }>(
    `select count(*) || ':' || coalesce(md5(string_agg(
       row(id, sku, name, description, price, active, owner, images, attributes)::text,
       ',' order by id)), '') as sum
     from prodimport.products`,
  );
  return rows[0]!.sum;
}
