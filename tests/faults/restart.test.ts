import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/db/database.js';
import type { EmbeddedFolders } from '../../src/db/embedded/folders.js';
import { runningPostmaster } from '../../src/db/embedded/postmaster.js';
import { startEmbedded } from '../../src/db/embedded/start.js';
import type { Session } from '../../src/db/session.js';
import { runCli, startCli } from '../setup/cli.js';
import { openDatabase } from '../setup/database.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';
import { counted } from './table.js';
import { edition, firstFile, judge, secondFile } from './trial.js';

let folders: EmbeddedFolders;
let url: string;
let database: Database;

beforeAll(async () => {
  folders = await temporaryFolders();
  url = urlOf(await startEmbedded(folders, { unsafeWithoutFsync: true }));
  await runCli(['db', 'migrate'], { url });
  await runCli(['load', firstFile], { url });
  database = await openDatabase(url);
});
afterAll(async () => {
  await database.close();
  await removeServer(folders);
});

/** A connection that a restart does not break for good. */
const session = (): Promise<Session> => database.main();

/** Stops it as `pg_ctl restart` does, and starts it again. */
async function restart(): Promise<void> {
  process.kill(runningPostmaster(folders)!.pid, 'SIGINT');
  await expect.poll(() => runningPostmaster(folders)).toBeNull();
  await startEmbedded(folders, { unsafeWithoutFsync: true });
}

/** Waits until a statement of the load runs that holds this text. */
async function untilRuns(text: string): Promise<void> {
  const { client } = await session();
  const isRunning = async () => {
    const { rows } = await client.query<{ runs: boolean }>(
      `select exists (select from pg_stat_activity where application_name = 'prodimport'
       and pid <> pg_backend_pid() and state = 'active' and query like $1) as runs`,
      [`%${text}%`],
    );
    return rows[0]!.runs;
  };
  await expect.poll(isRunning).toBe(true);
}

const stopped = { code: 5, catalogue: 'before', status: 'failed' } as const;
const says = /terminating connection|Connection terminated|ECONNRESET|EPIPE/;

describe('a server that is restarted', () => {
  it('in the middle of COPY leaves the catalogue as before, and the record says so', async () => {
    const load = async () => {
      const { child, done } = startCli(['load', '-'], { url });
      child.stdin.on('error', () => undefined);
      child.stdin.write(edition(2).repeat(60));
      await untilRuns('copy prodimport.staging');
      await restart();
      child.stdin.end('SKU-9,Last,1\n');
      return done;
    };
    const expected = { ...stopped, says };
    await counted('server restart in COPY', 'before', () => judge(url, session, expected, load));
  });

  it('in the middle of the merge leaves the catalogue as before, and the record says so', async () => {
    const { client } = await session();
    await client.query(`create function dawdle() returns trigger language plpgsql as
        $$ begin perform pg_sleep(600); return null; end $$;
      create trigger slow after insert on prodimport.products
        for each statement execute function dawdle()`);
    const load = async () => {
      const { done } = startCli(['load', secondFile], { url });
      await untilRuns('Merges the compared rows');
      await restart();
      return done;
    };
    const expected = { ...stopped, says };
    await counted('server restart in the merge', 'before', () =>
      judge(url, session, expected, load),
    );
    await (await session()).client.query('drop trigger slow on prodimport.products');
  });
});

it('says that the password is wrong, and keeps it to itself', async () => {
  await counted('wrong password', 'before', async () => {
    const hba = join(folders.data, 'pg_hba.conf');
    writeFileSync(hba, `local all secretive scram-sha-256\n${readFileSync(hba, 'utf8')}`);
    const { client } = await session();
    await client.query(`create role secretive login password 'right'; select pg_reload_conf()`);
    const wrong = url.replace(/\/\/[^@]*@/, '//secretive:s3cret@');
    const run = await runCli(['load', secondFile, '--debug'], { url: wrong });
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(
      /password authentication failed.* Set PGPASSWORD .* use ~\/\.pgpass/,
    );
    expect(run.stdout + run.stderr).not.toContain('s3cret');
  });
});
