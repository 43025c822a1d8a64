import { createWriteStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a file. Where that fails it is closed by then: one that is still being opened would appear
 * behind whoever takes it away.
 * @param through what the chunks are led through, such as an encoder
 */
export async function writeFile(
  path: string,
  chunks: AsyncIterable<unknown>,
  ...through: NodeJS.ReadWriteStream[]
): Promise<void> {
  const file = createWriteStream(path);
  try {
    await pipeline([Readable.from(chunks), ...through, file]);
  } catch (error) {
    if (!file.closed && !waitsForReader(path)) {
      await new Promise<void>((closed) => file.once('close', () => closed()));
    }
    throw error;
  }
}

/** A pipe may be opened when nobody is left who waits for that; nothing of it has to be taken away. */
function waitsForReader(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}
