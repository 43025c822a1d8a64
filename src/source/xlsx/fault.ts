import { UsageError } from '../../errors.js';

/** The workbook can't be trusted any more: nothing of it may be imported. */
export function damaged(name: string, what: string, cause?: unknown): UsageError {
  const wayOut = 'Open it in Excel or LibreOffice, save it again, and load that file';
  return new UsageError(`${name}: is damaged or cut off: ${what}. ${wayOut}.`, 'workbook_damaged', {
    cause,
  });
}

/** The workbook asks for more than a reader should give. `what` names the part and the limit. */
export function tooLarge(name: string, what: string): UsageError {
  const wayOut = 'If it is genuine, save the sheet as CSV and load that file';
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
