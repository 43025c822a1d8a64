import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk in memory, so small that it is soon full. */
export interface SmallDisk {
  path: string;
  /** Fills it but for so many bytes. */
  fill: (bytesLeft: number) => void;
  /** Gives back what `fill` took. */
  empty: () => void;
  unmount: () => void;
}

/** Only root may mount one. */
export const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

/** @param size as mount takes it, such as 20m */
export function mountSmallDisk(size: string): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'prodimport-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  chmodSync(path, 0o755);
  const filler = join(path, 'filler');
  const empty = () => rmSync(filler, { force: true });
  const fill = (bytesLeft: number) => {
    const { bavail, bsize } = statfsSync(path);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytesLeft)));
  };
  const unmount = () => {
    execFileSync('umount', ['--lazy', path]);
    rmdirSync(path);
  };
  return { path, fill, empty, unmount };
}
