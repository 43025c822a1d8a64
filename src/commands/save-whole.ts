import { writeFile } from '../source/write-file.js';
import { openOutput } from './output-file.js';
import { isFileError, unwritable } from './unwritable.js';

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
