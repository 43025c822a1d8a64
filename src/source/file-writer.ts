import type { WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * A stream into a file that is there from now on. One that opens the file by itself does so later,
 * also when it has failed meanwhile: what was taken away then comes back, empty.
 * @throws what the file system throws
 */
export async function fileWriter(path: string): Promise<WriteStream> {
  const file = await open(path, 'w');
  return file.createWriteStream();
}
