import { shellWord, UsageError } from '../errors.js';
import { isBlank } from '../product/cell.js';
import { isNumeric } from '../product/field.js';
import { shownMark } from '../product/field-types.js';
import { shownHeader } from '../product/header-text.js';
import { createParser, type Parser } from '../product/parse.js';
import {
  HeaderUnclear,
  planReading,
  type HeaderOptions,
  type ReadingPlan,
} from '../product/plan.js';
import type { ParsedProduct } from '../product/product.js';
import type { Reject } from '../product/reject.js';
import { Widths } from '../product/widths.js';
import type { SheetHead, Source, SourceRow } from '../source/source.js';
import { fileFinder } from '../remote/image-root.js';
import { showCount } from '../terminal/figures.js';
import { Reasons } from './rejects.js';
import { isJson, isText, stripsGuards, type LoadOptions } from './request.js';

/** What is read, and how. */
export interface Reading {
  source: Source;
  plan: ReadingPlan;
  options: LoadOptions;
}

/** The option that names another sheet of the workbook, with a column for the SKU; null for none. */
export async function otherSheet(source: Source, options: HeaderOptions): Promise<string | null> {
  const sheets = await source.otherSheets().catch(whereReadable);
  const found = sheets.find(({ head }) => namesSku(head, options));
  if (found === undefined) return null;
  const { sheet } = found;
  return `--sheet ${/["$`\\!]/.test(sheet) ? shellWord(sheet) : `"${sheet}"`}`;
}

/** What is wrong with the first sheet is to be said, not what is with others. */
function whereReadable(error: unknown): SheetHead[] {
  if (error instanceof UsageError) return [];
  throw error;
}

function namesSku(head: SheetHead['head'], options: HeaderOptions): boolean {
  try {
    const own = { headerRow: 'auto', dataRow: undefined, map: [], keys: null } as const;
    planReading(head, { ...options, ...own });
    return true;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error instanceof HeaderUnclear && error.code !== 'sku_column_missing';
  }
}

/** A parser for the rows of the file, from the top. */
export function parserOf(reading: Reading): Parser {
  const { source, plan, options } = reading;
  const { action, decimal, owner = null, allowMangled = false, roundPrices = false } = options;
  return createParser(plan, {
    ...{ action, decimal, owner, allowMangled, roundsPrices: roundPrices },
    ...{ dateOrder: options.dateOrder, marks: marksOf(source, plan) },
    ...{
      isText: isText(source),
      isJson: isJson(source),
      stripsGuards: stripsGuards(source, options),
    },
    widths: widthsOf(reading),
    findFile: fileFinder(options.imageRoot),
  });
}

/** The decimal marks that the first rows show, of columns that are numbers of one's own. */
function marksOf({ sample }: Source, { columns, dataRowNumber }: ReadingPlan) {
  const numbers = columns.filter(({ own }) => own !== null && isNumeric(own.type));
  const marks = new Map<number, '.' | ','>();
  for (const { index } of numbers) {
    const texts = sample.flatMap((row) => {
      const cell = row.rowNumber >= dataRowNumber && 'cells' in row ? row.cells[index] : undefined;
      return typeof cell === 'string' ? [cell.trim()] : [];
    });
    const mark = shownMark(texts);
    if (mark !== null) marks.set(index, mark);
  }
  return marks;
}

/** What is learnt of a text's rows; all cells of other sources are known. */
export function widthsOf({ source, plan, options }: Reading): Widths | undefined {
  if (source.dialect === null) return undefined;
  return new Widths(plan.columns.length, rowsBelow(source, plan), options.ragged);
}

function rowsBelow({ sample }: Source, { headerRowNumber }: ReadingPlan): SourceRow[] {
  return sample.filter(({ rowNumber }) => rowNumber > (headerRowNumber ?? 0));
}

/**
 * Refuses a text whose header has a delimiter too many: a column within it has no name but is filled,
 * and no row has as many cells as the header. Each later column would get its neighbour's cells.
 */
function refuseShiftedHeader({ source, plan, options }: Reading): void {
  const { headerRowNumber, columns } = plan;
  if (source.dialect === null || headerRowNumber === null || options.ragged !== 'auto') return;
  const header = source.head.find(({ rowNumber }) => rowNumber === headerRowNumber)!;
  const isNamed = 'cells' in header ? header.cells.map((cell) => !isBlank(cell)) : [];
  const nameless = isNamed.indexOf(false);
  if (nameless === -1 || nameless > isNamed.lastIndexOf(true)) return;
  const rows = rowsBelow(source, plan).flatMap((row) => ('cells' in row ? [row.cells] : []));
  const most = Math.max(...rows.map(({ length }) => length));
  const isFilled = rows.some((cells) => !isBlank(cells[nameless] ?? ''));
  if (rows.length < fewestRows || most >= columns.length || !isFilled) return;
  throw new UsageError(
    `${source.name}: The header in row ${headerRowNumber} has ${columns.length} columns, and column ${nameless + 1} has no name. ` +
      `No row of the first ${rows.length} has more than ${most} cells, so a delimiter seems to be too many in the header. ` +
      'Take it out, or load the rows as they stand with --ragged accept',
    'header_unreadable',
  );
}

/** A single row may well be as it is. */
const fewestRows = 2;

/**
 * What the first rows would become, where that is hardly what is meant.
 * @throws UsageError where the header is out of step with the rows
 */
export function tryFirstRows(reading: Reading): string[] {
  refuseShiftedHeader(reading);
  const { products, rejects } = tryHead(reading);
  if (products.length === 0 && rejects.length > 0) return [allRejected(rejects)];
  const kept = products.filter(({ action }) => action !== 'delete');
  if (kept.length < fewestRows) return [];
  const first = `all of the first ${showCount(kept.length)} products`;
  const { columns } = reading.plan;
  const headerOf = (field: string) =>
    columns.filter((column) => column.field === field).map(({ header }) => shownHeader(header))[0];
  const notes: string[] = [];
  const flag = headerOf('active');
  if (flag !== undefined && kept.every(({ active }) => active === false)) {
    notes.push(`The column "${flag}" makes ${first} inactive`);
  }
  const price = headerOf('price');
  const isBlank = kept.every((product) => product.price === null);
  if (price !== undefined && isBlank && !rejects.some(([{ column }]) => column === 'price')) {
    notes.push(`The column "${price}" is blank in ${first}: they get no price from it`);
  }
  return notes;
}

type RowErrors = [Reject, ...Reject[]];

function tryHead(reading: Reading): { products: ParsedProduct[]; rejects: RowErrors[] } {
  const products: ParsedProduct[] = [];
  const rejects: RowErrors[] = [];
  const parser = parserOf(reading);
  const sink = {
    product: (product: ParsedProduct) => void products.push(product),
    reject: (errors: Reject[]) => void rejects.push(errors as RowErrors),
    skipped: () => {},
  };
  for (const row of reading.source.head) {
    if (row.rowNumber >= reading.plan.dataRowNumber) parser.push(row, sink);
  }
  parser.finish(sink);
  return { products, rejects };
}

function allRejected(rejects: RowErrors[]): string {
  const reasons = new Reasons();
  for (const [first] of rejects) reasons.add(first);
  const rows = rejects.length === 1 ? 'The first row' : `Each of the first ${rejects.length} rows`;
  const way = reasons.way();
  return `${rows} will be rejected: ${reasons.listed()}${way === null ? '' : `; ${way}`}`;
}
