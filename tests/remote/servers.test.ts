import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import ssh2, { type ParsedKey } from 'ssh2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { load } from '../../src/commands/load.js';
import type { Report } from '../../src/load/job.js';
import { adding } from '../../src/remote/host-key.js';
import { S3Server } from '../image/s3-server.js';
import { storedProducts } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder, useTemporaryFiles } from '../setup/folder.js';
import { runCommand } from '../setup/load.js';
import { cert, key } from './certificate.js';
import { FtpServer } from './ftp-server.js';
import { password, SftpServer, user } from './sftp-server.js';

let db: TestDatabase;
let s3: S3Server;
let sftp: SftpServer;
let ftp: FtpServer;
beforeAll(async () => {
  db = await createTestDatabase();
  s3 = await S3Server.start();
  sftp = await SftpServer.start();
  ftp = await FtpServer.start();
});
afterAll(async () => {
  await ftp.stop();
  await sftp.stop();
  await s3.stop();
  await db.drop();
});
beforeEach(async () => {
  await db.session.client.query(
    'truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.purges',
  );
  vi.stubEnv('AWS_ACCESS_KEY_ID', s3.credentials.id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.credentials.secret);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('SSH_AUTH_SOCK', '');
});
afterEach(() => vi.unstubAllEnvs());

const folder = useFolder();
const temporaryFiles = useTemporaryFiles();
afterEach(() => expect(temporaryFiles()).toEqual([]));

const feed = 'sku,name,price\nTEA-1,Assam,4.50\nCUP-1,Cup,3\n';
/** More than one answer of any server. */
const long = `sku,name\n${Array.from({ length: 20_000 }, (_, i) => `S-${i},Name of ${i}\n`).join('')}`;
const run = (...argv: string[]) => runCommand(db, load, argv);
const skus = async () => (await storedProducts(db)).map(({ sku }) => sku);

async function jobText(): Promise<string> {
  const query = 'select j::text as text from prodimport.jobs j order by id desc limit 1';
  return (await db.session.client.query<{ text: string }>(query)).rows[0]?.text ?? '';
}

const bucket = (...argv: string[]) => run(...argv, '--endpoint-url', s3.endpoint, '--path-style');
const trusted = () => ['--known-hosts', folder.write('known_hosts', sftp.knownHosts)];
const secure = (...argv: string[]) => run(...argv, ...trusted());
const sftpUrl = (path: string) => `sftp://${user}:${password}@127.0.0.1:${sftp.port}${path}`;
const ftpUrl = (path: string) => `ftp://${user}:${password}@127.0.0.1:${ftp.port}${path}`;

/** As `ssh-keygen -H` writes a name. */
function hashed(name: string): string {
  return createHmac('sha1', 'salt').update(name).digest('base64');
}

/** A way to a server of each kind: how a file is put there, and how one loads it. */
const ways = {
  s3: {
    put: (path: string, text: string) =>
      void s3.objects.set(path.slice(1), { body: Buffer.from(text), contentType: undefined }),
    load: (path: string, ...words: string[]) => bucket(`s3://shop${path}`, ...words),
    cut: (isCut: boolean) => void (s3.cutsBodies = isCut),
  },
  sftp: {
    put: (path: string, text: string) => void sftp.files.set(path, Buffer.from(text)),
    load: (path: string, ...words: string[]) => secure(sftpUrl(path), ...words),
    cut: (isCut: boolean) => void (sftp.cutAfter = isCut ? 200_000 : Infinity),
  },
  ftp: {
    put: (path: string, text: string) => void ftp.files.set(path.slice(1), Buffer.from(text)),
    load: (path: string, ...words: string[]) => run(ftpUrl(path), ...words),
    cut: (isCut: boolean) => void (ftp.cutAfter = isCut ? 200_000 : Infinity),
  },
};

describe.each(Object.entries(ways))('a catalogue by %s', (scheme, way) => {
  it('is loaded like a file, and its job knows no password', async () => {
    way.put('/lists/feed.csv', feed);
    const { exitCode, result, error } = await way.load('/lists/feed.csv');
    expect({ exitCode, error, skus: await skus() }).toEqual({
      exitCode: 0,
      error: null,
      skus: ['CUP-1', 'TEA-1'],
    });
    const { source } = result as Report;
    expect(source).toMatchObject({ name: 'feed.csv', bytes: Buffer.byteLength(feed) });
    expect(source.url).toMatch(new RegExp(`^${scheme}://[^@]*/lists/feed.csv$`));
    expect(await jobText()).not.toMatch(/s3cret|buyer|wJalr/);
  });

  it('may be long, has its rejects written, and is skipped when it comes again', async () => {
    way.put('/long.csv', long.replace('Name of 5\n', '\n'));
    const rejected = folder.path('rejected.csv');
    const { exitCode } = await way.load('/long.csv', '--rejects', rejected);
    expect(exitCode).toBe(3);
    expect(folder.read('rejected.csv')).toContain('\nS-5,,7,');
    way.put('/long.csv', long);
    expect((await way.load('/long.csv', '--skip-loaded')).exitCode).toBe(0);
    expect((await way.load('/long.csv', '--skip-loaded')).result).toMatchObject({
      status: 'skipped',
      rows: { read: 0 },
    });
  });

  it('that is cut off ends the job, and nothing is written', async () => {
    way.put('/long.csv', long);
    way.cut(true);
    try {
      const { exitCode, error } = await way.load('/long.csv');
      expect({ exitCode, code: error?.code }).toEqual({ exitCode: 1, code: 'source_cut' });
    } finally {
      way.cut(false);
    }
    expect(await skus()).toEqual([]);
    expect(await jobText()).toContain('failed');
  });

  it('that is not there is refused', async () => {
    const { exitCode, error } = await way.load('/no.csv');
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 1, code: 'source_refused' });
  });
});

it('asks a bucket for another version only', async () => {
  ways.s3.put('/nightly.csv', feed);
  await bucket('s3://shop/nightly.csv', '--skip-loaded');
  s3.gets.length = 0;
  const { result } = await bucket('s3://shop/nightly.csv', '--skip-loaded');
  expect(result).toMatchObject({ status: 'skipped' });
  expect(s3.gets).toEqual([]);
});

it('names the key that a bucket does not take, and shows no secret', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIASOMEBODYELSE');
  const { error } = await bucket('s3://shop/nightly.csv');
  expect(error).toMatchObject({ code: 'source_refused' });
  expect(error!.message).toContain('403');
  expect(error!.message).not.toContain(s3.credentials.secret);
});

describe('the host of an sftp:// URL', () => {
  const withKnown = (text: string) =>
    run(sftpUrl('/feed.csv'), '--known-hosts', folder.write('known', text));

  it('is refused where nobody knows it, with its fingerprint and the line that makes it known', async () => {
    sftp.files.set('/feed.csv', Buffer.from(feed));
    const { exitCode, error } = await withKnown('');
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'host_key_unknown' });
    expect(error!.message).toContain(sftp.fingerprint);
    const line = /`echo '([^']+)' >> /.exec(error!.message)![1]!;
    expect((await withKnown(`${line}\n`)).exitCode).toBe(0);
  });

  it('is made known on Windows without its shells, which change what they write', () => {
    const file = 'C:\\Users\\me\\.ssh\\known_hosts';
    const line = 'host ssh-ed25519 AAAA';
    expect(adding(line, file, 'win32')).toBe(`add this line to ${file}: ${line}`);
    expect(adding(line, '/me/known', 'linux')).toBe(`run \`echo '${line}' >> /me/known\``);
  });

  it.each([
    ['another key', (mine: string) => mine.replace(/AAAA\S+/, 'AAAAC3NzaC1lZDI1NTE5AAAAIAnother')],
    ['a revoked one', (mine: string) => `@revoked ${mine}`],
  ])('is refused where it has %s', async (_, known) => {
    const { exitCode, error } = await withKnown(known(sftp.knownHosts));
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'host_key_changed' });
    expect(error!.message).toContain(sftp.fingerprint);
  });

  it.each([
    ['hashed', () => `|1|c2FsdA==|${hashed(`[127.0.0.1]:${sftp.port}`)} ${sftp.hostKey}\n`, 0],
    ['a pattern', () => `[127.*]:${sftp.port},other ${sftp.hostKey}\n`, 0],
    ['left out', () => `[127.*]:*,![127.0.0.1]:* ${sftp.hostKey}\n`, 2],
    ['of another port', () => `127.0.0.1 ${sftp.hostKey}\n`, 2],
  ])('is known by a line that is %s', async (_, known, expected) => {
    sftp.files.set('/feed.csv', Buffer.from(feed));
    expect((await withKnown(known())).exitCode).toBe(expected);
  });

  it('lets a private key in, and nobody with a wrong password', async () => {
    sftp.files.set('/feed.csv', Buffer.from(feed));
    const bare = sftpUrl('/feed.csv').replace(`:${password}`, '');
    const identity = folder.write('id', sftp.identity);
    expect((await secure(bare, '--identity', identity)).exitCode).toBe(0);
    const wrong = await secure(sftpUrl('/feed.csv').replace(password, 'wr0ng-secret'));
    expect(wrong.error).toMatchObject({ code: 'source_refused', exitCode: 1 });
    expect(wrong.error!.message).not.toContain('wr0ng');
    const bad = await secure(bare, '--identity', folder.write('bad', 'no key'));
    expect(bad.error).toMatchObject({ code: 'identity_unreadable', exitCode: 2 });
  });
});

describe('an SSH agent', () => {
  let served: Server;
  /** An agent that has these keys and signs by them. */
  const agentWith = async (...texts: string[]) => {
    const keys = texts.map((text) => ssh2.utils.parseKey(text) as ParsedKey);
    served = createServer((connection) => {
      const agent = new ssh2.AgentProtocol(false);
      agent.on('identities', (request) => agent.getIdentitiesReply(request, keys));
      agent.on('sign', (request, asked, data) => {
        const key = keys.find((each) =>
          each.getPublicSSH().equals((asked as ParsedKey).getPublicSSH()),
        );
        agent.signReply(request, key!.sign(data) as Buffer);
      });
      connection.pipe(agent as unknown as Duplex).pipe(connection);
    });
    const path = folder.path(`agent-${keys.length}`);
    await new Promise<void>((resolve) => served.listen(path, resolve));
    vi.stubEnv('SSH_AUTH_SOCK', path);
  };
  afterEach(() => new Promise((resolve) => served.close(resolve)));
  const bare = () => sftpUrl('/feed.csv').replace(`:${password}`, '');

  it('signs in where the URL has no password and no key is named', async () => {
    sftp.files.set('/feed.csv', Buffer.from(feed));
    await agentWith(sftp.identity);
    const { exitCode, error } = await secure(bare());
    expect({ exitCode, error, skus: await skus() }).toEqual({
      ...{ exitCode: 0, error: null, skus: ['CUP-1', 'TEA-1'] },
    });
  });

  it('is named where it has no key that the host takes', async () => {
    await agentWith();
    const { error } = await secure(bare());
    expect(error).toMatchObject({ code: 'source_refused', exitCode: 1 });
    expect(error!.message).toContain('the SSH agent (ssh-add -l)');
  });
});

/** A module that Node can be told to load. */
const script = (text: string) =>
  `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;

it.each([
  ['ssh2-sftp-client', 'sftp://shop.example/feed.csv'],
  ['basic-ftp', 'ftps://shop.example/feed.csv'],
  ['@aws-sdk/client-s3', 's3://shop/feed.csv'],
  ['@e965/xlsx', 'old.xls'],
])('names %s where it is not installed, and how to get it', async (name, source) => {
  const hook = `export async function resolve(name, context, next) {
    if (!name.startsWith('${name}')) return next(name, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  }`;
  const register = `import { register } from 'node:module'; register('${script(hook)}');`;
  folder.write('old.xls', Buffer.from('09000400020010000a000000', 'hex'));
  const env = { NODE_OPTIONS: `--import=${script(register)}` };
  const cwd = dirname(folder.path('old.xls'));
  const { code, stderr } = await runCli(['load', source], { url: db.url, env, cwd });
  expect({ code, stderr }).toMatchObject({ code: source === 'old.xls' ? 2 : 1 });
  expect(stderr).toMatch(new RegExp(`${name}.* is not installed`));
  expect(stderr).toContain('Install prodimport again without --omit=optional');
});

describe.each([
  ['sftp', () => sftp, ways.sftp],
  ['ftp', () => ftp, ways.ftp],
] as const)('an asterisk in the last part of an %s:// URL', (_, server, way) => {
  it('takes the newest file by name, and says which', async () => {
    for (const day of ['9', '10', '2']) {
      way.put(`/drop/Inventory-2026-11-${day}.csv`, `sku,name\nDAY-${day},Of ${day}\n`);
    }
    way.put('/drop/Orders-2026-12-01.csv', 'nothing');
    const { error, result } = await way.load('/drop/Inventory*.csv');
    expect({ error, skus: await skus() }).toEqual({ error: null, skus: ['DAY-10'] });
    const { source, notes } = result as Report;
    expect(source.name).toBe('Inventory-2026-11-10.csv');
    expect(notes[0]).toContain('Inventory-2026-11-10.csv, the newest by name of 3');
  });

  it('never takes a name that leads elsewhere', async () => {
    server().extraNames = ['Inventory/../../etc/passwd.csv', '..', 'Inventory\\x.csv'];
    way.put('/etc/passwd.csv', feed);
    try {
      const { error } = await way.load('/drop/Inventory*d.csv');
      expect(error).toMatchObject({ code: 'source_refused' });
    } finally {
      server().extraNames = [];
    }
  });
});

describe('ftp', () => {
  it('says that the password goes in the clear', async () => {
    ftp.files.set('feed.csv', Buffer.from(feed));
    const { code, stderr } = await runCli(['load', ftpUrl('/feed.csv')], { url: db.url });
    expect(code).toBe(0);
    expect(stderr).toContain('ftp sends the password, and the file, in the clear');
    expect(stderr).not.toContain(password);
  });

  it('decides nothing about missing products where the server knows no size', async () => {
    ftp.files.set('feed.csv', Buffer.from(feed));
    ftp.knowsSizes = false;
    const { error } = await run(ftpUrl('/feed.csv'), '--missing', 'delete');
    ftp.knowsSizes = true;
    expect(error).toMatchObject({ code: 'end_unsaid', exitCode: 2 });
  });

  it.each([
    ['by a command', false],
    ['at once', true],
  ])('over TLS, begun %s, is read where the certificate holds', async (_, isImplicit) => {
    const server = await FtpServer.start({ key, cert, isImplicit });
    try {
      server.files.set('feed.csv', Buffer.from(feed));
      const url = `ftps://${user}:${password}@127.0.0.1:${server.port}/feed.csv`;
      const refused = await run(url);
      expect(refused.error).toMatchObject({ code: 'source_unreachable', exitCode: 1 });
      expect(refused.error!.message).toContain('certificate');
      expect(server.commands.join()).not.toContain(password);
      const env = { NODE_EXTRA_CA_CERTS: folder.write('ca.pem', cert) };
      const { code, stderr } = await runCli(['load', url], { url: db.url, env });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(await skus()).toEqual(['CUP-1', 'TEA-1']);
    } finally {
      await server.stop();
    }
  });
});
