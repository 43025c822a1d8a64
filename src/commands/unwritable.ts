import { statSync } from 'node:fs';
import { RunError, UsageError } from '../errors.js';

const reasons: Record<string, string> = {
  ENOENT: 'its folder does not exist. Make the folder first, or name another one.',
  EEXIST: 'it exists already. Name another file, or remove that one first.',
  EACCES: 'no permission. Name a file in a folder that you may write to.',
  EROFS: 'the disk is read-only. Name a file on another one.',
  EISDIR: 'it is a folder. Name a file in it.',
  ENOTDIR: 'a part of its path is a file. Name a file in a folder.',
  ENOSPC: 'the disk is full. Make room, or name a file on another one.',
};

/** Whether a file may be written beside its place and renamed: a pipe or a device must stay. */
export function isReplaceable(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** A folder in the place of a new file is no file that exists already. */
export function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Whether the writing failed, not where the content comes from, such as the database. */
export function isFileError(error: unknown): boolean {
  const { syscall = '' } = error as NodeJS.ErrnoException;
  return !(error instanceof RunError) && ['open', 'write', 'rename', 'close'].includes(syscall);
}

/** A file that was to be written can't be. `what` is the file, and the option that names it. */
export function unwritable(what: string, error: unknown): UsageError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const why = reasons[code] ?? `${message}.`;
  return new UsageError(`${what} can't be written: ${why}`, 'output', { cause: error });
}
