import { accessSync, closeSync, constants, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import nodePath from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { z as Z } from 'zod';
import { isSameFile, whenReleased } from '../environment.js';
import { UsageError, RunError } from '../errors.js';

/** A file that appears whole or not at all; a pipe or a device is written as it comes. */
export interface OutputFile {
  /** Where to write it until it is whole. */
  readonly partPath: string;
  /** Puts it in its place. */
  finish: () => unknown;
  /** Takes away what was not finished. Safe to call at any time. */
  discard: () => unknown;
}

/**
 * Makes sure that a file can be written, before a long run that ends with writing it.
 * @param input the file that is read, or null; writing over it is refused
 * @throws UsageError naming the option and the file
 */
export function prepareOutput(option: string, path: string, input: string | null): OutputFile {
  if (input !== null && isFileThatIsRead(path, input)) {
    throw new UsageError(`${option} ${path} is the file that is read. Name another one.`, 'output');
  }
  return openOutput(path, `${option} ${path}`);
}

/**
 * Makes sure that a file can be written.
 * @param named how a message names it
 * @throws UsageError
 */
function openOutput(path: string, named = path): OutputFile {
  // A pipe or a device can't be replaced.
  const isPart = isReplaceable(path);
  const partPath = isPart ? partOf(path) : path;
  try {
    if (isPipe(path)) accessSync(path, constants.W_OK);
    else closeSync(openSync(partPath, 'w'));
  } catch (error) {
    throw unwritable(named, error);
  }
  return {
    partPath,
    finish: () => isPart && whenReleased(() => renameSync(partPath, path)),
    discard: () => isPart && whenReleased(() => rmSync(partPath, { force: true })),
  };
}

/**
 * Beside the file, with its ending, as that may say the format.
 * @param extname of the system, as to one a backslash is a letter
 */
export function partOf(path: string, extname: (path: string) => string = nodePath.extname): string {
  const ending = extname(path);
  const isLast = path.endsWith(ending);
  const stem = isLast ? path.slice(0, path.length - ending.length) : path;
  return `${stem}.${process.pid}.part${isLast ? ending : ''}`;
}

/** Opening a pipe waits for its reader, and closing it says that nothing more will come. */
function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

function isFileThatIsRead(path: string, input: string): boolean {
  const look = { bigint: true, throwIfNoEntry: false } as const;
  return input !== '-' && isSameFile(statSync(path, look), statSync(input, look));
}

/**
 * Writes a file that is there only when it is whole: half of one looks like a whole one.
 * @throws UsageError where it can't be written, if possible before the first chunk is asked for
 */
export async function saveWhole(
  chunks: AsyncIterable<string | Uint8Array>,
  file: string,
): Promise<void> {
  const output = openOutput(file);
  try {
    await writeFile(output.partPath, chunks);
    output.finish();
  } catch (error) {
    output.discard();
    throw isFileError(error) ? unwritable(file, error) : error;
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'its folder does not exist. Make the folder first, or name another one.',
  EEXIST: 'it exists already. Name another file, or remove that one first.',
  EACCES: 'no permission. Name a file in a folder that you may write to.',
  EPERM:
    'no permission, or another program has it open. Close it there, or name a file in a folder that you may write to.',
  EBUSY: 'another program has it open. Close it there, or name another file.',
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

/**
 * Writes a file. It is there before anything is asked for: a stream that opens it by itself does so
 * later, also when the content has failed meanwhile, and what was taken away comes back, empty.
 * @param through what the chunks are led through, such as an encoder
 * @throws what the file system throws, and what the chunks throw
 */
export async function writeFile(
  path: string,
  chunks: AsyncIterable<unknown>,
  ...through: NodeJS.ReadWriteStream[]
): Promise<void> {
  const file = await open(path, 'w');
  await pipeline([Readable.from(chunks), ...through, file.createWriteStream()]);
}

/** The formats that these endings stand for, in their order. */
export function formatsOf<Format extends string>(endings: Record<string, Format>): Format[] {
  return [...new Set(Object.values(endings))];
}

/**
 * The format that the ending of `--output`, or of another option, asks for; null where it has none, or `--format` settles
 * it. A name that promises what the file would not be is refused.
 * @param formats by their endings, in small letters and without the dot
 * @throws UsageError for an ending that stands for none of them
 */
export function formatByEnding<Format extends string>(
  { output = '', format }: { output?: string | undefined; format?: Format | undefined },
  formats: Record<string, Format>,
): Format | null {
  const ending = endingOf(output);
  if (format !== undefined || ending === '') return null;
  const named = formats[ending];
  if (named !== undefined) return named;
  throw new UsageError(
    `--output ${output}: .${ending} stands for no format. Name a file that ends in ${listed(formats)}, or say which with --format.`,
    'output_format',
  );
}

/**
 * The same for an option whose file is written as its ending says, and not otherwise.
 * @throws UsageError for another ending, and for none
 */
export function formatOfEnding<Format extends string>(
  option: string,
  path: string,
  formats: Record<string, Format>,
): Format {
  const named = formats[endingOf(path)];
  if (named !== undefined) return named;
  throw new UsageError(
    `${option} ${path}: the ending says how it is written. Name a file that ends in ${listed(formats)}.`,
    'output_format',
  );
}

function endingOf(path: string): string {
  return nodePath.extname(path).slice(1).toLowerCase();
}

function listed(formats: Record<string, string>): string {
  return Object.keys(formats)
    .map((name) => `.${name}`)
    .join(', ');
}

/** What `--output` answers. */
export const writtenSchema = (z: typeof Z) => z.object({ file: z.string() });
