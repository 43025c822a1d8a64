import { UsageError } from '../errors.js';
import type { SourceRow } from './row.js';

/** One sheet of an opened workbook. */
interface WorkbookSheet {
  readonly sheet: string;
  readonly notes: string[];
  /** All rows that are not blank, in batches. Read once. */
  rows(): AsyncIterable<SourceRow[]>;
  damage(): string | null;
  /** Bytes of the workbook's file that have been read. */
  bytesRead(): number;
  close(): Promise<void>;
}

export interface OpenedWorkbook {
  format: 'xlsx' | 'xls';
  opened: WorkbookSheet;
}

interface WantedSheet {
  path: string;
  /** What messages call the file. */
  name: string;
  /** A name or number; null means the first visible one. */
  sheet: string | null;
}

/**
 * Opens a sheet of a workbook, whichever of the formats it has.
 * @throws UsageError if the file is no workbook that can be read
 */
export async function openWorkbook(wanted: WantedSheet): Promise<OpenedWorkbook> {
  const message = `${wanted.name}: workbooks can't be read by this version. Save the sheet as CSV.`;
  throw new UsageError(message, 'format_unsupported');
}
