import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isFileError, isReplaceable, unwritable } from './unwritable.js';

/**
 * Writes a file that is there only when it is whole: half of one looks like a whole one.
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
