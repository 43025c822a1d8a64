import { accessSync, closeSync, constants, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { UsageError } from '../errors.js';
import { isReplaceable, unwritable } from './unwritable.js';

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
 * @param input the file that is read; writing over it is refused
 * @throws UsageError naming the option and the file
 */
export function prepareOutput(option: string, path: string, input: string): OutputFile {
  if (isSameFile(path, input)) {
    throw new UsageError(`${option} ${path} is the file that is read. Name another one.`, 'output');
  }
  return openOutput(path, `${option} ${path}`);
}

/**
 * Makes sure that a file can be written.
 * @param named how a message names it
 * @throws UsageError
 */
export function openOutput(path: string, named = path): OutputFile {
  // A pipe or a device can't be replaced.
  const isPart = isReplaceable(path);
  const partOf = () => path.replace(/(\.[^./]*)?$/, (ending) => `.${process.pid}.part${ending}`);
  const partPath = isPart ? partOf() : path;
  try {
    if (isPipe(path)) accessSync(path, constants.W_OK);
    else closeSync(openSync(partPath, 'w'));
  } catch (error) {
    throw unwritable(named, error);
  }
  return {
    partPath,
    finish: () => isPart && renameSync(partPath, path),
    discard: () => isPart && rmSync(partPath, { force: true }),
  };
}

/** Opening a pipe waits for its reader, and closing it says that nothing more will come. */
function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

function isSameFile(path: string, input: string): boolean {
  const a = statSync(path, { throwIfNoEntry: false });
  const b = input === '-' ? undefined : statSync(input, { throwIfNoEntry: false });
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
