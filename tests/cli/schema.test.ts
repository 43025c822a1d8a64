import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { importCommands } from '../../src/commands/index.js';
import { documentsOf } from '../../src/cli/documents.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder } from '../setup/folder.js';
import { removeServer, temporaryFolders } from '../setup/server.js';

const commands = await importCommands();
const documents = documentsOf(commands);

const folder = useFolder();
let db: TestDatabase;
let receiver: Server;
beforeAll(async () => {
  db = await createTestDatabase();
  receiver = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
});
afterAll(async () => {
  await db.drop();
  receiver.close();
});

/** Runs a command, and holds each document it prints against the schema that `schema` prints. */
async function check(document: string, args: string[], stdin = '') {
  const options = { url: db.url, cwd: folder.path('.'), stdin };
  const { stdout, stderr } = await runCli([...args, '--json'], options);
  expect(stdout, stderr).not.toBe('');
  const isValid = validator(document);
  for (const line of stdout.trimEnd().split('\n')) isValid(JSON.parse(line));
  return JSON.parse(stdout.split('\n')[0]!) as Record<string, string>;
}

/** By what `schema` prints, which a test of its own takes from the binary. */
function validator(document: string): (value: unknown) => void {
  const { schema: described } = documents[document]!;
  const schema = z.fromJSONSchema(
    z.toJSONSchema(described(z)) as Parameters<typeof z.fromJSONSchema>[0],
  );
  return (value) => {
    expect(schema.safeParse(value).error?.issues, JSON.stringify(value)).toBeUndefined();
  };
}

const csv = 'sku,name,price,images,Colour\nA-1,Lamp,12.5,http://127.0.0.1:9/a.jpg,red\nB-2,,,,\n';

describe('what a command prints is as its schema says:', () => {
  it('load, status, report, changes and undo', async () => {
    await check('load', ['load', '-', '--record-changes'], csv);
    await check('load', ['load', '-', '--dry-run'], csv);
    await check('status', ['status']);
    await check('status', ['status', 'last']);
    await check('status line', ['status', 'last', '--follow']);
    await check('report', ['report', 'last']);
    await check('report file', ['report', 'last', '--format', 'csv', '--output', 'r.csv']);
    await check('changes', ['changes', 'last']);
    await check('load', ['load', '-', '--outcomes', 'o.ndjson'], `${csv}A-1,Bulb,,,\n,,1,,\n`);
    const isOutcome = validator('load outcome');
    const lines = folder.read('o.ndjson').trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    for (const line of lines) isOutcome(JSON.parse(line));
    await check('load', ['load', '-', '--record-changes'], csv);
    await check('undo', ['undo', 'last', '--yes']);
  });

  it('the lines of --progress json', async () => {
    const args = ['load', '-', '--progress', 'json', '--json'];
    const { stderr } = await runCli(args, { url: db.url, stdin: csv });
    const isValid = validator('progress');
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(lines).toContainEqual(expect.stringContaining('"phase":"merging"'));
    for (const line of lines) isValid(JSON.parse(line));
  });

  it('load --detach', async () => {
    folder.write('one.csv', csv);
    const { jobId } = await check('load', ['load', 'one.csv', '--detach']);
    await runCli(['status', jobId!, '--follow'], { url: db.url });
  });

  it('inspect and template', async () => {
    await check('inspect', ['inspect', '-'], csv);
    await check('inspect', ['inspect', '-'], 'Thing,Title\nA-1,Lamp\n');
    await check('template', ['template', '--output', 't.csv']);
  });

  it('product …', async () => {
    await check('product add', ['product', 'add', '--sku', 'P-1', '--name', 'One']);
    await check('product add', ['product', 'add', '-'], '{"sku":"P-2","name":"Two","price":"2"}');
    await check('product get', ['product', 'get', 'P-2']);
    await check('product get', ['product', 'list', '--ndjson']);
    await check('product list', ['product', 'list']);
    await check('product list', ['product', 'list', '--count']);
    await check('product update', ['product', 'update', 'P-1', '--price', '3']);
    await check('owner list', ['owner', 'list']);
    await check('product history', ['product', 'history', 'P-1']);
    await check('history line', ['product', 'history', 'P-1', '--ndjson']);
    const all = ['--where', 'price > 0', '--yes'];
    await check('product update', ['product', 'update', ...all, '--price', '4']);
    await check('product export', ['product', 'export', '--output', 'all.csv']);
    await check('product delete', ['product', 'delete', 'P-1', 'P-2', '--yes']);
  });

  it('webhook …', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const { id } = await check('webhook add', ['webhook', 'add', url, '--allow-private']);
    await check('webhook list', ['webhook', 'list']);
    await check('webhook test', ['webhook', 'test', id!]);
    await runCli(['product', 'add', '--sku', 'W-1', '--name', 'W'], { url: db.url });
    await check('webhook fire', ['webhook', 'fire', 'product.updated', '--sku', 'W-1']);
    await check('webhook deliver', ['webhook', 'deliver']);
    await check('webhook deliveries', ['webhook', 'deliveries']);
    await check('webhook retry', ['webhook', 'retry', '--all']);
    await check('webhook update', ['webhook', 'update', id!, '--rotate-secret']);
    await check('webhook remove', ['webhook', 'remove', id!, '--yes']);
  });

  it('webhook verify', async () => {
    const { signatureHeader } = await import('../../src/webhook/sign.js');
    const [secret, id, timestamp] = [`whsec_${btoa('twenty-four bytes of it.')}`, 'msg_1', '1'];
    const signature = signatureHeader({ id, timestamp, body: Buffer.from('{}') }, [secret]);
    const words = ['--secret', secret, '--id', id, '--timestamp', timestamp];
    await check('webhook verify', ['webhook', 'verify', ...words, '--signature', signature], '{}');
  });

  it('image …', async () => {
    await check('image process', ['image', 'process', '--to', folder.path('images')]);
    await check('image status', ['image', 'status']);
    await check('image dead', ['image', 'dead']);
    await check('image prune', ['image', 'prune', '--to', folder.path('images'), '--yes']);
    await check('image retry', ['image', 'retry', '--all']);
  });

  it('purge and db info, db migrate', async () => {
    await check('purge', ['purge', '--all', '--yes']);
    await check('db info', ['db', 'info']);
    await check('db migrate', ['db', 'migrate']);
  });

  it('db start and db stop', async () => {
    const folders = await temporaryFolders();
    try {
      for (const verb of ['start', 'stop']) {
        const { json } = await runCli(['db', verb, '--json'], { home: folders.home });
        validator(`db ${verb}`)(json());
      }
    } finally {
      await removeServer(folders);
    }
  });

  it('schema itself, and the error of a run that failed', async () => {
    await check('schema', ['schema']);
    const { stderr } = await runCli(['status', '999', '--json'], { url: db.url });
    validator('error')(JSON.parse(stderr.trimEnd().split('\n').at(-1)!));
  });
});

describe('schema', () => {
  it('knows the document of every command that prints JSON', () => {
    const without = ['complete', 'help'];
    const names = commands.map(({ name }) => name).filter((name) => !without.includes(name));
    expect(Object.keys(documents)).toEqual(expect.arrayContaining(names));
  });

  it('prints the schema that documents are held against', async () => {
    const printed = await runCli(['schema', 'product', 'get', '--json']);
    expect(printed.code, printed.stderr).toBe(0);
    const { description, title, ...rest } = printed.json();
    expect({ description, title }).toEqual({
      description: documents['product get']!.about,
      title: 'prodimport product get',
    });
    expect(rest).toEqual(z.toJSONSchema(documents['product get']!.schema(z)));
  });

  it('refuses a key that the schema does not name', () => {
    const isValid = validator('purge');
    expect(() => isValid({ deleted: { products: 1, jobs: 0, changes: 0 }, more: 1 })).toThrow();
  });

  it('says which documents there are, for people and for programs', async () => {
    const { stdout } = await runCli(['schema']);
    expect(stdout).toMatch(/^report {2,}the result of a job$/m);
    const { json } = await runCli(['schema', '--json']);
    expect(json()).toContainEqual({
      document: 'purge',
      about: 'how much was deleted',
      ndjson: false,
    });
  });

  it('names the likely one where a document is unknown', async () => {
    const { code, stderr } = await runCli(['schema', 'get']);
    expect(code).toBe(2);
    expect(stderr).toContain('Is it product get?');
  });
});
