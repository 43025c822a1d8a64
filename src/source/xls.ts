import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CellObject, WorkBook, WorkSheet } from '@e965/xlsx';
import { UsageError } from '../errors.js';
import { pageTables } from './page.js';
import type { Cell, Row } from './source.js';
import { chooseSheet, otherSheets, sheetNotes, type ListedSheet } from './xlsx/workbook.js';
import { Container } from './xlsx/container.js';
import { asFault, damaged, passwordProtected, tooLarge, batchRows } from './xlsx/fault.js';
import { streamPart } from './xlsx/part.js';
import { customFormat, isDateFormat, serialToIso, shownFormat } from './xlsx/number-format.js';
import type { WorkbookOptions, WorkbookSheet } from './xlsx/xlsx.js';

type Library = Pick<typeof import('@e965/xlsx'), 'read' | 'set_cptable'>;

/**
 * The format has no streams: the file is held in memory whole, and its cells at about 15 times its
 * size (measured: 24 MB of 65,536 rows, the most a sheet has, take 440 MB and 2 s).
 */
export const maxXlsBytes = 32_000_000;

/** What else is read whole: pages, and what archives hold once they are inflated. */
const maxWholeBytes = 100_000_000;

/** Excel's codes for errors (MS-XLS, 2.5.10). */
const errorTexts: Record<number, string> = {
  0x00: '#NULL!',
  0x07: '#DIV/0!',
  0x0f: '#VALUE!',
  0x17: '#REF!',
  0x1d: '#NAME?',
  0x24: '#NUM!',
  0x2a: '#N/A',
  0x2b: '#GETTING_DATA',
};

/**
 * Opens what only the library reads (a workbook of Excel 2 to 2003, also as XML, .xlsb, .ods), and
 * the tables of a page. All of it is held in memory.
 * @throws UsageError where the optional package is missing, or the file is too large, damaged,
 *   locked with a password, or has no such sheet
 */
export async function openXls(
  path: string,
  options: WorkbookOptions,
  kind: 'xls' | 'xlsb' | 'ods' | 'html' = 'xls',
): Promise<WorkbookSheet> {
  const name = options.name ?? basename(path);
  const { size } = await stat(path).catch((error: unknown) => {
    throw asFault(name, 'the file', error);
  });
  const most = kind === 'xls' ? maxXlsBytes : maxWholeBytes;
  if (size > most) throw tooLarge(name, `an .${kind} file of ${size} bytes (${most} at most)`);
  const groups = kind === 'xlsb' || kind === 'ods' ? await inflateWithin(path, name) : null;
  const bytes = await readFile(path);
  const how = { encoding: options.encoding, shown: kind === 'ods' };
  const book =
    kind === 'html'
      ? bookOf(pageTables(bytes, name, options.encoding ?? 'auto'))
      : parse(await loadXlsLibrary(name), bytes, name, how);
  const sheets = listSheets(book, kind === 'html' ? options.recognise : undefined);
  const chosen = chooseSheet(sheets, options.sheet, name);
  const sheet = book.Sheets[chosen.name];
  if (!sheet) throw damaged(name, `its sheet "${chosen.name}" has no content`);
  const isGuessed = kind === 'xls' && namesNoPage(bytes, options.encoding) && hasLetters(sheet);
  const reading = { uses1904: book.Workbook?.WBProps?.date1904 === true, groups };
  return {
    sheet: chosen.name,
    notes: [...sheetNotes(sheets, chosen, options.sheet), ...(isGuessed ? [guessedNote] : [])],
    others: otherSheets(sheets, chosen).map((other) => ({
      sheet: other.name,
      rows: () => readRows(book.Sheets[other.name] ?? {}, reading),
    })),
    rows: () => readRows(sheet, reading),
    bytesRead: () => bytes.length,
    close: async () => {},
  };
}

/**
 * The library inflates whatever it finds: each part is inflated here before, and counted.
 * @returns of an .ods, whether texts between digits can only be thousands separators; else null
 */
async function inflateWithin(path: string, name: string): Promise<boolean | null> {
  const container = await Container.open(path, name);
  try {
    let bytes = 0;
    for (const part of container.partNames()) bytes += container.sizeOf(part);
    if (bytes > maxWholeBytes) {
      throw tooLarge(name, `it has ${bytes} bytes once inflated (${maxWholeBytes} at most)`);
    }
    for (const part of container.partNames()) {
      if (!part.endsWith('/')) for await (const _ of container.read(part));
    }
    if (!container.has('content.xml')) return null;
    const hasText = [
      await readOds(container, 'content.xml'),
      await readOds(container, 'styles.xml'),
    ];
    return !hasText.includes(true);
  } finally {
    container.close();
  }
}

/** The cells that a sheet may say to stand again and again, all of which the library would write out. */
const maxRepeated = 5_000_000;

/** @returns whether a number format has texts between digits */
async function readOds(container: Container, part: string): Promise<boolean> {
  let rows = 1;
  let cells = 0;
  let hasText = false;
  const timesOf = (attributes: Record<string, string>, what: string) =>
    Number(attributes[`table:number-${what}-repeated`] ?? 1) || 1;
  await streamPart(container, part, {
    open(name, attributes) {
      hasText ||= name === 'embedded-text';
      if (name === 'table-row') rows = timesOf(attributes, 'rows');
      if (!name.endsWith('table-cell') || !('office:value-type' in attributes)) return;
      cells += rows * timesOf(attributes, 'columns');
      if (cells <= maxRepeated) return;
      throw tooLarge(container.name, `its cells stand more than ${maxRepeated} times`);
    },
  });
  return hasText;
}

/** @throws UsageError with the way out where the optional package is not installed */
export async function loadXlsLibrary(name: string, specifier = '@e965/xlsx'): Promise<Library> {
  try {
    const library = (await import(specifier)) as Library;
    // Without its tables, all text beyond ASCII of Excel 5/95 and older is wrong.
    library.set_cptable(await import(`${specifier}/dist/cpexcel.full.mjs`));
    return library;
  } catch (error) {
    throw new UsageError(
      `${name}: only the optional package ${specifier} reads such a file (.xls, .xlsb, .ods), and ` +
        'it is not installed. Install prodimport again without --omit=optional, or save the ' +
        'workbook as .xlsx.',
      'xls_package_missing',
      { cause: error },
    );
  }
}

/** The number that old workbooks have for an encoding; null where they have none. */
function codePage(encoding: string): number | null {
  if (/^mac(roman|intosh)$/i.test(encoding)) return 10_000;
  const number = /^(?:windows-|cp)(\d+)$/i.exec(encoding)?.[1];
  return number === undefined ? null : Number(number);
}

/** @param how `encoding`: of texts in a file of Excel 5/95 or older that names none itself */
function parse(
  library: Library,
  bytes: Buffer,
  name: string,
  how: { encoding?: string; shown: boolean },
): WorkBook {
  const codepage = codePage(how.encoding ?? 'auto');
  try {
    return library.read(bytes, {
      type: 'buffer',
      ...(codepage === null ? {} : { codepage }),
      dense: true,
      cellNF: true,
      // What a sheet shows stands in an .ods alone; elsewhere the library would work it out.
      cellText: how.shown,
      cellHTML: false,
      cellFormula: false,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/password|encrypt/i.test(reason)) throw passwordProtected(name);
    throw damaged(name, reason.replace(/\.$/, ''), error);
  }
}

const guessedNote =
  'Encoding assumed to be windows-1252, as the workbook names none. If letters look wrong, give --encoding.';

/** Whether texts are bytes of an encoding that nobody has named. Since Excel 97 they are Unicode. */
function namesNoPage(bytes: Buffer, encoding = 'auto'): boolean {
  const beginningOf97 = Buffer.of(0x09, 0x08, 0x10, 0x00, 0x00, 0x06);
  const codePageRecord = Buffer.of(0x42, 0x00, 0x02, 0x00);
  const isXml = bytes.subarray(0, 64).includes('<');
  const names = [beginningOf97, codePageRecord].some((record) => bytes.includes(record));
  return encoding === 'auto' && !isXml && !names;
}

function hasLetters(sheet: WorkSheet): boolean {
  const rows = (sheet['!data'] ?? []) as ((CellObject | null)[] | undefined)[];
  return rows.some((row) => row?.some((cell) => /[^\x20-\x7e\s]/.test(String(cell?.v ?? ''))));
}

/** The tables of a page as sheets. Their cells are texts, whatever they look like. */
function bookOf(tables: string[][][]): Pick<WorkBook, 'SheetNames' | 'Sheets' | 'Workbook'> {
  const sheets = tables.map((rows, at): [string, WorkSheet] => {
    const data = rows.map((texts) => texts.map((v): CellObject => ({ t: 's', v })));
    return [`Sheet${at + 1}`, { '!data': data }];
  });
  return { SheetNames: sheets.map(([name]) => name), Sheets: Object.fromEntries(sheets) };
}

/** @param recognise of a page: only tables with a header that we know count, if there are such ones */
function listSheets(book: WorkBook, recognise?: WorkbookOptions['recognise']): ListedSheet[] {
  const known = book.SheetNames.filter((name) => {
    return recognise !== undefined && knowsHeader(book.Sheets[name], recognise);
  });
  return book.SheetNames.map((name, index) => ({
    name,
    visible:
      (book.Workbook?.Sheets?.[index]?.Hidden ?? 0) === 0 &&
      (known.length === 0 || known.includes(name)),
    hasRows: true,
  }));
}

/** Whether one of the first rows has a header that we know: pages have tables for their layout, too. */
function knowsHeader(
  sheet: WorkSheet | undefined,
  recognise: (cells: string[]) => number,
): boolean {
  const data = (sheet?.['!data'] ?? []) as ((CellObject | null)[] | undefined)[];
  return data.slice(0, 5).some((row) => {
    return recognise((row ?? []).map((cell) => String(cell?.v ?? ''))) > 0;
  });
}

interface Reading {
  uses1904: boolean;
  /** See `inflateWithin`. */
  groups: boolean | null;
}

async function* readRows(sheet: WorkSheet, reading: Reading): AsyncGenerator<Row[]> {
  const data = (sheet['!data'] ?? []) as ((CellObject | null)[] | undefined)[];
  let rows: Row[] = [];
  for (const [index, stored] of data.entries()) {
    const cells = readCells(stored ?? [], reading);
    if (cells.length === 0) continue;
    rows.push({ rowNumber: index + 1, line: null, cells });
    if (rows.length < batchRows) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

function readCells(stored: (CellObject | null | undefined)[], reading: Reading): Cell[] {
  const cells: Cell[] = [];
  for (const [column, cell] of stored.entries()) {
    const value = cell ? toCell(cell, reading) : '';
    if (value === '') continue;
    while (cells.length < column) cells.push('');
    cells.push(value);
  }
  return cells;
}

function toCell(cell: CellObject, reading: Reading): Cell {
  const { v: value } = cell;
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (cell.t === 'e') return { kind: 'error', text: errorTexts[Number(value)] ?? '#ERROR' };
  if (typeof value === 'number') return numberCell(value, cell, reading);
  return typeof value === 'string' ? value : '';
}

function numberCell(value: number, { z, w }: CellObject, { uses1904, groups }: Reading): Cell {
  const code = customFormat(String(z ?? ''));
  const iso = isDateFormat(code) ? serialToIso(value, uses1904) : null;
  if (iso !== null) return { kind: 'date', iso };
  const format = w === undefined ? code : shownFormat(value, w, { code, groups: groups === true });
  return { kind: 'number', text: String(value), format };
}
