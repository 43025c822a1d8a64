import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest';
import { chooseTarget } from '../../src/db/target.js';
import { runCli, startCli } from '../setup/cli.js';
import { removeServer, temporaryFolders } from '../setup/server.js';

const url = (name: string) => `postgresql://me@db.example/${name}`;

/** The database that is chosen, or `embedded`. */
function chosen(flag: string | null, exported: NodeJS.ProcessEnv, file: NodeJS.ProcessEnv) {
  const target = chooseTarget(flag, { exported, file });
  return target.kind === 'embedded' ? 'embedded' : target.client.database;
}

describe('the database that is used', () => {
  it('is that of --database before all', () => {
    const exported = { DATABASE_URL: url('exported'), PGDATABASE: 'pg' };
    expect(chosen(url('flag'), exported, { DATABASE_URL: url('file') })).toBe('flag');
  });

  it('is asked for TLS by ssl=true in its URL, as by sslmode', () => {
    const target = chooseTarget(`${url('x')}?ssl=true`, { exported: {}, file: {} });
    expect(target).toMatchObject({ client: { ssl: true }, isTlsOptional: false });
  });

  it.each([
    [{ DATABASE_URL: `${url('x')}?sslmode=always` }, /sslmode .* "always"/],
    [{ DATABASE_URL: 'postgresql://me@db.example:99999/x' }, /a port ends at 65535/],
    [{ PGHOST: 'db.example', PGSSLMODE: 'on' }, /sslmode .* "on"/],
    [{ PGHOST: 'db.example', PGPORT: '54x' }, /^PGPORT can't be "54x"/],
  ])('is refused as %j, with what is wrong', (exported, message) => {
    expect(() => chooseTarget(null, { exported, file: {} })).toThrow(message);
  });

  it('is that of an exported DATABASE_URL before exported PG* variables', () => {
    const exported = { DATABASE_URL: url('exported'), PGHOST: 'h', PGDATABASE: 'pg' };
    expect(chosen(null, exported, {})).toBe('exported');
  });

  it('is that of exported PG* variables before a DATABASE_URL in .env', () => {
    expect(chosen(null, { PGDATABASE: 'pg' }, { DATABASE_URL: url('file') })).toBe('pg');
  });

  it('is that of .env before the embedded one', () => {
    expect(chosen(null, {}, { DATABASE_URL: url('file'), PGDATABASE: 'pg' })).toBe('file');
    expect(chosen(null, {}, { PGHOST: 'h', PGDATABASE: 'pg' })).toBe('pg');
  });

  it('is the embedded one where none is named, whatever other PG* variables say', () => {
    expect(chosen(null, { PGUSER: 'me', PGPORT: '5433' }, {})).toBe('embedded');
    expect(chosen(null, { DATABASE_URL: '' }, {})).toBe('embedded');
  });

  it('takes the PG* variables beside PGHOST', () => {
    const exported = { PGHOST: 'h', PGPORT: '5433', PGUSER: 'me', PGDATABASE: 'shop' };
    const target = chooseTarget(null, { exported, file: {} });
    expect(target).toMatchObject({
      client: { host: 'h', port: 5433, user: 'me', database: 'shop' },
      label: 'PostgreSQL at h:5433, database shop, user me',
    });
  });

  it('takes PGSSLMODE from .env as well, also for a URL, and PGCONNECT_TIMEOUT', () => {
    const file = { PGSSLMODE: 'verify-full' };
    const exported = { PGCONNECT_TIMEOUT: '3' };
    expect(chooseTarget(url('shop'), { exported, file })).toMatchObject({
      client: { ssl: { rejectUnauthorized: true } },
      connectTimeoutMs: 3000,
    });
    expect(chooseTarget(null, { exported, file })).toMatchObject({ connectTimeoutMs: 3000 });
  });

  it('takes connect_timeout of its URL, in seconds, before PGCONNECT_TIMEOUT', () => {
    const exported = { PGCONNECT_TIMEOUT: '3' };
    const timeoutMs = (query: string) =>
      chooseTarget(url('shop') + query, { exported, file: {} }).connectTimeoutMs;
    expect(timeoutMs('')).toBe(3000);
    expect(timeoutMs('?connect_timeout=7')).toBe(7000);
    expect(timeoutMs('?sslmode=disable&connect_timeout=0.5')).toBe(500);
    expect(timeoutMs('?connect_timeout=0'), 'never for ever').toBe(10_000);
    for (const wrong of ['', '5s', '-1', '1e9']) {
      const asked = () => timeoutMs(`?connect_timeout=${wrong}`);
      expect(asked, wrong).toThrow('connect_timeout in --database takes seconds');
    }
  });

  it('is named without its password', () => {
    const target = chooseTarget('postgresql://me:s3cret@h/shop', { exported: {}, file: {} });
    expect('label' in target && target.label).toBe('PostgreSQL at h:5432, database shop, user me');
  });

  it('is named by what is known of it', () => {
    vi.stubEnv('USER', undefined);
    const target = chooseTarget(null, { exported: { PGHOST: 'h' }, file: {} });
    vi.unstubAllEnvs();
    expect('label' in target && target.label).toBe('PostgreSQL at h:5432');
  });

  it.each(['mysql://me:s3cret@h/shop', 'shop', 'postgresql://me:s3cret@h:port/shop'])(
    'is refused when it is no PostgreSQL URL, without telling it: %s',
    (flag) => {
      let said = '';
      try {
        chooseTarget(flag, { exported: {}, file: {} });
      } catch (error) {
        said = (error as Error).message;
      }
      expect(said).toContain('--database');
      expect(said).not.toContain('s3cret');
    },
  );
});

const listeners: Server[] = [];
afterAll(() => listeners.forEach((listener) => listener.close()));

/** The URL of a server of the same content that is reached through the network. */
async function overTcp(socketUrl: string): Promise<string> {
  if (!socketUrl.includes('@/')) return socketUrl;
  const url = new URL(socketUrl.replace('@/', '@localhost/'));
  const path = `${url.searchParams.get('host')}/.s.PGSQL.${url.searchParams.get('port') ?? 5432}`;
  const listener = createServer((client) => {
    const server = connect(path);
    client.on('error', () => undefined).pipe(server);
    server.on('error', () => undefined).pipe(client);
  });
  listeners.push(listener.listen(0, '127.0.0.1'));
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return `postgresql://${url.username}@127.0.0.1:${port}${url.pathname}`;
}

/** A server that wants a password and refuses it; what it was told, in order. */
async function eavesdropper(): Promise<{ port: number; told: string[] }> {
  const told: string[] = [];
  const listener = createServer((client) => {
    client
      .on('error', () => undefined)
      .once('data', () => {
        client.on('data', (bytes) => {
          told.push(bytes.subarray(5, -1).toString());
          client.end();
        });
        // AuthenticationCleartextPassword
        client.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      });
  });
  listeners.push(listener.listen(0, '127.0.0.1'));
  await once(listener, 'listening');
  return { port: (listener.address() as AddressInfo).port, told };
}

describe('the password', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof eavesdropper>>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prodimport-env-'));
    server = await eavesdropper();
  });
  afterEach(() => rm(folder, { recursive: true }));
  const host = () => `PGHOST=127.0.0.1\nPGPORT=${server.port}\nPGSSLMODE=disable\n`;
  const url = () => `postgresql://me@127.0.0.1:${server.port}/shop`;
  /** What the server is told by a command below which these files stand. */
  const told = async (files: Record<string, string>, env: Record<string, string> = {}) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const { code } = await runCli(['status'], {
      cwd: folder,
      env: { PGUSER: 'me', PGPASSWORD: 's3cret', ...env },
    });
    expect(code).toBe(5);
    return server.told;
  };

  it.each<[string, () => Record<string, string>]>([
    ['PGHOST in .env', () => ({ '.env': host() })],
    ['PGHOST in .env, with an empty password', () => ({ '.env': `${host()}PGPASSWORD=\n` })],
    ['DATABASE_URL in .env', () => ({ '.env': `DATABASE_URL=${url()}` })],
    [
      'the configuration file',
      () => ({ 'prodimport.config.json': JSON.stringify({ database: url() }) }),
    ],
  ])('that is exported is not sent to the server that %s names', async (_, files) => {
    expect(await told(files())).toEqual(['']);
  });

  it('beside the address in .env is sent there, whatever is exported', async () => {
    expect(await told({ '.env': `${host()}PGPASSWORD=beside` })).toEqual(['beside']);
  });

  it('that is exported goes to an exported address, and one in .env does not', async () => {
    const files = { '.env': 'PGPASSWORD=of-the-folder\n' };
    const address = { PGHOST: '127.0.0.1', PGPORT: String(server.port) };
    expect(await told(files, address)).toEqual(['s3cret']);
    expect(await told(files, { DATABASE_URL: url() })).toEqual(['s3cret', 's3cret']);
    expect(await told(files, { ...address, PGPASSWORD: '' })).toEqual(['s3cret', 's3cret', '']);
  });
});

describe('at the binary', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prodimport-env-'));
    await writeFile(
      join(folder, '.env'),
      'DATABASE_URL=postgresql://me:s3cret@127.0.0.1:1/fromfile\n',
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('.env of the current folder counts, and no password shows, however it is asked', async () => {
    for (const words of [[], ['--json'], ['--debug'], ['--log-format', 'json']]) {
      const { code, stdout, stderr } = await runCli(['status', ...words], { cwd: folder });
      expect(code).toBe(5);
      expect(stdout + stderr).toContain('fromfile');
      // Somebody else may have put it there; what the system calls the failure comes last.
      expect(stderr).toContain('(named by DATABASE_URL in .env): Nothing listens there');
      expect(stdout + stderr).not.toContain('s3cret');
    }
  });

  it.each(['prefer', 'allow', 'disable'])(
    'a server without TLS will do for PGSSLMODE=%s, exported or in the URL',
    async (mode) => {
      const server = await overTcp(inject('databaseUrl'));
      const env = { PGSSLMODE: mode };
      expect(await runCli(['db', 'info'], { url: server, env })).toMatchObject({ code: 0 });
      const asked = `${server}?sslmode=${mode}`;
      expect(await runCli(['db', 'info'], { url: asked })).toMatchObject({ code: 0 });
    },
  );

  it('PGSSLMODE=require refuses a server without TLS, but is not meant for a socket', async () => {
    const env = { PGSSLMODE: 'require' };
    const refused = await runCli(['db', 'info'], {
      url: await overTcp(inject('databaseUrl')),
      env,
    });
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('It takes no TLS');
    const folders = await temporaryFolders();
    const embedded = await runCli(['db', 'info'], { home: folders.home, env });
    await removeServer(folders);
    expect(embedded.code, embedded.stderr).toBe(0);
  });

  it.each([
    [
      'as Notepad saves it',
      '\ufeffDATABASE_URL=postgresql://127.0.0.1:1/notepad\r\n',
      5,
      'notepad',
    ],
    [
      'in UTF-16',
      Buffer.from('\ufeffDATABASE_URL=postgresql://127.0.0.1:1/x', 'utf16le'),
      2,
      'UTF-8',
    ],
    ['that is a folder', null, 2, ".env can't be read: it is a folder"],
  ])('an .env %s is not passed over', async (_, content, exit, said) => {
    const cwd = await mkdtemp(join(tmpdir(), 'prodimport-env-'));
    if (content === null) await mkdir(join(cwd, '.env'));
    else await writeFile(join(cwd, '.env'), content);
    const { code, stderr } = await runCli(['status'], { cwd });
    await rm(cwd, { recursive: true });
    expect(code, stderr).toBe(exit);
    expect(stderr).toContain(said);
  });

  it.each([
    'postgresql://me:s3cret@127.0.0.1:1/shop',
    'postgresql://127.0.0.1:1/shop?user=me&password=s3cret',
    'postgresql://me:s3cret%40x@127.0.0.1:1/shop',
  ])('no password shows in any output: %s', async (database) => {
    const words = ['status', '--debug', '--database', database];
    const { code, stdout, stderr } = await runCli(words);
    expect(code).toBe(5);
    expect(stdout + stderr).not.toContain('s3cret');
  });

  it.runIf(process.platform === 'linux')('no password stays in the process list', async () => {
    const database = 'postgresql://me:s3cret@127.0.0.1:1/shop';
    const { child, done } = startCli(['load', '-', '--database', database]);
    const commandLine = () => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    // Node's own start, before its first line of JavaScript, is beyond anybody's reach.
    while (commandLine().includes('s3cret'));
    expect(commandLine()).toMatch(/^prodimport/);
    child.stdin.end();
    await done;
  });
});

describe('the password in a file that the URL names', () => {
  let folder: string;
  let file: string;
  const passwordFor = (address: string, exported: NodeJS.ProcessEnv = {}) => {
    const flag = `postgresql://${address}?passfile=${encodeURIComponent(file)}`;
    const target = chooseTarget(flag, { exported, file: {} });
    return target.kind === 'server' ? target.client.password : null;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prodimport-pass-'));
    file = join(folder, 'own.pgpass');
    const lines = ['other:5432:shop:me:no', '127.0.0.1:*:*:me:col\\:on', 'db:1:shop:me:last'];
    await writeFile(file, `${lines.join('\r\n')}\n`, { mode: 0o600 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['me@127.0.0.1:4711/shop', 'col:on'],
    ['me@db:1/shop', 'last'],
    ['me@db:2/shop', undefined],
    ['you@db:1/shop', undefined],
    ['me:typed@db:1/shop', 'typed'],
  ])('of %s is %s', (address, password) => {
    expect(passwordFor(address)).toBe(password);
  });

  it('stands behind PGPASSWORD', () => {
    expect(passwordFor('me@db:1/shop', { PGPASSWORD: 'exported' })).toBe('exported');
  });

  it('is not taken where others can read it, or where there is none', async () => {
    await chmod(file, 0o644);
    expect(() => passwordFor('me@db:1/shop')).toThrow(/passfile in --database.*chmod 600/);
    await rm(file);
    expect(() => passwordFor('me@db:1/shop')).toThrow(/passfile.*ENOENT/);
  });
});
