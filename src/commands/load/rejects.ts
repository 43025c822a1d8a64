import type { Session } from '../../db/session.js';
import { RunError, UsageError } from '../../errors.js';
import { listRejects } from '../../job/report.js';
import { rejectedRows } from '../../load/rejects-file.js';
import { writeText, writeWorkbook } from '../../source/sink.js';
import { isFileError, unwritable } from '../unwritable.js';
import type { Prepared } from './prepare.js';

/**
 * Writes `--rejects`: reads the file once more, and keeps the rows that the record rejects.
 * @returns what kept it from being written, after a load that has done its work all the same
 */
export async function writeRejects(
  prepared: Prepared,
  session: Session,
  jobId: string | null,
): Promise<RunError | null> {
  const { rejectsFile, options } = prepared;
  if (!rejectsFile) return null;
  try {
    await write(prepared, rejectsFile.partPath, session, jobId);
    rejectsFile.finish();
    return null;
  } catch (error) {
    // The file may also have changed since it was loaded.
    if (error instanceof UsageError) return unwritten(error, jobId);
    if (isFileError(error)) return unwritten(unwritable(options.rejects!, error), jobId);
    throw error;
  }
}

async function write(
  { options, plan, reopen }: Prepared,
  path: string,
  session: Session,
  jobId: string | null,
): Promise<void> {
  const source = await reopen();
  try {
    const rejects = listRejects(session, jobId);
    const rows = rejectedRows(source.rows(), plan.headerRowNumber ?? 0, rejects);
    if (/\.xlsx$/i.test(options.rejects!)) return await writeWorkbook(path, rows);
    const { delimiter, encoding } = source;
    await writeText(path, rows, { delimiter: delimiter ?? ',', encoding: encoding ?? 'utf-8' });
  } finally {
    await source.close();
  }
}

/** The exit code of work that is done, but not all well. */
function unwritten({ message }: Error, jobId: string | null): RunError {
  const done = jobId === null ? 'The dry run is done' : `Job ${jobId} is done`;
  const way = jobId === null ? '' : ` See them with \`prodimport report ${jobId} --format csv\`.`;
  return new RunError(`${done}, but not the file of its rejects: ${message}${way}`, 'rejects', 3);
}
