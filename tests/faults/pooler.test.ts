import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import connectionString from 'pg-connection-string';
import { describe, expect, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { tryEveryCommand } from './every-command.js';
import { note } from './table.js';

const isInstalled = spawnSync('pgbouncer', ['--version']).status === 0;

describe.runIf(isInstalled).each(['transaction', 'session'])('PgBouncer in %s mode', (mode) => {
  it('serves every command but migrations, which say what they need', async () => {
    const db = await createTestDatabase();
    const pooler = await startPooler(db, mode);
    try {
      await expect.poll(async () => (await runCli(['status'], { url: pooler.url })).code).toBe(0);
      const migrated = await runCli(['db', 'migrate'], { url: pooler.url });
      expect(migrated.code).toBe(5);
      expect(migrated.stderr).toMatch(
        /need a direct connection, and this one goes through a pooler/,
      );
      const commands = await tryEveryCommand(pooler.url);
      const { rows } = await db.session.client.query(
        `select from pg_locks where locktype = 'advisory'
         and database = (select oid from pg_database where datname = current_database())`,
      );
      expect(rows).toEqual([]);
      const fault = `every command through PgBouncer in ${mode} mode`;
      note({ fault, trials: commands, before: 0, after: commands, violations: [] });
    } finally {
      await pooler.stop();
      await db.drop();
    }
  });
});

async function startPooler({ url }: TestDatabase, mode: string) {
  const { host, port, user, password, database } = connectionString.parse(url);
  const secret = password ? ` password=${password}` : '';
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-pooler-'));
  chmodSync(folder, 0o755);
  const listenPort = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
${database} = host=${host} port=${port} user=${user}${secret}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 4
`,
  );
  // Nobody but the server's own user may enter the folder of its socket.
  const isRoot = process.getuid?.() === 0;
  const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
  const owner = host!.startsWith('/') ? statSync(host!) : nobody;
  const as = { uid: owner.uid, gid: owner.gid };
  const child = spawn('pgbouncer', ['--quiet', file], { ...as, cwd: '/', stdio: 'ignore' });
  const stop = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
    rmSync(folder, { recursive: true });
  };
  return { url: `postgresql://${user}@127.0.0.1:${listenPort}/${database}`, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
