import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

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
