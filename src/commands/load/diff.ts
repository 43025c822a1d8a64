import { FailedError } from '../../errors.js';
import type { Change } from '../../load/schema.js';
import { writeFile } from '../../source/write-file.js';
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
  await writeFile(file.partPath, lines(changes)).catch((error: unknown) => {
    if (!isFileError(error)) throw error;
    const { message } = unwritable(`--diff ${path}`, error);
    throw new FailedError(`${message} Products are unchanged.`, 'output');
  });
  file.finish();
}

async function* lines(changes: AsyncIterable<Change>) {
  for await (const change of changes) yield `${JSON.stringify(change)}\n`;
}
