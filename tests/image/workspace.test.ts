import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/image/tools.js';
import { Workspace } from '../../src/image/workspace.js';
import { createTestDatabase } from '../setup/database.js';
import { runImages } from './run.js';

/** Above every system's highest process number. */
const deadPid = 2_147_483_646;
const twoDaysMs = 2 * 24 * 3600 * 1000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prodimport-workspace-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the folder of another worker on this machine', () => {
  it('stays while that lives, however long it had nothing to do', async () => {
    const theirs = await workerFolder(folder, process.ppid);
    await dateBack(theirs);
    await openAndClose();
    expect(existsSync(theirs)).toBe(true);
  });

  it('goes once that is dead', async () => {
    const theirs = await workerFolder(folder, deadPid);
    await openAndClose();
    expect(existsSync(theirs)).toBe(false);
  });

  it('goes where its number is that of no process', async () => {
    const theirs = await workerFolder(folder, 0);
    await openAndClose();
    expect(existsSync(theirs)).toBe(false);
  });

  it('is known by its name: whatever else is there stays', async () => {
    const other = join(folder, 'photographs');
    await mkdir(other);
    await dateBack(other);
    await openAndClose();
    expect(existsSync(other)).toBe(true);
  });
});

it('is touched by a worker that has nothing to do, so that no other machine takes it away', async () => {
  const db = await createTestDatabase();
  const stop = new AbortController();
  const store = await openStore(folder, {});
  const ended = runImages(db, store, { watch: true, leaseMs: 60, signal: stop.signal });
  const partial = join(folder, '.partial');
  await expect.poll(() => readdir(partial).catch(() => [])).toHaveLength(1);
  const own = join(partial, (await readdir(partial))[0]!);
  await dateBack(own);
  const ageMs = async () => Date.now() - (await stat(own)).mtimeMs;
  await expect.poll(ageMs).toBeLessThan(twoDaysMs / 2);
  stop.abort();
  await ended;
  await db.drop();
});

describe('of a worker that stores in a bucket, the folder', () => {
  beforeEach(() => void vi.stubEnv('TMPDIR', folder));
  afterEach(() => void vi.unstubAllEnvs());

  it('is not one whose name somebody else could guess, and make first', async () => {
    const victim = await mkdtemp(join(folder, 'victim-'));
    const precious = join(victim, 'precious');
    await writeFile(precious, '');
    await dateBack(precious);
    await symlink(victim, join(folder, `prodimport-images-${process.getuid!()}`));
    await symlink(victim, join(folder, `prodimport-images.${host()}.${deadPid}.abcdef`));

    const workspace = await openBucketWorkspace();
    expect(dirname(workspace.path)).toBe(folder);
    expect((await stat(workspace.path)).mode & 0o777).toBe(0o700);
    await workspace.close();
    expect(await readdir(victim)).toEqual(['precious']);
  });

  it('leaves those of others alone, but for those of its kind that were killed', async () => {
    const killed = await workerFolder(folder, deadPid, 'prodimport-images.');
    const other = await workerFolder(folder, deadPid);
    await dateBack(other);
    const workspace = await openBucketWorkspace();
    await workspace.close();
    expect([existsSync(killed), existsSync(other)]).toEqual([false, true]);
    expect(existsSync(workspace.path)).toBe(false);
  });
});

async function openBucketWorkspace(): Promise<Workspace> {
  const store = await openStore('s3://bucket', { endpointUrl: 'http://127.0.0.1:1' });
  const workspace = await store.openWorkspace();
  store.close();
  return workspace;
}

async function openAndClose(): Promise<void> {
  await (await Workspace.open(folder)).close();
}

/** What a worker of that number on this machine has as its folder. */
async function workerFolder(parent: string, pid: number, prefix = ''): Promise<string> {
  const path = join(parent, `${prefix}${host()}.${pid}.abcdef`);
  await mkdir(path);
  return path;
}

function host(): string {
  return hostname().replace(/[^\w-]/g, '_');
}

async function dateBack(path: string): Promise<void> {
  const then = new Date(Date.now() - twoDaysMs);
  await utimes(path, then, then);
}
