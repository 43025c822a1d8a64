import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../../db/database.js';

/**
 * Whether these very bytes, with these options, are what the catalogue was loaded from last.
 * @param remembered what a job keeps of the options
 */
export async function isLoaded(
  database: Database,
  file: string,
  remembered: Record<string, unknown>,
): Promise<boolean> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const session = await database.main();
  const values = [hash.digest('hex'), remembered];
  return (await session.one<{ is_loaded: boolean }>('job/is_loaded', values)).is_loaded;
}
