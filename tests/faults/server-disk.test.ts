import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type EmbeddedFolders, embeddedFolders } from '../../src/db/embedded/folders.js';
import { startEmbedded } from '../../src/db/embedded/start.js';
import { runCli } from '../setup/cli.js';
import { openDatabase } from '../setup/database.js';
import { removeServer, urlOf } from '../setup/server.js';
import { mayMount, mountSmallDisk, type SmallDisk } from './small-disk.js';
import { counted } from './table.js';
import { firstFile, nameEdition, secondFile } from './trial.js';

const kilobyte = 1024;

describe.runIf(mayMount && inject('thorough'))("the server's disk is full (needs root)", () => {
  it.each(['3m', '12m', '30m'])('at its first start, %s of it', async (size) => {
    const disk = mountSmallDisk(size);
    try {
      await counted('disk full at the first start', 'before', async () => {
        const run = await runCli(['status'], { home: join(disk.path, 'home') });
        expect(run.code, run.stderr).toBe(5);
        expect(run.stderr).toMatch(/No space left.* Free space there, or name/s);
        const left = readdirSync(join(disk.path, 'home'));
        expect(left.filter((name) => name.startsWith('pgdata'))).toEqual([]);
      });
    } finally {
      disk.unmount();
    }
  });

  it('in the middle of a load, however much room is left', async () => {
    const disk = mountSmallDisk('200m');
    const folders = foldersOn(disk);
    try {
      const url = urlOf(await startEmbedded(folders, { unsafeWithoutFsync: true }));
      await runCli(['db', 'migrate'], { url });
      for (let room = 0; ; room += 128) {
        const found = await loadInto(disk, folders, room * kilobyte);
        if (found === 'after') break;
      }
    } finally {
      await removeServer(folders);
      disk.unmount();
    }
  }, 300_000);
});

/** A load while the disk has so much room. */
async function loadInto(disk: SmallDisk, folders: EmbeddedFolders, bytesLeft: number) {
  const url = urlOf(await startEmbedded(folders));
  const database = await openDatabase(url);
  try {
    await runCli(['purge', '--all', '--yes'], { url });
    await runCli(['load', firstFile], { url });
    const session = await database.main();
    // What was deleted gives its room back, and nothing is written behind the trial's back.
    await session.client.query('vacuum full prodimport.products');
    await session.client.query('checkpoint');
    disk.fill(bytesLeft);
    const run = await runCli(['load', secondFile], { url });
    disk.empty();
    // Without room it may have ended instead of recovering.
    await startEmbedded(folders);
    const found = await nameEdition(await database.main());
    await counted('disk full in a load', found === 'after' ? 'after' : 'before', async () => {
      expect({ code: run.code, found }, run.stderr).toEqual(
        run.code === 0 ? { code: 0, found: 'after' } : { code: 5, found: 'before' },
      );
      if (run.code === 5) expect(run.stderr).toMatch(/disk of the server is full|was cut|crashed/);
      const next = await runCli(['load', secondFile], { url });
      expect(next.code, next.stderr).toBe(0);
    });
    return found;
  } finally {
    disk.empty();
    await database.close();
  }
}

function foldersOn(disk: SmallDisk): EmbeddedFolders {
  const home = join(disk.path, 'home');
  mkdirSync(home);
  chmodSync(home, 0o755);
  return embeddedFolders({ ...process.env, PRODIMPORT_HOME: home });
}
