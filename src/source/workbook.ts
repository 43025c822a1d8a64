import { UsageError } from '../errors.js';
import type { SourceFormat } from './source.js';
import type { WorkbookSheet } from './xlsx/xlsx.js';

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
  /** `auto`, or that of an old .xls that names none. */
  encoding: string;
  /** What the user says that it is. */
  format: 'auto' | SourceFormat;
}

/**
 * Opens a sheet of a workbook, whichever of the formats it has; by its first bytes it is one.
 * @throws UsageError if it is no workbook that can be read
 */
export async function openWorkbook(wanted: WantedSheet): Promise<OpenedWorkbook> {
  const { path, name, sheet } = wanted;
  // Readers of workbooks are heavy, and most files are none.
  const { workbookKind } = await import('./xlsx/kind.js');
  const kind = await workbookKind(path, name);
  if (wanted.format !== 'auto' && wanted.format !== kind) {
    throw new UsageError(
      `${name}: --format ${wanted.format} does not fit, this is an .${kind} workbook. Leave it out.`,
      'format_mismatch',
    );
  }
  if (kind === 'xls') {
    const { openXls } = await import('./xls.js');
    return {
      format: kind,
      opened: await openXls(path, { sheet, name, encoding: wanted.encoding }),
    };
  }
  const { openXlsx } = await import('./xlsx/xlsx.js');
  return { format: kind, opened: await openXlsx(path, { sheet, name }) };
}
