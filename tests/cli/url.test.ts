import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileHost } from '../remote/host.js';
import { runCli, startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
let host: FileHost;
beforeAll(async () => {
  db = await createTestDatabase();
  host = await FileHost.start();
});
afterAll(async () => {
  await host.stop();
  await db.drop();
});

const feed = 'sku,name,price\nTEA-1,Assam,4.50\nCUP-1,Cup,3\n';
const secrets = /s3cret|t0ken|k3y-value|buyer/;

/** The words of every process. */
function processes(): string {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-axo', 'command'], { encoding: 'utf8' });
  }
  const commands = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return commands
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .join('\n');
}

const url = (path: string) => `${host.signed(host.base + path)}?token=t0ken-value`;
const header = ['--header', 'X-Key: k3y-value'];

it('shows its secrets nowhere: not in output, logs, the list of processes, jobs or errors', async () => {
  const lists: string[] = [];
  host.put('/feed.csv', (it) => {
    lists.push(processes());
    it.end(feed);
  });
  host.put('/cut.csv', (it) => {
    it.writeHead(200, { 'content-length': '1000' });
    it.write(feed, () => it.socket!.destroy());
  });
  const words = ['--debug', '--log-format', 'json', '--progress', 'json'];
  const done = await runCli(['load', url('/feed.csv'), ...header, ...words], { url: db.url });
  const failed = await runCli(['load', url('/cut.csv'), ...header, ...words], { url: db.url });
  const looked = await runCli(['inspect', url('/feed.csv'), ...header], { url: db.url });
  const status = await runCli(['status', '--json'], { url: db.url });
  const report = await runCli(['report', 'last', '--json'], { url: db.url });
  expect([done, failed, looked, status, report].map(({ code }) => code)).toEqual([0, 1, 0, 0, 0]);
  for (const { stdout, stderr } of [done, failed, looked, status, report]) {
    expect(stdout + stderr).not.toMatch(secrets);
  }
  const { rows } = await db.session.client.query('select j::text from prodimport.jobs j');
  expect(JSON.stringify(rows)).not.toMatch(secrets);
  expect(lists.join()).toContain('prodimport');
  expect(lists.join()).not.toMatch(secrets);
  expect(report.json<{ source: { url: string } }>().source.url).toBe(
    `${host.base}/cut.csv?token=…`,
  );
});

it('goes on in the background with what its words do not say', async () => {
  let list = '';
  let give = () => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  const asked = new Promise<void>((resolve) => {
    host.put('/slow.csv', async (it, { headers }) => {
      list = processes();
      resolve();
      await given;
      it.writeHead(headers['x-key'] === 'k3y-value' ? 200 : 403).end(feed);
    });
  });
  const words = ['load', url('/slow.csv'), ...header, '--detach', '--json'];
  const { stdout, code } = await runCli(words, { url: db.url });
  expect(code).toBe(0);
  const { jobId, status } = JSON.parse(stdout) as { jobId: string; status: string };
  expect(status, 'a job before its host has answered').toBe('running');
  await asked;
  give();
  const followed = await runCli(['status', jobId, '--follow'], { url: db.url });
  expect(followed.code).toBe(0);
  expect(list).toContain('prodimport');
  expect(list).not.toMatch(secrets);
});

it('is a job that is interrupted while its host says nothing', async () => {
  const { child, done } = startCli(['load', host.base + '/silent.csv'], { url: db.url });
  host.put('/silent.csv', () => child.kill('SIGINT'));
  child.stdin.end();
  expect((await done).code).toBe(130);
  const { json } = await runCli(['report', 'last', '--json'], { url: db.url });
  expect(json()).toMatchObject({ status: 'interrupted', source: { name: 'silent.csv' } });
});
