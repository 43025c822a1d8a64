import { rmSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.js';

/** No spreadsheet that a program can open is larger; what is, was made to fill disks. */
const spoolLimitBytes = 512 * 1024 * 1024;

/** A temporary copy on disk, readable by its owner only. */
export interface Spool {
  path: string;
  remove(): Promise<void>;
}

/**
 * Copies a stream to a temporary file: a workbook can't be read from its beginning to its end, and a
 * stream can't be read twice.
 * The copy goes with `remove`, or with the process.
 * @throws UsageError above the limit, 512 MB unless another one is given
 */
export async function spool(
  chunks: AsyncIterable<Buffer | string>,
  place: string,
  limitBytes = spoolLimitBytes,
): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'prodimport-'));
  const removeAtExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', removeAtExit);
  };
  const path = join(folder, 'spooled');
  try {
    await copy(chunks, path, place, limitBytes);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}

async function copy(
  chunks: AsyncIterable<Buffer | string>,
  path: string,
  place: string,
  limitBytes: number,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw tooLarge(place);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
}

function tooLarge(place: string): UsageError {
  const wayOut = 'Unpack it and load the file itself, or export it as CSV.';
  return new UsageError(
    `${place}: the workbook inside is over 512 MB. ${wayOut}`,
    'file_too_large',
  );
}
