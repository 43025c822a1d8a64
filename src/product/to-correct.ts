import type { Cell } from '../source/source.js';
import { errorsHeader, ownColumns } from './attributes.js';
import { cellText, damagedMark, isBlank } from './cell.js';
import { isNoValue, unguarded } from './bare-cells.js';
import { isErrorText } from './formula.js';
import { Fault, type Reject } from './reject.js';
import { hasExactDouble } from './decimal.js';
import { isMarked, mangledMark, skuText } from './sku.js';

/**
 * A rejected cell for a workbook. What would be another number or a date of another calendar there
 * is text; errors are errors.
 * @param ofText whether guards are taken off a text file's cells; null for others
 */
export function cellToCorrect(cell: Cell, ofText: { isGuarded: boolean } | null): Cell {
  if (typeof cell === 'string' && ofText !== null) return bareToCorrect(cell, ofText.isGuarded);
  if (typeof cell === 'string' || cell.kind === 'boolean') return cell;
  if (cell.kind === 'error') return cell.text === '' ? { ...cell, text: '#N/A' } : cell;
  return cell.kind === 'number' && hasExactDouble(cell.text) ? cell : cellText(cell);
}

/** One of a text for a workbook, where a formula or an error would be stored as text. */
function bareToCorrect(cell: string, isGuarded: boolean): string {
  if (!isGuarded) return isErrorText(cell.trim()) ? damagedMark + cell : cell;
  return unguarded(cell) ?? (isNoValue(cell) ? damagedMark + cell : cell);
}

/** A rejected cell for delimited text, where an error would otherwise be a word like any other. */
export function textToCorrect(cell: Cell): string {
  const isError = typeof cell === 'object' && cell.kind === 'error';
  return isError ? damagedMark + (cell.text || 'a formula without value') : cellText(cell);
}

/**
 * The cells of a row, its SKU marked where a workbook has mangled it: the date or the rounded number
 * could otherwise be stored as it stands there, as text nobody can see it any more. And what is
 * typed over a text stays what was typed.
 * @param into the column of the SKU (from 0), and whether a workbook is written
 */
export function withMangledSku(
  cells: Cell[],
  { skuColumn, toWorkbook }: { skuColumn: number; toWorkbook: boolean },
  errors: Reject[],
): Cell[] {
  const sku = cells[skuColumn];
  const isMangled = errors.some(({ column, code }) => column === 'sku' && mangledCodes.has(code));
  if (sku === undefined || isMarked(sku)) return cells;
  // The text of a text file is rejected again as it is; in a workbook it would be taken.
  if (isMangled && (typeof sku !== 'string' || toWorkbook)) {
    return cells.with(skuColumn, mangledMark + skuText(sku));
  }
  // A number whose format shows the SKU would lose it on the way.
  return skuText(sku) === cellText(sku) ? cells : cells.with(skuColumn, skuText(sku));
}

const brokenRow =
  /^(quote_misplaced|quote_unterminated|invalid_encoding|nul_character|record_too_large|column_count): (?:The row has (\d+|one) cells?)?/;

/**
 * Why a row of a file of rejects is rejected again; null where its cells are right by now. One whose
 * cells nobody knew stands in the first cell as a whole, one that had too few has blank ones after:
 * as long as no other cell is filled, it is still to be corrected. (One with too many cells has them
 * still.)
 * @param errorsAt the column, from 0, of what was wrong with the row
 */
export function stillToCorrect(
  cells: readonly Cell[],
  columns: readonly { header: string }[],
  errorsAt: number,
): Fault | null {
  const errors = cells[errorsAt];
  const found = errors === undefined ? null : brokenRow.exec(cellText(errors));
  if (found === null) return null;
  const [, code, count = 'one'] = found;
  const had = count === 'one' ? 1 : Number(count);
  const own = cells.filter((_, at) => !ownColumns.includes(columns[at]?.header ?? ''));
  const wasTooLong = code === 'column_count' && had > own.length;
  if (wasTooLong || !own.slice(had).every(isBlank)) return null;
  const what =
    code === 'column_count'
      ? `The row has ${had === 1 ? 'one cell' : `${had} cells`}`
      : 'The row is one text';
  return new Fault(
    code as Reject['code'],
    `${what} still: put each cell into its column, or blank ${errorsHeader} where it is right`,
  );
}

const mangledCodes = new Set<Reject['code']>(['excel_date', 'excel_format', 'excel_precision']);
