import { UsageError } from '../../errors.js';

/** The workbook can't be trusted any more: nothing of it may be imported. */
export function damaged(name: string, what: string, cause?: unknown): UsageError {
  const wayOut = 'Open it in Excel or LibreOffice, save it again, and load that file';
  return new UsageError(`${name}: is damaged or cut off: ${what}. ${wayOut}.`, 'workbook_damaged', {
    cause,
  });
}

/** The workbook asks for more than a reader should give. `what` names the part and the limit. */
export function tooLarge(
  name: string,
  what: string,
  wayOut = 'If it is genuine, save the sheet as CSV and load that file',
): UsageError {
  return new UsageError(`${name}: is refused: ${what}. ${wayOut}.`, 'workbook_too_large');
}

/** The file is something that we don't read. `what` says what it really is. */
export function notAWorkbook(name: string, what: string): UsageError {
  return new UsageError(`${name}: ${what}`, 'workbook_unsupported');
}

/** The file is locked with a password. */
export function passwordProtected(name: string): UsageError {
  return new UsageError(
    `${name}: is password-protected. Open it in Excel, remove the password ` +
      '(File, Info, Protect Workbook, Encrypt with Password) and save it again.',
    'workbook_encrypted',
  );
}

/** Turns whatever a library threw while reading `where` into a sentence; ours pass through. */
export function asFault(name: string, where: string, error: unknown): Error {
  if (error instanceof UsageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (isSystemError(error)) {
    return new UsageError(`${name}: can't be read: ${reason}`, 'unreadable', { cause: error });
  }
  return damaged(name, `${where}: ${reason.replace(/\.$/, '')}`, error);
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/**
 * What a workbook may ask for before it is refused. Real workbooks stay far below; archives made to
 * exhaust a reader are far above.
 */

/** Parts in the archive: a picture is one. Reading the names of so many takes 2 s. */
export const maxParts = 30_000;

/**
 * Inflated size over stored size, above which a part is refused once it is also larger than
 * `bombFloorBytes`. Worksheets reach 10 to 50, deflate's most is 1,032; Apache POI stops at 100.
 */
export const maxInflation = 200;
export const bombFloorBytes = 100_000_000;

/** Parts that are kept in memory while they are read (workbook, relationships, styles). */
export const maxSmallPartBytes = 64_000_000;

/** One cell, and one row. Excel allows 32,767 characters a cell; more is a reject. */
export const maxCellCharacters = 1_048_576;

/** Elements inside each other. Worksheets need 8, extensions a few more. */
export const maxDepth = 100;

/** Rows of the largest sheets that LibreOffice makes; Excel ends at 1,048,576. */
export const maxRows = 16_777_216;

/** Columns to XFD. */
export const maxColumns = 16_384;

/** Rows handed on at once, and the characters in them. */
export const batchRows = 500;
export const batchCharacters = 4_000_000;
