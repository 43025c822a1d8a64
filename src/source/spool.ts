import { UsageError } from '../errors.js';
import { openTemporaryFile, type TemporaryFile } from './temporary-file.js';

/** No spreadsheet that a program can open is larger; what is, was made to fill disks. */
const spoolLimitBytes = 512 * 1024 * 1024;

/** A temporary copy on disk. */
export type Spool = Pick<TemporaryFile, 'path' | 'remove'>;

/**
 * Copies a stream to a temporary file: a workbook can't be read from its beginning to its end, and a
 * stream can't be read twice.
 * The copy goes with `remove`, or with the process.
 * @throws UsageError above the limit, 512 MB unless another one is given, or without room for it
 */
export async function spool(
  chunks: AsyncIterable<Buffer | string>,
  place: string,
  limitBytes = spoolLimitBytes,
): Promise<Spool> {
  const file = openTemporaryFile();
  try {
    let bytes = 0;
    for await (const chunk of chunks) {
      const buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (bytes + buffer.length > limitBytes) throw tooLarge(place);
      file.write(buffer, bytes);
      bytes += buffer.length;
    }
    return file;
  } catch (error) {
    file.remove();
    throw error;
  }
}

function tooLarge(place: string): UsageError {
  const wayOut = 'Unpack it and load the file itself, or export it as CSV.';
  return new UsageError(
    `${place}: the workbook inside is over 512 MB. ${wayOut}`,
    'file_too_large',
  );
}
