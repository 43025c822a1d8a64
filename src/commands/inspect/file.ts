import type { PlannedColumn } from '../../product/columns.js';
import type { Cell, SourceRow } from '../../source/row.js';
import type { LoadOptions } from '../load/asked.js';
import { planReading, HeaderUnclear, type ReadingPlan } from '../../product/plan.js';
import { profileEffects } from '../../product/profile-effect.js';
import type { Source } from '../../source/source.js';
import { prepare, Unloadable } from '../load/prepare.js';
import type { Inspection } from './schema.js';

const exampleLength = 60;

/**
 * Opens the file as a load would, and tells what it understood.
 * @throws what `prepare` throws; where only the column of the SKU is missing, the error tells it too
 */
export async function inspectFile(
  file: string,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<Inspection> {
  try {
    const { source, plan, close } = await prepare(file, options, signal);
    await close();
    return inspectionOf(source, plan, options);
  } catch (error) {
    if (error instanceof Unloadable) error.result = inspectionOf(error.source, error.plan, options);
    throw error;
  }
}

function inspectionOf(source: Source, plan: ReadingPlan, options: LoadOptions): Inspection {
  const headerRow = plan.headerRowNumber;
  const example = source.head.find((row) => 'cells' in row && row.rowNumber > (headerRow ?? 0));
  const { name, format, compressed, bytesTotal: bytes, encoding, delimiter, sheet } = source;
  return {
    ...{ name, format, compressed, bytes, encoding, delimiter, sheet },
    profile: plan.profile,
    recognisedBy: plan.recognisedBy === null ? null : [...plan.recognisedBy],
    profileEffects: plan.profile === null ? [] : profileEffects(plan, planWithout(source, options)),
    headerRow,
    columns: plan.columns.map((column) => ({
      column: column.index + 1,
      header: headerRow === null ? null : column.header,
      field: fieldOf(column),
      attribute: column.attributeKey,
      example: exampleOf(example, column.index),
    })),
    notes: [...source.notes, ...plan.notes],
  };
}

/** How the file would be read if nothing were known of its system. */
function planWithout({ head }: Source, options: LoadOptions): ReadingPlan {
  const { headerRow, dataRow, map = [], extra } = options;
  try {
    return planReading(head, { headerRow, dataRow, map, extra, profile: 'none' });
  } catch (error) {
    if (error instanceof HeaderUnclear) return error.plan;
    throw error;
  }
}

function exampleOf(row: SourceRow | undefined, index: number): string {
  const cell = row && 'cells' in row ? (row.cells[index] ?? '') : '';
  return textOf(cell).slice(0, exampleLength);
}

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (cell.kind === 'boolean') return String(cell.value);
  return cell.kind === 'date' ? cell.iso : cell.text;
}

/** What the column fills; null where its cells go to attributes or nowhere. */
function fieldOf({ isAction, field }: PlannedColumn): string | null {
  if (isAction) return 'action';
  return field === 'attributes' ? null : field;
}
