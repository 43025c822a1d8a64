import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { patient, runCli, startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { addLocal, deliveries, passTime, publishUpdates } from './deliveries.js';
import { startReceiver, type Receiver } from './receiver.js';

let test: TestDatabase;
let receiver: Receiver;
/** What the receiver does at its first request; later ones are answered. */
let atFirst: () => void;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.session.client.query('delete from prodimport.endpoints');
  receiver = await startReceiver((response) => {
    if (receiver.received.length === 1) atFirst();
    else response.end();
  });
});
afterEach(() => receiver.close());

function idsReceived(): (string | undefined)[] {
  return receiver.received.map(({ headers }) => headers['webhook-id']);
}

it('delivers again, with the same id, what a deliverer had sent when it was killed', async () => {
  const { session, url } = test;
  await addLocal(session, receiver.url);
  const [id] = await publishUpdates(session);
  const killed = startCli(['webhook', 'deliver'], { url });
  atFirst = () => killed.child.kill('SIGKILL');
  await killed.done;
  expect(await deliveries(session, 'pending')).toMatchObject([{ id, attempts: 1 }]);

  // The lease of the dead one still holds: on a busy machine, too, which may need more than that.
  const { rows } = await session.client.query(
    `update prodimport.deliveries set next_attempt_at = next_attempt_at + interval '1 hour'
     returning next_attempt_at - last_attempt_at as lease`,
  );
  expect(rows).toMatchObject([{ lease: { hours: 1, seconds: 20 } }]);
  await runCli(['webhook', 'deliver'], { url });
  expect(idsReceived()).toEqual([id]);

  await passTime(session);
  const next = await runCli(['webhook', 'deliver', '--json'], { url });
  expect(next.json()).toMatchObject({ delivered: 1, pending: 0 });
  expect(idsReceived()).toEqual([id, id]);
  expect(await deliveries(session)).toMatchObject([{ id, status: 'delivered', attempts: 2 }]);
});

it('delivers what a command had committed, and not sent through, when it was killed', async () => {
  const { session, url } = test;
  await addLocal(session, receiver.url, ['product.created']);
  const words = ['product', 'add', '--sku', 'K-1', '--name', 'Kite'];
  const killed = startCli(words, { url, env: patient });
  atFirst = () => killed.child.kill('SIGKILL');
  await killed.done;
  const stored = await runCli(['product', 'get', 'K-1', '--json'], { url });
  expect(stored.json()).toMatchObject({ sku: 'K-1' });

  await passTime(session);
  await runCli(['webhook', 'deliver'], { url });
  const [delivery] = await deliveries(session);
  expect(delivery).toMatchObject({ event: 'product.created', status: 'delivered' });
  expect(idsReceived()).toEqual([delivery!.id, delivery!.id]);
});

it('publishes nothing for a change that was killed before it was committed', async () => {
  const { session, url, database } = test;
  await addLocal(session, receiver.url, ['product.created']);
  // A load that merges would hold this lock: the command waits inside its transaction.
  const holder = await database.session();
  await holder.client.query('begin');
  await holder.query('db/lock_products');
  const waiting = startCli(['product', 'add', '--sku', 'K-2', '--name', 'Kite'], { url });
  await expect.poll(() => waitingForLock()).toBe(1);
  waiting.child.kill('SIGKILL');
  await waiting.done;
  await holder.rollback();
  await holder.end();
  expect((await runCli(['product', 'get', 'K-2'], { url })).code).toBe(6);
  expect(await deliveries(session)).toEqual([]);
  await runCli(['webhook', 'deliver'], { url });
  expect(receiver.received).toEqual([]);
});

it('lets a service that is stopped finish what it has begun', async () => {
  const { session, url } = test;
  await receiver.close();
  const answering: { end: () => void }[] = [];
  receiver = await startReceiver((response) => void answering.push(response));
  await addLocal(session, receiver.url);
  const service = startCli(['webhook', 'deliver', '--watch', '--json'], { url });
  const [id] = await publishUpdates(session);
  await receiver.count(1);
  service.child.kill('SIGTERM');
  await expect.poll(() => answering.length).toBe(1);
  answering[0]!.end();
  const { code, json } = await service.done;
  expect(code).toBe(0);
  expect(json()).toMatchObject({ delivered: 1, dead: 0, pending: 0 });
  expect(await deliveries(session, 'delivered')).toMatchObject([{ id }]);
});

it('keeps a service going when its connections are cut', async () => {
  const { session, url } = test;
  atFirst = () => undefined;
  await receiver.close();
  receiver = await startReceiver();
  await addLocal(session, receiver.url);
  const own = await connections();
  const service = startCli(['webhook', 'deliver', '--watch'], { url });
  await publishUpdates(session);
  await receiver.count(1);
  const cut = (await connections()).filter((pid) => !own.includes(pid));
  expect(cut).not.toEqual([]);
  await session.client.query('select pg_terminate_backend(pid) from unnest($1::integer[]) pid', [
    cut,
  ]);
  await publishUpdates(session);
  await receiver.count(2);
  service.child.kill('SIGTERM');
  const { code, stderr } = await service.done;
  expect(code).toBe(0);
  expect(stderr).toContain('Waiting until it is back.');
  expect(new Set(idsReceived()).size).toBe(2);
});

async function connections(): Promise<number[]> {
  const { rows } = await test.session.client.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database()',
  );
  return rows.map(({ pid }) => pid);
}

async function waitingForLock(): Promise<number> {
  const { rows } = await test.session.client.query<{ count: number }>(
    `select count(*)::integer as count from pg_locks
     where locktype = 'advisory' and not granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]!.count;
}
