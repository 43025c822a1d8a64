import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FailedError } from '../../errors.js';
import type { Change } from '../../load/schema.js';
import { fileWriter } from '../../source/file-writer.js';
import type { OutputFile } from '../output-file.js';
import { isFileError, unwritable } from '../unwritable.js';

/**
 * Writes `--diff`, before anything is changed.
 * @param path as it was asked for
 * @throws FailedError where it can't be written
 */
export async function writeDiff(
  changes: AsyncIterable<Change>,
  file: OutputFile,
  path: string,
): Promise<void> {
  await writeLines(changes, file.partPath).catch((error: unknown) => {
    if (!isFileError(error)) throw error;
    const { message } = unwritable(`--diff ${path}`, error);
    throw new FailedError(`${message} Products are unchanged.`, 'output');
  });
  file.finish();
}

async function writeLines(changes: AsyncIterable<Change>, path: string): Promise<void> {
  async function* lines() {
    for await (const change of changes) yield `${JSON.stringify(change)}\n`;
  }
  await pipeline(Readable.from(lines()), await fileWriter(path));
}
