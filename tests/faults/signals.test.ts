import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobState } from '../../src/load/state.js';
import { runCli, shellLine, startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { loadText } from '../setup/load.js';
import { counted } from './table.js';
import { edition, secondFile } from './trial.js';

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase();
  await loadText(db, 'sku,name\nA-1,Lamp\n');
});
afterEach(() => db.drop());

/** Waits until a statement of the load runs that holds this text. */
async function untilRuns(text: string): Promise<void> {
  const { client } = await db.database.main();
  const isRunning = async () => {
    const { rows } = await client.query<{ runs: boolean }>(
      `select exists (select from pg_stat_activity where datname = current_database()
       and pid <> pg_backend_pid() and state = 'active' and query like $1) as runs`,
      [`%${text}%`],
    );
    return rows[0]!.runs;
  };
  await expect.poll(isRunning).toBe(true);
}

/** A load that is in the midst of something: reading, waiting for the lock, or merging. */
async function startLoad(phase: string) {
  const { client } = db.session;
  if (phase === 'reading') {
    const load = startCli(['load', '-'], { url: db.url });
    load.child.stdin.on('error', () => undefined).write(edition(2).repeat(60));
    await untilRuns('copy prodimport.staging');
    return load;
  }
  if (phase === 'waiting') {
    await client.query(`select pg_advisory_lock(hashtext('prodimport.products'), 0)`);
  } else {
    await client.query(`create function dawdle() returns trigger language plpgsql as
        $$ begin perform pg_sleep(600); return null; end $$;
      create trigger slow after insert on prodimport.products
        for each statement execute function dawdle()`);
  }
  const load = startCli(['load', secondFile], { url: db.url });
  await untilRuns(phase === 'waiting' ? 'Waits until no other load' : 'Merges the compared rows');
  return load;
}

async function expectUntouched(status: string): Promise<void> {
  const { rows } = await db.session.client.query<{ sku: string }>(
    'select sku from prodimport.products',
  );
  expect(rows).toEqual([{ sku: 'A-1' }]);
  const [newest] = (await runCli(['status', '--json'], { url: db.url })).json<JobState[]>();
  expect(newest!.status).toBe(status);
}

describe.each([
  ['SIGINT', 'reading', 130],
  ['SIGTERM', 'waiting', 143],
  ['SIGINT', 'merging', 130],
  ['SIGHUP', 'merging', 129],
] as const)('%s to a load that is %s', (signal, phase, code) => {
  it(`rolls back, says so in one line at once, and ends with ${code}`, async () => {
    await counted(`${signal} to a load that is ${phase}`, 'before', async () => {
      const { child, done } = await startLoad(phase);
      child.kill(signal);
      const { stderr, ...run } = await done;
      expect(run.code, stderr).toBe(code);
      expect(
        stderr.match(new RegExp(`^${signal}: stopping; again to stop at once\\.$`, 'gm')),
      ).toHaveLength(1);
      expect(stderr).toMatch(
        new RegExp(
          `prodimport: Stopped by ${signal}; what was not committed is rolled back\\.\\n$`,
        ),
      );
      await expectUntouched('interrupted');
    });
  });
});

it('heeds SIGHUP while standard input has not said anything yet', async () => {
  await counted('SIGHUP while standard input is silent', 'before', async () => {
    const { child, done } = startCli(['load', '-'], { url: db.url });
    child.stdin.on('error', () => undefined).write('sku,');
    await expect.poll(() => isListening(child.pid!)).toBe(true);
    child.kill('SIGHUP');
    const run = await done;
    expect(run.code, run.stderr).toBe(129);
  });
});

/** Whether the process listens to SIGHUP, by the mask in /proc (Node itself has a say in SIGINT). */
function isListening(pid: number): boolean {
  const caught = /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;
  return (BigInt(`0x${caught}`) & 1n) !== 0n;
}

it('is gone at the second signal, and its job counts as crashed', async () => {
  await counted('a second signal', 'before', async () => {
    // A server that has stopped answering: the first signal can't be heeded.
    const { child, done } = await startLoad('merging');
    const { client } = db.session;
    await client.query('begin; lock table prodimport.jobs in access exclusive mode');
    child.stderr.on('data', (text: Buffer) => {
      if (text.includes('again to stop at once')) child.kill('SIGINT');
    });
    child.kill('SIGINT');
    await done;
    expect(child.signalCode).toBe('SIGINT');
    await client.query('rollback');
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where query like '%Merges the compared rows%' and pid <> pg_backend_pid()
        and datname = current_database()`);
    await expect
      .poll(async () => (await db.session.query('job/list', [null, 1]))[0]!.is_held)
      .toBe(false);
    await expectUntouched('crashed');
  });
});

it('takes a reader who leaves early for no error', async () => {
  await counted('SIGPIPE: a reader who leaves early', 'after', async () => {
    await loadText(db, edition(1));
    const words = shellLine(['report', 'last', '--format', 'json']);
    const shell = spawn('bash', ['-o', 'pipefail', '-c', `${words} | head -c 10`], {
      env: { PATH: process.env.PATH, DATABASE_URL: db.url },
    });
    const [code] = (await once(shell, 'close')) as [number];
    expect(code).toBe(0);
  });
});

it('loads on with standard error and standard output closed', async () => {
  await counted('standard output and error closed', 'after', async () => {
    const words = shellLine(['load', secondFile, '--json']);
    const shell = spawn('bash', ['-c', `${words} >&- 2>&-`], {
      env: { PATH: process.env.PATH, DATABASE_URL: db.url },
    });
    const [code] = (await once(shell, 'close')) as [number];
    expect(code).toBe(0);
  });
});
