import { constants, realpathSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { posix, join, resolve, sep } from 'node:path';
import { isSameFile } from '../environment.js';
import { UsageError } from '../errors.js';
import type { FindFile } from '../product/images.js';
import { Fault, quoted } from '../product/reject.js';

/** Before the path of an image that is a file. */
const scheme = /^file:/i;

/**
 * The folder that `--image-root` names, or else the exported PRODIMPORT_IMAGE_ROOT.
 * @returns its whole path; undefined where neither is given
 * @throws UsageError where it is none
 */
export function imageRootOf(
  { imageRoot }: { imageRoot?: string | undefined },
  exported: NodeJS.ProcessEnv,
): string | undefined {
  const named = imageRoot ?? (exported.PRODIMPORT_IMAGE_ROOT || undefined);
  return named && new ImageRoot(named).folder;
}

/** What finds the images below that folder; undefined without one. */
export function fileFinder(imageRoot: string | undefined): FindFile | undefined {
  if (imageRoot === undefined) return undefined;
  const root = new ImageRoot(imageRoot);
  return (path) => root.find(path);
}

/**
 * A folder with images beside the table. Whatever a table says, nothing outside of it is read: a
 * path is followed through all links, and what it leads to must be a plain file below the folder.
 */
export class ImageRoot {
  readonly folder: string;
  /** Without links. */
  private readonly real: string;

  /** @throws UsageError where it is no folder */
  constructor(folder: string) {
    this.folder = resolve(folder);
    try {
      this.real = realpathSync.native(this.folder);
      if (!statSync(this.real).isDirectory()) throw new Error('it is no folder');
    } catch (error) {
      const why = reasonOf(error as NodeJS.ErrnoException);
      throw new UsageError(
        `--image-root ${folder}: ${why}. Name the folder with the images of the table.`,
        'image_root_invalid',
        { cause: error },
      );
    }
  }

  /** @returns `file:` and the path below the folder, as products name it */
  find(written: string): string | Fault {
    const path = pathIn(written);
    const found = path instanceof Fault ? path : this.realPathOf(path, written);
    return found instanceof Fault ? found : `file:${path as string}`;
  }

  /**
   * Opens a file that products name. It is checked again: it may have changed since.
   * @returns why not, where it is none below the folder any more
   * @throws what the file system throws
   */
  async open(url: string): Promise<FileHandle | Fault> {
    const path = pathIn(url);
    const found = path instanceof Fault ? path : this.realPathOf(path, url);
    if (found instanceof Fault) return found;
    // Neither through a link that has just been made, nor waiting for who writes to a pipe.
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    const file = await open(found, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const look = { bigint: true, throwIfNoEntry: false } as const;
    const [opened, again] = [await file.stat(look), this.realPathOf(path as string, url)];
    const now = again instanceof Fault ? null : statSync(again, look);
    if (opened.isFile() && isSameFile(now, opened)) return file;
    await file.close();
    return again instanceof Fault ? again : fault(url, 'changes while it is read');
  }

  private realPathOf(path: string, written: string): string | Fault {
    try {
      const real = realpathSync.native(join(this.folder, path));
      const top = this.real.endsWith(sep) ? this.real : this.real + sep;
      if (real !== this.real && !real.startsWith(top))
        return fault(written, `leads out of ${this.folder} by a link`);
      const found = statSync(real);
      if (found.isFile()) return real;
      const what = found.isDirectory() ? 'a folder' : 'no plain file';
      return fault(written, `is ${what} in ${this.folder}`);
    } catch (error) {
      const why = reasonOf(error as NodeJS.ErrnoException);
      return fault(written, `is no file below ${this.folder}: ${why}`);
    }
  }
}

/** The path below the folder, with `/` between names; Windows writes `\`. */
function pathIn(written: string): string | Fault {
  const text = written.replace(scheme, '').replaceAll('\\', '/');
  if (/^[a-z]:/i.test(text)) return fault(written, 'names a drive: write the path from there on');
  if (text.startsWith('//')) return fault(written, 'names a host: write an https address');
  // Products are exported with it between their images.
  if (text.includes('|')) return fault(written, 'has a | in it, which stands between images');
  const path = posix.normalize(text.replace(/^\//, ''));
  const leavesIt = path === '..' || path.startsWith('../');
  return leavesIt ? fault(written, 'leads out of the folder of images') : path;
}

const reasons: Record<string, string> = {
  ENOENT: 'there is none',
  ENOTDIR: 'there is none',
  EACCES: 'the right to read it is missing',
  ELOOP: 'its links lead nowhere',
  ENAMETOOLONG: 'the name is too long',
};

function reasonOf({ code = '', message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? message;
}

function fault(written: string, why: string): Fault {
  return new Fault('url_invalid', `${quoted(written)} ${why}`);
}
