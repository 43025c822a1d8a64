import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryDeliveries } from '../../src/webhook/delivery.js';
import { getEndpoint, updateEndpoint } from '../../src/webhook/endpoint.js';
import { publishChanges } from '../../src/webhook/publish.js';
import { schedule } from '../../src/webhook/attempt.js';
import { createSecret } from '../../src/webhook/sign.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { addLocal, deliverAll, deliveries, passTime, publishUpdates } from './deliveries.js';
import { startReceiver, type Receiver } from './receiver.js';

let test: TestDatabase;
const receivers: Receiver[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => test.session.client.query('delete from prodimport.endpoints'));
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function receiver(...answer: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...answer);
  receivers.push(started);
  return started;
}

describe('publishing', () => {
  it('adds a delivery for each event and each endpoint that asked for it', async () => {
    const { session } = test;
    const one = await addLocal(session, 'http://127.0.0.1:1/', ['product.created']);
    const both = await addLocal(session, 'http://127.0.0.1:1/', [
      'product.created',
      'product.deleted',
    ]);
    await addLocal(session, 'http://127.0.0.1:1/', ['import.completed']);
    const product = { sku: 'A' };
    await session.transaction(() =>
      publishChanges(session, [
        { event: 'product.created', old: null, new: product },
        { event: 'product.deleted', old: product, new: null },
      ]),
    );
    const published = (await deliveries(session)).reverse();
    expect(published.map(({ endpointId, event }) => [endpointId, event])).toEqual([
      [one.id, 'product.created'],
      [both.id, 'product.created'],
      [both.id, 'product.deleted'],
    ]);
  });

  it('leaves nothing of a change that is rolled back', async () => {
    const { session } = test;
    await addLocal(session, 'http://127.0.0.1:1/');
    const change = { event: 'product.updated' as const, old: {}, new: {} };
    const failing = session.transaction(async () => {
      expect(await publishChanges(session, [change])).toHaveLength(1);
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    expect(await deliveries(session)).toEqual([]);
  });

  it('publishes nothing for a disabled endpoint', async () => {
    const { session } = test;
    const { id } = await addLocal(session, 'http://127.0.0.1:1/');
    await updateEndpoint(session, id, { enabled: false, oldSecretForSeconds: 0 });
    expect(await publishUpdates(session)).toEqual([]);
  });
});

describe('an attempt', () => {
  it('sends type, time, old and new, with a signature that verifies', async () => {
    const { session } = test;
    const { url, received } = await receiver();
    const { secret } = await addLocal(session, `${url}/hook?shop=1`);
    const [id] = await publishUpdates(session);
    expect(await deliverAll(session)).toMatchObject([{ status: 'delivered' }]);
    const [{ path, headers, body }] = received as [Receiver['received'][0]];
    expect(path).toBe('/hook?shop=1');
    expect(headers).toMatchObject({ 'webhook-id': id, 'content-type': 'application/json' });
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: 'product.updated',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      data: { old: { sku: 'S-0', name: 'before' }, new: { sku: 'S-0', name: 'after' } },
    });
    const [delivery] = await deliveries(session);
    expect(delivery).toMatchObject({ id, status: 'delivered', attempts: 1, lastStatus: 200 });
    expect(delivery!.nextAttemptAt).toBeNull();
  });

  it('is signed with both secrets while a rotation lasts, then with the new one', async () => {
    const { session } = test;
    const { url, received } = await receiver();
    const { id, secret } = await addLocal(session, url);
    const newSecret = createSecret();
    await updateEndpoint(session, id, { secret: newSecret, oldSecretForSeconds: 3600 });
    await publishUpdates(session);
    await deliverAll(session);
    for (const each of [secret, newSecret]) {
      const { body, headers } = received[0]!;
      expect(() => new Webhook(each).verify(body, headers)).not.toThrow();
    }
    await updateEndpoint(session, id, { secret: newSecret, oldSecretForSeconds: 0 });
    await publishUpdates(session);
    await deliverAll(session);
    expect(received[1]!.headers['webhook-signature']!.split(' ')).toHaveLength(1);
  });

  it('has the same id each time, until the last one makes the delivery dead', async () => {
    const { session } = test;
    const { url, received } = await receiver((response) => void response.writeHead(500).end());
    await addLocal(session, url);
    const [id] = await publishUpdates(session);
    const statuses: string[] = [];
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await passTime(session);
      const results = await deliverAll(session);
      statuses.push(...results.map(({ status }) => status));
    }
    expect(statuses).toEqual([...schedule.delaysMs.map(() => 'pending'), 'dead']);
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
    expect(await deliveries(session, 'dead')).toMatchObject([
      { id, attempts: 10, lastStatus: 500 },
    ]);
    await passTime(session);
    expect(await deliverAll(session)).toEqual([]);
  });

  it('begins a new schedule with the same id when it is retried', async () => {
    const { session } = test;
    let status = 500;
    const { url, received } = await receiver((response) => void response.writeHead(status).end());
    await addLocal(session, url);
    const [id] = await publishUpdates(session);
    await session.client.query('update prodimport.deliveries set attempts = 9');
    expect(await deliverAll(session)).toMatchObject([{ status: 'dead' }]);
    expect(await retryDeliveries(session, null)).toEqual([id]);
    expect(await deliverAll(session)).toMatchObject([{ status: 'pending' }]);
    status = 204;
    await passTime(session);
    expect(await deliverAll(session)).toMatchObject([{ status: 'delivered' }]);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    expect(await deliveries(session)).toMatchObject([{ attempts: 12, lastStatus: 204 }]);
  });

  it('is retried by hand as soon as an attempt has failed, but not while one is under way', async () => {
    const { session } = test;
    let refused: unknown;
    const { url } = await receiver((response) => {
      const retried = retryDeliveries(session, id!).catch((error: unknown) => (refused ??= error));
      void retried.then(() => response.writeHead(500).end());
    });
    await addLocal(session, url);
    const [id] = await publishUpdates(session);
    await deliverAll(session);
    expect(refused).toMatchObject({ code: 'attempt_under_way', exitCode: 4 });
    expect(await retryDeliveries(session, id!)).toEqual([id]);
    expect(await deliverAll(session)).toMatchObject([{ status: 'pending' }]);
    expect(await deliveries(session)).toMatchObject([{ id, attempts: 2 }]);
  });

  it('does not follow a redirect, and says where it pointed', async () => {
    const { session } = test;
    const { url, received } = await receiver((response) => {
      response.writeHead(301, { location: 'http://169.254.169.254/' }).end();
    });
    await addLocal(session, url);
    await publishUpdates(session);
    await deliverAll(session);
    expect(received).toHaveLength(1);
    const [delivery] = await deliveries(session, 'pending');
    expect(delivery).toMatchObject({ lastStatus: 301 });
    expect(delivery!.lastError).toContain('redirects are not followed');
  });

  it('disables the endpoint at 410, and gives the delivery up', async () => {
    const { session } = test;
    const { url, received } = await receiver((response) => void response.writeHead(410).end());
    const { id } = await addLocal(session, url);
    await publishUpdates(session);
    expect(await deliverAll(session)).toMatchObject([{ status: 'dead' }]);
    expect(await getEndpoint(session, id)).toMatchObject({
      enabled: false,
      disabledReason: 'answered 410 Gone',
    });
    expect(await publishUpdates(session)).toEqual([]);
    expect(received).toHaveLength(1);
    await expect(retryDeliveries(session, (await deliveries(session))[0]!.id)).rejects.toThrow(
      /disabled/,
    );
  });

  it('waits as long as Retry-After says, with everything for that endpoint', async () => {
    const { session } = test;
    const { url, received } = await receiver((response) => {
      response.writeHead(503, { 'retry-after': '7200' }).end();
    });
    await addLocal(session, url);
    await publishUpdates(session);
    await deliverAll(session);
    await publishUpdates(session);
    expect(await deliverAll(session)).toEqual([]);
    expect(received).toHaveLength(1);
    const waits = await session.client.query<{ hours: string }>(
      `select round(extract(epoch from next_attempt_at - last_attempt_at) / 3600, 1) as hours
       from prodimport.deliveries where attempts = 1`,
    );
    expect(waits.rows).toEqual([{ hours: '2.0' }]);
  });

  it('keeps the beginning of what the receiver said, and reads no more than 64 kB', async () => {
    const { session } = test;
    let isCutOff = false;
    const { url } = await receiver((response) => {
      response.on('close', () => (isCutOff = !response.writableFinished));
      response.writeHead(400).write(`no such shop\0${'!'.repeat(10_000_000)}`);
    });
    await addLocal(session, url);
    await publishUpdates(session);
    await deliverAll(session);
    const [delivery] = await deliveries(session);
    expect(delivery!.lastError).toMatch(/^HTTP 400: no such shop !{187}$/);
    await expect.poll(() => isCutOff).toBe(true);
  });

  it('fails at an address that has become private since it was added', async () => {
    const { session } = test;
    const { url, received } = await receiver();
    const { id } = await addLocal(session, url);
    await updateEndpoint(session, id, { allowPrivate: false, oldSecretForSeconds: 0 });
    await publishUpdates(session);
    expect(await deliverAll(session)).toMatchObject([{ status: 'pending' }]);
    expect((await deliveries(session))[0]!.lastError).toContain('127.0.0.1, which is loopback');
    await passTime(session);
    expect(await deliverAll(session, { allowPrivate: true })).toMatchObject([
      { status: 'delivered' },
    ]);
    expect(received).toHaveLength(1);
  });
});

describe('an endpoint that does not answer', () => {
  // The limits of attempts are over when a test says so, once their requests are there.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is left alone for a while, so that a run ends', async () => {
    const { session } = test;
    const { url, received, count } = await receiver(() => undefined);
    const { id } = await addLocal(session, url);
    await publishUpdates(session, 50);
    const run = deliverAll(session, { timeoutMs: 200 });
    await count(4);
    vi.advanceTimersByTime(200);
    expect(await run).toHaveLength(4);
    expect(received).toHaveLength(4);
    expect((await getEndpoint(session, id)).failingSince).not.toBeNull();
    expect(await deliveries(session, 'pending')).toHaveLength(50);
    const held = await session.client.query<{ seconds: string; silences: number }>(
      `select extract(epoch from held_until - failing_since)::integer as seconds, silences
       from prodimport.endpoints`,
    );
    expect(held.rows).toEqual([{ seconds: 5, silences: 1 }]);
    // In an hour, as five seconds may pass here on a busy machine.
    await session.client.query(
      `update prodimport.endpoints set held_until = held_until + interval '1 hour'`,
    );
    expect(await deliverAll(session)).toEqual([]);
  });

  it('gets one attempt at a time once it fails', async () => {
    const { session } = test;
    const { url, count } = await receiver(() => undefined);
    await addLocal(session, url);
    await publishUpdates(session, 10);
    const first = deliverAll(session, { timeoutMs: 100, concurrency: 2 });
    await count(2);
    vi.advanceTimersByTime(100);
    expect(await first).toHaveLength(2);
    await passTime(session);
    const second = deliverAll(session, { timeoutMs: 100, concurrency: 2 });
    await count(3);
    vi.advanceTimersByTime(100);
    expect(await second).toHaveLength(1);
  });

  it('delays nobody: 1,000 updates reach three endpoints while the fourth hangs', async () => {
    const { session } = test;
    const hanging = await receiver(() => undefined);
    const hangs = await addLocal(session, hanging.url);
    const quick = [await receiver(), await receiver(), await receiver()];
    for (const { url } of quick) await addLocal(session, url);
    await publishUpdates(session, 1000);
    let isOver = false;
    const run = deliverAll(session, { timeoutMs: 60_000 }).finally(() => (isOver = true));
    const all = Promise.all(quick.map(({ count }) => count(1000)));
    const ended = run.then((results) => results.filter(({ status }) => status !== 'delivered'));
    expect(await Promise.race([all.then(() => 'all came'), ended])).toBe('all came');
    // The fourth still keeps its first attempts waiting: nobody waited for one of them to end.
    expect(isOver).toBe(false);
    expect(hanging.received).toHaveLength(4);
    await hanging.close();
    const results = await run;
    expect(results.filter(({ status }) => status === 'delivered')).toHaveLength(3000);
    const late = results.filter(({ delivery }) => delivery.endpoint_id === hangs.id);
    expect(new Set(late.map(({ status }) => status))).toEqual(new Set(['pending']));
    for (const { received } of quick) {
      expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1000);
      expect(received).toHaveLength(1000);
    }
  }, 900_000);
});

it('goes on where all attempts end at once, and those of one endpoint were its last', async () => {
  const { session } = test;
  const answers: (() => void)[] = [];
  const answer = (response: ServerResponse) => {
    answers.push(() => void response.end());
    if (answers.length >= 5) for (const each of answers.splice(0)) each();
    else if (several.received.length > 4) answers.pop()!();
  };
  const single = await receiver(answer);
  const several = await receiver(answer);
  await addLocal(session, single.url);
  const [last] = await publishUpdates(session);
  await addLocal(session, several.url);
  await session.client.query('update prodimport.endpoints set events = $1 where url = $2', [
    ['product.created'],
    single.url,
  ]);
  const others = await publishUpdates(session, 8);
  const results = await deliverAll(session);
  const delivered = results.filter(({ status }) => status === 'delivered');
  expect(new Set(delivered.map(({ delivery }) => delivery.id))).toEqual(new Set([last, ...others]));
});

describe('two deliverers side by side', () => {
  it('never send the same attempt twice', async () => {
    const { session, database } = test;
    const { url, received } = await receiver();
    await addLocal(session, url);
    await addLocal(session, url);
    await publishUpdates(session, 150);
    const others = [await database.session(), await database.session()];
    const runs = await Promise.all(
      [session, ...others].map((each) => deliverAll(each, { concurrency: 8 })),
    );
    await Promise.all(others.map((each) => each.end()));
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(300);
    expect(new Set(ids).size).toBe(300);
    expect(runs.flat()).toHaveLength(300);
    for (const { attempts } of await deliveries(session)) expect(attempts).toBe(1);
  });

  it('take over from one another, and the late one cannot mark what is no longer its own', async () => {
    const { session, database } = test;
    let answerFirst: () => void = () => undefined;
    const { url, received, count } = await receiver((response) => {
      if (received.length > 1) response.end();
      else answerFirst = () => void response.writeHead(500).end();
    });
    await addLocal(session, url);
    const [id] = await publishUpdates(session);
    const other = await database.session();
    const late = deliverAll(other);
    await count(1);
    await passTime(session);
    expect(await deliverAll(session)).toMatchObject([{ status: 'delivered' }]);
    answerFirst();
    expect(await late).toMatchObject([{ status: 'superseded' }]);
    await other.end();
    expect(await deliveries(session)).toMatchObject([{ id, status: 'delivered', attempts: 2 }]);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  });
});

describe('what arrived more than 30 days ago', () => {
  afterEach(() => void vi.useRealTimers());

  it('is deleted once an hour while a service runs, not only when it starts', async () => {
    const { session, database } = test;
    const { url } = await receiver();
    await addLocal(session, url);
    const [recent] = await publishUpdates(session);
    await deliverAll(session);
    vi.useFakeTimers({ toFake: ['performance'] });
    const stop = new AbortController();
    const service = await database.session();
    const ended = deliverAll(service, { pollMs: 10, signal: stop.signal });
    // Delivered by the service itself: so it has done by now what it does when it starts.
    const [old] = await publishUpdates(session);
    await expect.poll(() => deliveries(session, 'delivered')).toHaveLength(2);
    const aged = 'msg_00000000000001-of-1970';
    const sql = 'update prodimport.deliveries set id = $2 where id = $1';
    await session.client.query(sql, [old, aged]);
    vi.advanceTimersByTime(3_600_000);
    await expect.poll(() => deliveries(session)).toHaveLength(1);
    stop.abort();
    await ended;
    await service.end();
    expect(await deliveries(session)).toMatchObject([{ id: recent }]);
  });
});

describe('a quick attempt', () => {
  // Its second is over when a test says so, not when a busy machine has used it up.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('goes to the deliveries it is told of, and to nobody whose last attempt failed', async () => {
    const { session, database } = test;
    const { deliverQuickly } = await import('../../src/webhook/quick.js');
    const well = await receiver();
    const ill = await receiver((response) => void response.writeHead(500).end());
    await addLocal(session, well.url);
    await addLocal(session, ill.url);
    const quickly = (ids: string[]) =>
      deliverQuickly(database, ids, {
        allowPrivate: false,
        onResult: () => undefined,
        warn: (message) => expect.unreachable(message),
      });
    const before = await publishUpdates(session);
    await quickly(await publishUpdates(session));
    await quickly(await publishUpdates(session));
    expect(well.received).toHaveLength(2);
    expect(ill.received).toHaveLength(1);
    const untouched = (await deliveries(session)).filter(({ id }) => before.includes(id));
    expect(untouched.map(({ attempts }) => attempts)).toEqual([0, 0]);
  });

  it('leaves to others what does not get through within its second', async () => {
    const { session, database } = test;
    const { deliverQuickly } = await import('../../src/webhook/quick.js');
    const { url, received, count } = await receiver(() => undefined);
    await addLocal(session, url);
    const ids = await publishUpdates(session, 20);
    const results: string[] = [];
    const quickly = deliverQuickly(database, ids, {
      allowPrivate: false,
      onResult: ({ status }) => results.push(status),
      warn: (message) => expect.unreachable(message),
    });
    await count(4);
    vi.advanceTimersByTime(1000);
    await quickly;
    expect(results).toEqual(['pending', 'pending', 'pending', 'pending']);
    expect(received).toHaveLength(4);
    expect(await deliveries(session, 'pending')).toHaveLength(20);
  });
});
