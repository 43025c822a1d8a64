import { UsageError } from '../errors.js';
import type { Row } from './row.js';

/** An opened sheet of a workbook, whichever the format. */
export interface Workbook {
  format: 'xlsx' | 'xls';
  sheet: string;
  notes: string[];
  rows(): AsyncIterable<Row[]>;
  close(): Promise<void>;
  damage(): string | null;
  bytesRead(): number;
}

/**
 * Opens a sheet of the workbook at `path`.
 * @param place what messages call the file
 * @throws UsageError if the file is no workbook that can be read
 */
export async function openWorkbook(_path: string, place: string): Promise<Workbook> {
  const message = `${place}: workbooks can't be read by this version. Save the sheet as CSV.`;
  throw new UsageError(message, 'format_unsupported');
}
