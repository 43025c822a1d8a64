import { UsageError } from '../../errors.js';

/** A sheet as a workbook lists it. */
export interface ListedSheet {
  name: string;
  visible: boolean;
  /** False for charts, dialogs and macros, which stand in the list but have no rows. */
  hasRows: boolean;
}

/**
 * Finds the sheet that the user asked for: by name, then by name in any case, then by its number
 * (from 1, hidden ones counted); without a wish the first visible one.
 * @param name how messages call the file
 * @throws UsageError where there is no such sheet, listing those that there are
 */
export function chooseSheet<T extends ListedSheet>(
  sheets: T[],
  wish: string | null,
  name: string,
): T {
  const found = wish === null ? firstVisible(sheets) : named(sheets, wish);
  if (found?.hasRows) return found;
  const reason =
    wish === null
      ? 'has no visible sheet with rows'
      : found
        ? `its sheet "${found.name}" is a chart and has no rows`
        : `has no sheet "${wish}"`;
  throw new UsageError(
    `${name}: ${reason}. Found ${listSheets(sheets)}. Choose one with --sheet.`,
    'sheet_not_found',
  );
}

/** A sentence on what was chosen where the user did not choose and could have; otherwise none. */
export function sheetNotes(
  sheets: ListedSheet[],
  chosen: ListedSheet,
  wish: string | null,
): string[] {
  const others = sheets.filter((sheet) => sheet.hasRows && sheet !== chosen);
  if (wish !== null || others.length === 0) return [];
  return [`Read sheet "${chosen.name}", the first visible one of ${listSheets(sheets)}.`];
}

function firstVisible<T extends ListedSheet>(sheets: T[]): T | undefined {
  return sheets.find((sheet) => sheet.visible && sheet.hasRows);
}

function named<T extends ListedSheet>(sheets: T[], wish: string): T | undefined {
  const folded = wish.toLowerCase();
  return (
    sheets.find((sheet) => sheet.name === wish) ??
    sheets.find((sheet) => sheet.name.toLowerCase() === folded) ??
    (/^[0-9]{1,9}$/.test(wish) ? sheets[Number(wish) - 1] : undefined)
  );
}

function listSheets(sheets: ListedSheet[]): string {
  if (sheets.length === 0) return 'none';
  const shown = sheets
    .slice(0, 20)
    .map((sheet, index) => `${index + 1} "${sheet.name}"${sheet.visible ? '' : ' (hidden)'}`);
  if (sheets.length > shown.length) shown.push(`${sheets.length - shown.length} more`);
  return shown.join(', ');
}
