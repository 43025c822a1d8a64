import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disguises } from '../net/disguises.js';
import { patient, runCli, type CliResult } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { startReceiver, type Receiver } from '../webhook/receiver.js';

let test: TestDatabase;
let receiver: Receiver;
/** What the receiver answers. */
let status: number;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  status = 200;
  receiver = await startReceiver((response) => void response.writeHead(status).end());
  const { client } = test.session;
  await client.query('delete from prodimport.endpoints');
  await client.query('delete from prodimport.products');
});
afterEach(() => receiver.close());

function run(line: string, stdin?: string): Promise<CliResult> {
  return runCli(line.split(' '), { url: test.url, stdin, env: patient });
}

interface Added {
  id: string;
  url: string;
  events: string[];
  secret: string;
}

/** Adds the receiver as an endpoint. */
async function add(...events: string[]): Promise<Added> {
  const asked = events.map((event) => ` --event ${event}`).join('');
  const added = await run(`webhook add ${receiver.url}/ --allow-private --json${asked}`);
  expect(added.code).toBe(0);
  return added.json<Added>();
}

function typesReceived(): string[] {
  return receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
}

describe('webhook add', () => {
  it('says where an endpoint is at the same URL, and which events it then gets twice', async () => {
    const first = await add('import.completed', 'import.failed');
    const words = `webhook add ${receiver.url}/ --allow-private --event import.failed`;
    const { code, stderr } = await run(words);
    expect(code).toBe(0);
    expect(stderr).toContain(`Endpoint ${first.id} is at ${receiver.url}/ already.`);
    expect(stderr).toContain('It gets each import.failed twice');
    const elsewhere = await run(`webhook add ${receiver.url}/other --allow-private`);
    expect(elsewhere.stderr).not.toContain('already');
  });

  it('shows id, URL, events and, this once, the secret', async () => {
    const added = await add();
    expect(added).toEqual({
      id: expect.stringMatching(/^\d+$/) as string,
      url: `${receiver.url}/`,
      events: ['product.created', 'product.updated', 'product.deleted'],
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) as string,
    });
    const secret = added.secret.slice('whsec_'.length);
    await run('product add --sku A --name Ash --log-format json');
    for (const line of [
      'webhook list --json',
      'webhook list',
      'webhook deliveries --json',
      `webhook test ${added.id} --log-format json --debug`,
      `webhook update ${added.id} --disable --json`,
    ]) {
      const { stdout, stderr } = await run(line);
      expect(stdout + stderr).not.toContain(secret);
    }
  });

  it('takes a secret that the receiver has already', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const url = `${receiver.url}/`;
    const added = await run(`webhook add ${url} --allow-private --secret ${secret} --json`);
    expect(added.json()).toMatchObject({ secret });
  });

  it.each([0, 9, 26, 54])(
    'refuses an address that leads inside (number %d of the table)',
    async (n) => {
      const { code, stderr } = await runCli(['webhook', 'add', disguises[n]!], { url: test.url });
      expect(code).toBe(2);
      expect(stderr).toContain('--allow-private');
    },
  );

  it.each([
    'ftp://example.com/',
    'https://user:hunter2@example.com/',
    'nonsense',
    'https://example.com/ --event product.sold',
    'https://example.com/ --secret whsec_short',
  ])('refuses %s', async (words) => {
    const { code, stderr } = await run(`webhook add ${words}`);
    expect(code).toBe(2);
    if (words.includes('hunter2')) expect(stderr).not.toContain('hunter2');
    expect((await run('webhook list --json')).json()).toEqual([]);
  });
});

describe('a product command', () => {
  it('causes exactly one request per endpoint, with old and new, signed', async () => {
    await run('product add --sku A --name Ash --price 9.90');
    const { secret } = await add();
    await add('import.completed');
    expect((await run('product update A --name Oak')).code).toBe(0);
    expect(receiver.received).toHaveLength(1);
    const [{ body, headers }] = receiver.received as [Receiver['received'][0]];
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: 'product.updated',
      data: { old: { name: 'Ash', price: '9.90' }, new: { name: 'Oak', price: '9.90' } },
    });
    await run('webhook deliver');
    expect(receiver.received).toHaveLength(1);
  });

  it('tells of what is created and deleted, and of nothing where nothing changes', async () => {
    await add();
    await run('product add --sku A --name Ash');
    await run('product update A --name Ash');
    await run('product delete A --yes');
    await run('product delete A --yes');
    expect(typesReceived()).toEqual(['product.created', 'product.deleted']);
  });

  it('leaves the sending to webhook deliver with --no-deliver', async () => {
    await add();
    await run('product add --sku A --name Ash --no-deliver');
    expect(receiver.received).toHaveLength(0);
    const [waiting] = (await run('webhook deliveries --json')).json<object[]>();
    expect(waiting).toMatchObject({
      event: 'product.created',
      status: 'pending',
      attempts: 0,
      lastStatus: null,
    });
    const { json } = await run('webhook deliver --json');
    expect(json()).toEqual({ delivered: 1, failed: 0, dead: 0, pending: 0, nextAttemptAt: null });
    expect(typesReceived()).toEqual(['product.created']);
  });

  it('succeeds though the endpoint fails', async () => {
    await add();
    status = 500;
    const { code, json } = await run('product add --sku A --name Ash --json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({ sku: 'A' });
    const listed = await run('webhook deliveries --pending --json');
    expect(listed.json()).toMatchObject([{ attempts: 1, lastStatus: 500 }]);
  });
});

describe('a load', () => {
  it('of 10,000 rows causes no product request, and one import.completed', async () => {
    await add();
    const { secret } = await add('import.completed');
    const rows = Array.from({ length: 10_000 }, (_, i) => `S-${i},Product ${i}\n`).join('');
    const loaded = await run('load - --json', `sku,name\n${rows}`);
    expect(loaded.code).toBe(0);
    await run('webhook deliver');
    expect(typesReceived()).toEqual(['import.completed']);
    const [{ body, headers }] = receiver.received as [Receiver['received'][0]];
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      data: {
        jobId: loaded.json<{ jobId: string }>().jobId,
        status: 'completed',
        rows: { read: 10_000, rejected: 0 },
        products: { inserted: 10_000 },
      },
    });
  });

  it('that is dry or fails tells nobody', async () => {
    await add('import.completed');
    expect((await run('load - --dry-run', 'sku,name\nA,Ash\n')).code).toBe(0);
    expect((await run('load - --max-rejects 0', 'sku,name\nA,Ash\nB,\n')).code).toBe(4);
    await run('webhook deliver');
    expect(receiver.received).toEqual([]);
  });
});

describe('a command that publishes', () => {
  it('ends with 3 when a delivery became dead after it, as webhook deliver does', async () => {
    await add('import.completed');
    status = 410;
    expect((await run('load -', 'sku,name\nA,Ash\n')).code).toBe(3);
    expect((await run('load -', 'sku,name\nA,Ash\n')).code).toBe(0);
  });
});

describe('webhook deliver', () => {
  it('ends with 3 when a delivery became dead, and with 0 the next time', async () => {
    await add();
    await run('product add --sku A --name Ash --no-deliver');
    status = 410;
    const { code, json } = await run('webhook deliver --json');
    expect(code).toBe(3);
    expect(json()).toMatchObject({ delivered: 0, dead: 1, pending: 0 });
    expect((await run('webhook deliver')).code).toBe(0);
    expect((await run('webhook list --json')).json()).toMatchObject([{ enabled: false, dead: 1 }]);
  });

  it('logs each attempt with time, status and duration as JSON', async () => {
    const { id } = await add();
    await run('product add --sku A --name Ash --no-deliver');
    const { stderr } = await run('webhook deliver --log-format json');
    const lines = stderr.trim().split('\n');
    const logs = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logs).toMatchObject([
      { level: 'info', event: 'product.created', endpointId: id, attempt: 1, status: 200 },
      { command: 'webhook deliver', exitCode: 0 },
    ]);
    for (const log of logs) {
      expect(log).toMatchObject({ time: expect.stringMatching(/Z$/) as string });
      expect(log.durationMs).toBeTypeOf('number');
    }
  });
});

describe('webhook retry', () => {
  it('sends what is dead again, with the same id', async () => {
    const { id: endpoint } = await add();
    status = 410;
    expect((await run('product add --sku A --name Ash')).code).toBe(3);
    status = 200;
    const dead = (await run('webhook deliveries --dead --json')).json<{ id: string }[]>();
    expect(dead).toHaveLength(1);
    expect((await run(`webhook retry ${dead[0]!.id}`)).code).toBe(4);
    await run(`webhook update ${endpoint} --enable`);
    expect((await run('webhook retry --all --json')).json()).toEqual({ retried: 1, delivered: 1 });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([dead[0]!.id, dead[0]!.id]);
  });

  it('says when there is no such delivery', async () => {
    expect((await run('webhook retry msg_nothing')).code).toBe(6);
    expect((await run('webhook retry')).code).toBe(2);
  });
});

describe('webhook test', () => {
  it('shows status and time, and ends with 1 when it did not get through', async () => {
    const { id, secret } = await add('import.completed');
    const good = await run(`webhook test ${id} --json`);
    expect(good.code).toBe(0);
    expect(good.json()).toMatchObject({ endpointId: id, delivered: true, status: 200 });
    const { body, headers } = receiver.received[0]!;
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'webhook.test' });
    status = 503;
    const logged = await run(`webhook test ${id} --log-format json`);
    expect(JSON.parse(logged.stderr.split('\n')[0]!)).toMatchObject({
      ...{ level: 'info', endpointId: id, event: 'webhook.test', status: 503 },
      durationMs: expect.any(Number) as number,
    });
    const bad = await run(`webhook test ${id}`);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^Not delivered to .* in \d+ ms\. HTTP 503\n$/);
    expect((await run('webhook deliveries --json')).json()).toEqual([]);
  });
});

describe('webhook fire', () => {
  it('publishes a product as it is to everybody who asked', async () => {
    await run('product add --sku A --name Ash');
    await add('product.updated');
    await add('product.updated', 'product.deleted');
    const { json } = await run('webhook fire product.updated --sku a --json');
    expect(json()).toMatchObject({ event: 'product.updated', delivered: 2 });
    expect(typesReceived()).toEqual(['product.updated', 'product.updated']);
    const { data } = JSON.parse(receiver.received[0]!.body) as { data: { new: object } };
    expect(data.new).toMatchObject({ sku: 'A', name: 'Ash' });
  });

  it('says what is missing', async () => {
    expect((await run('webhook fire product.updated --sku nobody')).code).toBe(6);
    expect((await run('webhook fire product.updated')).code).toBe(2);
    expect((await run('webhook fire product.sold --sku A')).code).toBe(2);
  });
});

describe('webhook update and remove', () => {
  it('shows the new secret once, and signs with both', async () => {
    const { id, secret } = await add();
    const updated = await run(`webhook update ${id} --rotate-secret --json`);
    const { secret: newSecret } = updated.json<Added>();
    expect(newSecret).not.toBe(secret);
    await run('product add --sku A --name Ash');
    const { body, headers } = receiver.received[0]!;
    for (const each of [secret, newSecret]) new Webhook(each).verify(body, headers);
    expect((await run('webhook list')).stdout).not.toContain(newSecret.slice(6));
  });

  it('changes URL, events and state, and refuses an address that leads inside', async () => {
    const { id } = await add();
    const line = `webhook update ${id} --event product.deleted --disable --json`;
    expect((await run(line)).json()).toMatchObject({ events: ['product.deleted'], enabled: false });
    expect((await run(`webhook update ${id} --no-allow-private`)).code).toBe(2);
    expect((await run(`webhook update ${id}`)).code).toBe(2);
  });

  it('asks before pending deliveries are lost', async () => {
    const { id } = await add();
    await run('product add --sku A --name Ash --no-deliver');
    expect((await run(`webhook remove ${id}`)).code).toBe(2);
    expect((await run(`webhook remove ${id} --yes --json`)).json()).toEqual({
      removed: id,
      pending: 1,
    });
    expect((await run('webhook list --json')).json()).toEqual([]);
  });

  it.each(['update 999 --enable', 'remove 999', 'test 999', 'deliveries --endpoint 999'])(
    'says that there is no such endpoint: %s',
    async (words) => expect((await run(`webhook ${words}`)).code).toBe(6),
  );
});

describe('webhook verify', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const at = new Date();
  const timestamp = Math.floor(at.getTime() / 1000);
  const body = '{"type":"product.created"}\n';
  const signature = new Webhook(secret).sign('msg_1', at, body);
  const line = `webhook verify --secret ${secret} --id msg_1 --timestamp ${timestamp} --signature`;

  it('ends with 0 when the signature verifies, without any database', async () => {
    const words = [...line.split(' '), `v1,AAAA ${signature}`, '--json'];
    const { code, json } = await runCli(words, { stdin: body });
    expect(code).toBe(0);
    expect(json()).toMatchObject({ verified: true });
  });

  it('ends with 1 when it does not, down to the last line end', async () => {
    expect((await run(`${line} ${signature}`, body.trim())).code).toBe(1);
    expect((await run(`${line} v1,AAAA`, body)).code).toBe(1);
  });

  it('refuses an old one only when asked to', async () => {
    const old = new Webhook(secret).sign('msg_1', new Date(1_600_000_000_000), body);
    const oldLine = line.replace(String(timestamp), '1600000000');
    expect((await run(`${oldLine} ${old}`, body)).code).toBe(0);
    expect((await run(`${oldLine} ${old} --max-age 300`, body)).code).toBe(1);
  });

  it('ends with 2 when something is missing', async () => {
    expect((await run('webhook verify --secret whsec_AAAA', body)).code).toBe(2);
    expect((await run(`${line} ${signature} /nonexistent`, body)).code).toBe(2);
  });
});
