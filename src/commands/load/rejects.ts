import type { Session } from '../../db/session.js';
import { RunError, UsageError } from '../../errors.js';
import { addCells } from '../../job/reject-writer.js';
import { listRejects } from '../../job/report.js';
import { failedRows, type FailedRow } from '../../load/failed-rows.js';
import type { Outcome } from '../../load/record.js';
import { rejectsFile } from '../../load/rejects-file.js';
import { guarded, unguarded } from '../../product/bare-cells.js';
import { originalCells } from '../../product/rejected-row.js';
import { cellToMend, textToMend } from '../../product/to-mend.js';
import type { Cell } from '../../source/row.js';
import { plainDialect } from '../../source/csv.js';
import { writeText, writeWorkbook } from '../../source/write-rows.js';
import type { Source } from '../../source/source.js';
import { untilSignal } from '../../terminal/streams.js';
import { isFileError, unwritable } from '../unwritable.js';
import { stripsGuards } from './asked.js';
import type { Prepared } from './prepare.js';

const batchRows = 1000;

/** A run that has ended, and what its file was. */
export interface Ended {
  prepared: Prepared;
  session: Session;
  /** Null for a dry run, which keeps nothing. */
  jobId: string | null;
  outcome: Outcome;
  /** Ends the reading between two batches of rows. */
  signal: AbortSignal;
}

/**
 * Reads the file once more: for the one that `--rejects` asks for, and for the cells of rows that only
 * the database could reject. So a load that rejects nothing has no work with it.
 * @returns what kept it from being done, after a load that has done its work all the same
 */
export async function keepRejects(ended: Ended): Promise<RunError | null> {
  const { prepared, session, jobId, outcome, signal } = ended;
  const { rejectsFile: file, options } = prepared;
  const lacking = outcome.rejectedLate > 0 ? jobId : null;
  if (!file && lacking === null) return null;
  try {
    const read = () => readAgain(ended, lacking);
    await (lacking === null ? read() : session.transaction(read));
    file?.finish();
    return null;
  } catch (error) {
    if (error instanceof UsageError) return unkept(error, prepared, jobId);
    if (isFileError(error)) return unkept(unwritable(options.rejects!, error), prepared, jobId);
    if (signal.aborted && jobId !== null) return unkept(stopped, prepared, jobId);
    throw error;
  }
}

const stopped = new Error('it was stopped by a signal.');

/**
 * @param lacking the job whose late rejects have no cells yet
 * @throws UsageError where the file is not what was loaded any more
 */
async function readAgain(ended: Ended, lacking: string | null): Promise<void> {
  const { prepared, session, jobId, outcome, signal } = ended;
  const source = await prepared.reopen();
  try {
    const headerRow = prepared.plan.headerRowNumber ?? 0;
    const rejects = listRejects(session, jobId);
    const rows = failedRows(untilSignal(source.rows(), signal), headerRow, rejects);
    await write(prepared, source, lacking === null ? rows : keepingCells(rows, session, lacking));
    if ((await source.sha256()) === outcome.sha256) return;
  } finally {
    await source.close();
  }
  throw new UsageError(`${source.name} has changed since it was loaded.`, 'file_changed');
}

async function write(
  { rejectsFile: file, options, plan }: Prepared,
  source: Source,
  failed: AsyncIterable<FailedRow>,
): Promise<void> {
  if (!file) {
    for await (const _ of failed);
    return;
  }
  const skuColumn = plan.columns.findIndex(({ field }) => field === 'sku');
  const toWorkbook = /\.xlsx$/i.test(options.rejects!);
  const rows = rejectsFile(failed, skuColumn, toWorkbook);
  const isGuarded = stripsGuards(source, options);
  if (toWorkbook) {
    // Texts of a workbook are taken as they are.
    const bare = (cell: Cell) => (isText(cell) && isGuarded ? (unguarded(cell) ?? cell) : cell);
    const cells = mapCells(rows, (cell) => cellToMend(bare(cell)));
    return writeWorkbook(file.partPath, cells, plan.headerRowNumber !== null);
  }
  const as = { ...(source.dialect ?? plainDialect), hasMark: source.hasMark };
  // What a workbook has as text is no guard, and must not become one.
  const keeps = !isGuarded && options.guards === 'strip';
  const text = (cell: Cell) => (keeps ? guarded(textToMend(cell)) : textToMend(cell));
  await writeText(file.partPath, mapCells(rows, text), as);
}

function isText(cell: Cell): cell is string {
  return typeof cell === 'string';
}

async function* mapCells<T>(rows: AsyncIterable<Cell[]>, map: (cell: Cell) => T) {
  for await (const cells of rows) yield cells.map(map);
}

/** Hands the rows on, and keeps the cells of those that were rejected without a look at them. */
async function* keepingCells(
  rows: AsyncIterable<FailedRow>,
  session: Session,
  jobId: string,
): AsyncGenerator<FailedRow> {
  const batch: { rowNumber: number; cells: string[] }[] = [];
  for await (const failed of rows) {
    const { row, errors } = failed;
    if ('cells' in row && errors[0] && !errors[0].cells) {
      batch.push({ rowNumber: row.rowNumber, cells: originalCells(row) });
    }
    if (batch.length === batchRows) await addCells(session, jobId, batch.splice(0));
    yield failed;
  }
  if (batch.length > 0) await addCells(session, jobId, batch);
}

/** The exit code of work that is done, but not all well. */
function unkept(
  { message }: Error,
  { rejectsFile: file }: Prepared,
  jobId: string | null,
): RunError {
  const done = jobId === null ? 'The dry run is done' : `Job ${jobId} is done`;
  const what = file ? 'the file of its rejects' : 'the cells of its rejects for a workbook';
  const way = jobId === null ? '' : ` See them with \`prodimport report ${jobId} --format csv\`.`;
  return new RunError(`${done}, but not ${what}: ${message}${way}`, 'rejects', 3);
}
