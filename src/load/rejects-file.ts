import { ownColumns } from '../product/attributes.js';
import { cellText } from '../product/cell.js';
import { headersOf } from '../product/header-row.js';
import { withMangledSku, cellToCorrect, textToCorrect } from '../product/to-correct.js';
import { absentCell, type Cell, type Row, type SourceRow, type Source } from '../source/source.js';
import type { Reject } from '../product/reject.js';
import type { Session } from '../db/session.js';
import { RunError, UsageError } from '../errors.js';
import { addCells } from './rejects.js';
import { type FailedRow, failedRows } from './failed-rows.js';
import { listRejects } from './read-report.js';
import type { RunResult } from './job.js';
import { widthsOf } from './look-ahead.js';
import { guarded } from '../product/bare-cells.js';
import { originalCells } from '../product/rejected-row.js';
import { plainDialect } from '../source/csv.js';
import { writeLines, writeText, writeWorkbook } from '../output/rows.js';
import { untilSignal } from '../terminal/streams.js';
import { isFileError, unwritable } from '../output/file.js';
import { stripsGuards } from './request.js';
import type { Prepared } from './prepare.js';

/**
 * The file of rejected rows: the header first, and after each row what is wrong with it. Nothing is added
 * where there is no header to name it by. Where the input is such a file itself, what was wrong with
 * it before is left out.
 * @param skuColumn from 0
 * @param toWorkbook whether it is written as a workbook
 */
export async function* rejectsFile(
  rows: AsyncIterable<FailedRow>,
  skuColumn: number,
  toWorkbook: boolean,
): AsyncGenerator<Cell[]> {
  let header: Header | null = null;
  for await (const read of rows) {
    const failed = marked(read, skuColumn, toWorkbook);
    if (failed.errors.length === 0 && 'cells' in failed.row) {
      header = readHeader(failed.row);
      yield [...ownCells(failed.row, header).map(cellText), ...ownColumns];
    } else {
      yield header === null ? cellsOf(failed.row) : withErrors(failed, header);
    }
  }
}

function marked({ row, errors }: FailedRow, skuColumn: number, toWorkbook: boolean): FailedRow {
  if (!('cells' in row)) return { row, errors };
  const cells = withMangledSku(row.cells, { skuColumn, toWorkbook }, errors);
  return { row: { ...row, cells }, errors };
}

/** How many columns the input has, and which of them are its own. */
interface Header {
  width: number;
  places: number[];
}

function readHeader(row: Row): Header {
  const headers = headersOf(row);
  const places = headers.flatMap((header, at) => (ownColumns.includes(header) ? [] : [at]));
  return { width: headers.length, places };
}

/**
 * A row padded to the header's width. One with too many cells keeps them, so that it is rejected again
 * until somebody has corrected it.
 */
function withErrors({ row, errors }: FailedRow, header: Header): Cell[] {
  const isWide = errors.some(({ code, column }) => code === 'column_count' && column === null);
  const extra = isWide && 'cells' in row ? row.cells.slice(header.width) : [];
  return [...ownCells(row, header), ...extra, String(errors[0]!.rowNumber), sentencesOf(errors)];
}

/** What concerns the row as a whole comes first, as it decides whether the row loads. */
function sentencesOf(errors: readonly Reject[]): string {
  const inOrder = [...errors].sort((a, b) => Number(a.column !== null) - Number(b.column !== null));
  const sentences = inOrder.map(({ code, column, error }) => {
    return `${[code, column].filter(Boolean).join(' ')}: ${error}`;
  });
  return sentences.join('; ');
}

/** A row that could not be read stands in the first column as a whole. */
function ownCells(row: SourceRow, { places }: Header): Cell[] {
  if ('cells' in row) return places.map((at) => row.cells[at] ?? '');
  return places.map((_, i) => (i === 0 ? row.unreadable.value : ''));
}

function cellsOf(row: SourceRow): Cell[] {
  return 'cells' in row ? row.cells : [row.unreadable.value];
}

const batchRows = 1000;

/** A run that has ended, and what its file was. */
export interface Ended {
  prepared: Prepared;
  session: Session;
  /** Null for a dry run, which keeps nothing. */
  jobId: string | null;
  result: RunResult;
  /** Ends the reading between two batches of rows. */
  signal: AbortSignal;
}

/**
 * Reads the file once more: for the one that `--rejects` asks for, and for the cells of rows that only
 * the database could reject. So a load that rejects nothing has no work with it.
 * @returns what kept it from being done, after a load that has done its work all the same
 */
export async function keepRejects(ended: Ended): Promise<RunError | null> {
  const { prepared, session, jobId, result, signal } = ended;
  const { rejectsFile: file, options } = prepared;
  const lacking = result.rejectedLate > 0 ? jobId : null;
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
  const { prepared, session, jobId, result, signal } = ended;
  const source = await prepared.reopen();
  try {
    const { headerRowNumber, dataRowNumber: dataRow } = prepared.plan;
    const widths = widthsOf({ ...prepared, source });
    const first = { headerRow: headerRowNumber ?? 0, dataRow, widths };
    const rejects = listRejects(session, jobId);
    const rows = failedRows(untilSignal(source.rows(), signal), first, rejects);
    await write(prepared, source, lacking === null ? rows : keepingCells(rows, session, lacking));
    if ((await source.sha256()) === result.sha256) return;
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
  if (source.keys !== null) return writeObjects(file.partPath, source, failed);
  const skuColumn = plan.columns.findIndex(({ field }) => field === 'sku');
  const toWorkbook = /\.xlsx$/i.test(options.rejects!);
  const rows = rejectsFile(failed, skuColumn, toWorkbook);
  const isGuarded = stripsGuards(source, options);
  if (toWorkbook) {
    // Texts of a workbook are taken as they are.
    const ofText = source.dialect === null ? null : { isGuarded };
    const cells = mapCells(rows, (cell) => cellToCorrect(cell, ofText));
    return writeWorkbook(file.partPath, cells, plan.headerRowNumber !== null);
  }
  const as = { ...(source.dialect ?? plainDialect), hasMark: source.hasMark };
  // What a workbook has as text is no guard, and must not become one.
  const keeps = !isGuarded && options.guards === 'strip';
  const text = (cell: Cell) => (keeps ? guarded(textToCorrect(cell)) : textToCorrect(cell));
  await writeText(file.partPath, mapCells(rows, text), as);
}

/** Products that bring their own headers, as NDJSON; what could not be read stands there as it was. */
async function writeObjects(
  path: string,
  { keys, encoding, hasMark }: Source,
  failed: AsyncIterable<FailedRow>,
): Promise<void> {
  async function* lines(): AsyncGenerator<string> {
    for await (const { row, errors } of failed) {
      yield 'cells' in row ? objectLine(row, keys!, errors) : `${row.unreadable.value}\n`;
    }
  }
  await writeLines(path, lines(), { encoding: encoding ?? 'utf-8', hasMark });
}

function objectLine({ cells }: Row, keys: readonly string[], errors: Reject[]): string {
  const own = cells.flatMap((cell, at) => {
    const key = keys[at]!;
    if (cell === absentCell || ownColumns.includes(key)) return [];
    return [`${JSON.stringify(key)}:${jsonOf(cell)}`];
  });
  const said = [errors[0]!.rowNumber, sentencesOf(errors)];
  ownColumns.forEach((name, at) => own.push(`"${name}":${JSON.stringify(said[at])}`));
  return `{${own.join(',')}}\n`;
}

function jsonOf(cell: Cell): string {
  if (typeof cell !== 'string')
    return cell.kind === 'json' ? cell.text : JSON.stringify(cellText(cell));
  return cell === '' ? 'null' : JSON.stringify(cell);
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
