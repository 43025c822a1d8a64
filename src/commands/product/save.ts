import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RunError } from '../../errors.js';
import { unwritable } from '../unwritable.js';

/**
 * Writes a file that is there only when it is whole: half a catalogue looks like a whole one.
 * @throws UsageError where it can't be written
 */
export async function saveWhole(
  chunks: AsyncIterable<string | Uint8Array>,
  file: string,
): Promise<void> {
  // A pipe or a device can't be replaced.
  const part = isReplaceable(file) ? `${file}.${process.pid}.part` : file;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(part));
    if (part !== file) renameSync(part, file);
  } catch (error) {
    if (part !== file) rmSync(part, { force: true });
    throw isFileError(error) ? unwritable(file, error) : error;
  }
}

function isReplaceable(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** The rest comes from the database that the chunks are read from. */
function isFileError(error: unknown): boolean {
  const { syscall = '' } = error as NodeJS.ErrnoException;
  return !(error instanceof RunError) && ['open', 'write', 'rename', 'close'].includes(syscall);
}
