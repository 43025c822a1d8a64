import type { CellErrorValue } from 'exceljs';
import iconv from 'iconv-lite';
import type { Dialect, Cell } from '../source/source.js';
import type { CellMarks } from '../source/csv.js';
import { workbookFile, workbookNumber, type WorkbookCell } from './workbook.js';
import { writeFile } from './file.js';

type Marks = CellMarks & Pick<Dialect, 'isEscaped' | 'isUnquoted'>;

/** ASCII's own, which a text may have instead of line ends. */
const recordSeparator = '\x1e';
/** What may end a row. */
const rowEnds = new RegExp(`[\r\n${recordSeparator}]`, 'g');
/** What would not be read as it stands, or not by everybody. */
const needsQuotes = new RegExp(`[\r\n${recordSeparator}]|^[\\s\ufeff]|\\s$`);

/**
 * Writes rows as delimited text, as another one was read. UTF-16 gets its mark, as readers can't do
 * without; so does UTF-8 that had one, as Excel takes it for something else otherwise.
 */
export async function writeText(
  path: string,
  rows: AsyncIterable<string[]>,
  dialect: Dialect & { hasMark: boolean },
): Promise<void> {
  await writeLines(path, lines(rows, dialect), dialect);
}

/** @param text in pieces; what the encoding lacks becomes a question mark */
export async function writeLines(
  path: string,
  text: AsyncIterable<string>,
  { encoding: asRead, hasMark }: Pick<Dialect, 'encoding'> & { hasMark: boolean },
): Promise<void> {
  // What can only be read is written in what needs no word about it.
  const encoding = iconv.encodingExists(asRead) ? asRead : 'utf-8';
  const addBOM = hasMark || /^utf-?(16|32)/i.test(encoding);
  await writeFile(path, text, iconv.encodeStream(encoding, { addBOM }));
}

async function* lines(rows: AsyncIterable<string[]>, dialect: Dialect): AsyncGenerator<string> {
  for await (const cells of rows) {
    const encodable = cells.map((cell) => withoutEuro(cell, dialect.encoding));
    yield recordText(encodable, dialect) + (dialect.rowEnd ?? '\n');
  }
}

/**
 * Cells as a record that reads back as them. Without quotes the first cell may be a record that could
 * not be read; what would divide any other one becomes a blank.
 */
function recordText(cells: readonly string[], dialect: Marks): string {
  const { delimiter, blankBehind, isUnquoted } = dialect;
  // With quotes around what has some, the file is never read as one that knows none.
  const quote = isUnquoted ? '"' : dialect.quote;
  const divider = blankBehind ? `${delimiter} ` : delimiter;
  if (quote === null) {
    const plain = (cell: string, i: number) =>
      (i > 0 ? cell.replaceAll(delimiter, ' ') : cell).replace(rowEnds, ' ');
    return cells.map(plain).join(divider);
  }
  return cells.map((cell) => quotedWhereNeeded(cell, quote, dialect)).join(divider);
}

function quotedWhereNeeded(
  cell: string,
  quote: string,
  { delimiter, escape, isEscaped }: Marks,
): string {
  // In quotes it is text, so that a file that was read as a database's is not read so again.
  const isText = isEscaped && cell !== '\\N' && cell.includes('\\');
  const isPlain =
    !isText && !cell.includes(delimiter) && !cell.includes(quote) && !needsQuotes.test(cell);
  if (isPlain) return cell;
  const inner = escape === '\\' ? cell.replaceAll('\\', '\\\\') : cell;
  return quote + inner.replaceAll(quote, () => quote + quote) + quote;
}

/** On the Macintosh the euro took the place of the currency sign; iconv-lite does not know it. */
function withoutEuro(text: string, name: string): string {
  return name.startsWith('mac') ? text.replaceAll('€', '¤') : text;
}

/**
 * Writes rows as a workbook. Texts stay texts, whatever they look like.
 * @param hasHeader whether the first row is one
 */
export async function writeWorkbook(
  path: string,
  rows: AsyncIterable<Cell[]>,
  hasHeader = true,
): Promise<void> {
  async function* cells(): AsyncGenerator<WorkbookCell[]> {
    for await (const row of rows) yield row.map(workbookCell);
  }
  const sheet = { name: 'rejects', columns: [], rows: cells(), hasHeader };
  await writeFile(path, workbookFile([sheet]));
}

/** `@` keeps text what it is, and what is typed in its place, too. */
function workbookCell(cell: Cell): WorkbookCell {
  if (cell === '') return null;
  if (typeof cell === 'string') return { value: cell, format: '@' };
  switch (cell.kind) {
    case 'boolean':
      return cell.value;
    case 'number': {
      const value = workbookNumber(cell.text);
      return cell.format ? { value, format: cell.format } : value;
    }
    case 'date':
      return cell.iso;
    case 'json':
      return { value: cell.text, format: '@' };
    case 'absent':
      return null;
    case 'error':
      return { value: { error: cell.text as CellErrorValue['error'] }, format: '@' };
  }
}

/**
 * Keeps a spreadsheet from running a cell: one that begins like a formula gets an apostrophe in
 * front, as OWASP's "CSV injection" advises, the wide forms of the signs included.
 */
export function neutralised(cell: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
