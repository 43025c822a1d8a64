import type { Session } from '../../db/session.js';
import { listRejects } from '../../job/report.js';
import { rejectedRows } from '../../load/rejectsFile.js';
import { writeText, writeWorkbook } from '../../source/sink.js';
import type { Prepared } from './prepare.js';

/** Writes `--rejects`: reads the file once more, and keeps the rows that the record rejects. */
export async function writeRejects(
  prepared: Prepared,
  session: Session,
  jobId: string | null,
): Promise<void> {
  const { rejectsFile, options, plan } = prepared;
  if (!rejectsFile) return;
  const source = await prepared.reopen();
  try {
    const rejects = listRejects(session, jobId);
    const rows = rejectedRows(source.rows(), plan.headerRowNumber ?? 0, rejects);
    if (/\.xlsx$/i.test(options.rejects!)) await writeWorkbook(rejectsFile.partPath, rows);
    else {
      const { delimiter, encoding } = source;
      const dialect = { delimiter: delimiter ?? ',', encoding: encoding ?? 'utf-8' };
      await writeText(rejectsFile.partPath, rows, dialect);
    }
    rejectsFile.finish();
  } finally {
    await source.close();
  }
}
