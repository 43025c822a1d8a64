import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, readdirSync, readFileSync } from 'node:fs';
import { readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someoneIsBlocked } from '../setup/catalogue.js';
import { startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder } from '../setup/folder.js';
import { expectBounded } from './bounded.js';
import { counted } from './table.js';

const header = 'sku,name\nA-1,Lamp\n';
const folder = useFolder();
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('what is no ordinary file, or does not stay one', () => {
  it('stops at /dev/zero', async () => {
    const expected = { code: 2, says: /\/dev\/zero/, url: db.url };
    await counted('/dev/zero', 'before', () => expectBounded(['load', '/dev/zero'], expected));
  });

  it('reads a FIFO', async () => {
    const fifo = folder.path('fifo');
    execFileSync('mkfifo', [fifo]);
    const writer = spawn('bash', ['-c', `printf '${header.replaceAll('\n', '\\n')}' > ${fifo}`]);
    await expectBounded(['load', fifo, '--json'], { code: 0, says: /"read":1/, url: db.url });
    writer.kill();
  });

  it.runIf(process.getuid?.() !== 0)('says that it may not read a file', async () => {
    const path = folder.path('closed.csv');
    writeFileSync(path, header);
    chmodSync(path, 0);
    await expectBounded(['load', path], { code: 2, says: /no permission to read it/, url: db.url });
  });

  it('leaves a FIFO that nobody writes to at SIGINT', async () => {
    const fifo = folder.path('silent');
    execFileSync('mkfifo', [fifo]);
    await counted('SIGINT while a FIFO has no writer', 'before', async () => {
      const { child, done } = startCli(['load', fifo], { url: db.url });
      await expect.poll(() => waitsForWriter(child.pid!), { interval: 10 }).toBe(true);
      child.kill('SIGINT');
      const run = await done;
      expect(run.code, run.stderr).toBe(130);
    });
  });

  it('leaves a FIFO whose writer says no more at SIGINT', async () => {
    const fifo = folder.path('halting');
    execFileSync('mkfifo', [fifo]);
    const halting = `exec 3> ${fifo}; printf '${header.replaceAll('\n', '\\n')}' >&3; exec sleep 600`;
    const writer = spawn('bash', ['-c', halting]);
    await counted('SIGINT while the writer of a FIFO is silent', 'before', async () => {
      const { child, done } = startCli(['load', fifo], { url: db.url });
      await expect.poll(() => hasOpen(child.pid!, fifo), { interval: 10 }).toBe(true);
      child.kill('SIGINT');
      const run = await done;
      expect(run.code, run.stderr).toBe(130);
    });
    writer.kill();
  });

  it.each<[string, (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, 'D-4,Bed\n')],
    [
      'is replaced by another one',
      (path) => {
        writeFileSync(`${path}.new`, header);
        renameSync(`${path}.new`, path);
      },
    ],
    ['is emptied and written anew', (path) => writeFileSync(path, header)],
  ])('refuses a file that %s while it is read', async (what, change) => {
    await db.session.client.query('truncate prodimport.products');
    const path = folder.path('changing.csv');
    writeFileSync(path, header + 'C-3,Sofa\n'.repeat(200_000));
    await counted(`a file that ${what} while it is read`, 'before', async () => {
      const { client } = db.session;
      // It has found out what is in the file, and reads on once its job is there.
      await client.query('begin; lock table prodimport.jobs in share mode');
      const { done } = startCli(['load', path], { url: db.url });
      await someoneIsBlocked(await db.database.main());
      change(path);
      await client.query('rollback');
      const run = await done;
      expect(run.code, run.stderr).toBe(2);
      expect(run.stderr).toMatch(/was changed or replaced while it was being read/);
      const { rows } = await db.session.client.query('select from prodimport.products');
      expect(rows).toHaveLength(0);
    });
  });
});

/** Whether the process has the file open. */
function hasOpen(pid: number, path: string): boolean {
  try {
    const open = readdirSync(`/proc/${pid}/fd`);
    return open.some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === path);
  } catch {
    // One was closed meanwhile.
    return false;
  }
}

/** Whether the system holds a process in the opening of a FIFO. */
function waitsForWriter(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((task) =>
      /fifo|wait_for_partner/.test(readFileSync(`/proc/${pid}/task/${task}/wchan`, 'utf8')),
    );
  } catch {
    // It has ended, or a thread has.
    return false;
  }
}
