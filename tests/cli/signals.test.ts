import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { patient, shellLine, startCli } from '../setup/cli.js';
import { insertProduct, someoneIsBlocked, storedNames, useCatalogue } from '../setup/catalogue.js';
import { useFolder } from '../setup/folder.js';
import { startReceiver } from '../webhook/receiver.js';

const db = useCatalogue();
const folder = useFolder();
const start = (words: string) => startCli(words.split(' '), { url: db().url });

beforeEach(async () => {
  const { client } = db().session;
  await insertProduct(db(), { sku: 'A-1', name: 'Lamp' });
  await client.query(`truncate prodimport.endpoints, prodimport.deliveries`);
  await client.query(`insert into prodimport.endpoints (id, url, events, secret)
    overriding system value values (1, 'http://127.0.0.1:1/', '{product.created}', 'whsec_AAAA')`);
});

/** Everything that a command could have changed, as text. */
async function everything(): Promise<unknown> {
  const tables = ['products', 'jobs', 'purges', 'endpoints', 'deliveries'];
  const { client } = db().session;
  const read = (table: string) =>
    client.query(`select json_agg(t order by t::text) as rows from prodimport.${table} t`);
  const found = [];
  for (const table of tables) found.push((await read(table)).rows);
  return found;
}

let blocker: Awaited<ReturnType<ReturnType<typeof db>['database']['session']>>;
beforeEach(async () => {
  blocker = await db().database.session();
});
afterEach(() => blocker.end());

const catalogue = `select pg_advisory_xact_lock(hashtext('prodimport.products'), 0)`;
const writers = (table: string) => `lock table prodimport.${table} in exclusive mode`;

it.each([
  ['purge --all --yes', catalogue],
  ['purge --all --yes', writers('products')],
  ['purge --jobs --older-than 1m --yes', writers('jobs')],
  ['product add --sku A-2 --name Chair', catalogue],
  ['product update A-1 --name Chair', catalogue],
  ['product update A-1 --name Chair', `update prodimport.products set price = 1`],
  ['product delete A-1 --yes', catalogue],
  ['product update --where name~a --price 9 --yes', catalogue],
  ['product delete --where name~a --yes', `update prodimport.products set price = 1`],
  ['webhook add http://127.0.0.1:1/ --allow-private', writers('endpoints')],
  ['webhook update 1 --disable', writers('endpoints')],
  ['webhook remove 1', writers('endpoints')],
  ['webhook fire product.created --sku A-1', writers('deliveries')],
  ['webhook retry --all', writers('deliveries')],
  ['image retry --all', writers('images')],
  ['db migrate --search-index', writers('products')],
  [`image process --to ${folder.path('images')}`, catalogue],
])('a SIGTERM ends `%s` that waits for `%s`, and nothing is changed', async (words, statement) => {
  const before = await everything();
  await blocker.client.query('begin');
  await blocker.client.query(statement);
  const { child, done } = start(words);
  await someoneIsBlocked(db().session);
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await done;
  await blocker.client.query('rollback');
  expect(code, stderr).toBe(143);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/Stopped by SIGTERM; what was not committed is rolled back\.\n$/);
  expect(await everything()).toEqual(before);
});

it('ends a command whose standard input has not said all yet', async () => {
  const { child, done } = start('product add - --debug');
  child.stdin.on('error', () => undefined).write('{"sku":"A-2","name":"Chair"}\n');
  // It listens to signals from before it says the first thing.
  await once(child.stderr, 'data');
  child.kill('SIGINT');
  const { code, stderr } = await done;
  expect(code, stderr).toBe(130);
  expect(await storedNames(db())).toEqual({ 'A-1': 'Lamp' });
});

it('tells what is committed as done, though the signal came before it could be told', async () => {
  const { client } = db().session;
  // A COMMIT that takes as long as the lock is held.
  await blocker.client.query('select pg_advisory_lock(7)');
  await client.query(`create function prodimport.dawdle() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(7); return null; end $$;
    create constraint trigger slow after insert on prodimport.purges deferrable initially deferred
      for each row execute function prodimport.dawdle()`);
  try {
    const { child, done } = start('purge --owner nobody --yes');
    const committing = `select from pg_stat_activity
      where datname = current_database() and query = 'commit' and state = 'active'`;
    while ((await client.query(committing)).rowCount === 0);
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.kill('SIGINT');
    await expect.poll(() => said).toContain('SIGINT: stopping');
    await blocker.client.query('select pg_advisory_unlock(7)');
    const { code, stdout, stderr } = await done;
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('Nothing was deleted: there was nothing of that kind.\n');
    expect((await client.query('select from prodimport.purges')).rowCount).toBe(1);
  } finally {
    await client.query('drop function prodimport.dawdle cascade');
  }
});

it('tells of a committed load as committed, though a signal came and its report can not be written', async () => {
  const receiver = await startReceiver((response) => {
    child.kill('SIGINT');
    response.end();
  });
  const { client } = db().session;
  await client.query(
    `update prodimport.endpoints set url = $1, events = '{import.completed}', allow_private = true`,
    [receiver.url],
  );
  const words = shellLine(['load', folder.write('one.csv', 'sku,name\nA-2,Chair\n')]);
  const child = spawn('bash', ['-c', `exec ${words} > /dev/full`], {
    env: { PATH: process.env.PATH, DATABASE_URL: db().url, ...patient },
  });
  const [[code], stderr] = await Promise.all([
    once(child, 'close') as Promise<[number]>,
    text(child.stderr),
  ]);
  await receiver.close();
  expect(stderr).toContain('SIGINT: stopping');
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(/Job \d+ is committed/);
  expect(stderr).not.toContain('rolled back');
  expect(await storedNames(db())).toEqual({ 'A-1': 'Lamp', 'A-2': 'Chair' });
});

it('ends as it has ended, though a signal comes while the process goes', async () => {
  const late = `data:text/javascript,process.on('exit',()=>process.kill(process.pid,'SIGINT'))`;
  const args = ['load', folder.write('late.csv', 'sku,name\nA-3,Table\n'), '--json'];
  const env = { NODE_OPTIONS: `--import="${late}"` };
  const { child, done } = startCli(args, { url: db().url, env });
  const { code, json, stderr } = await done;
  expect([code, child.signalCode], stderr).toEqual([0, null]);
  expect(json()).toMatchObject({ status: 'completed' });
});
