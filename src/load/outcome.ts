import { databaseFailure } from '../db/failure.js';
import { redact, RefusedError, RunError } from '../errors.js';
import type { Outcome } from './record.js';

/** Of a run that has not done anything yet. */
export function emptyOutcome(): Outcome {
  return {
    status: 'failed',
    rows: { read: 0, rejected: 0, duplicates: 0 },
    rejectedLate: 0,
    products: null,
    missing: { deactivated: 0, deleted: 0 },
    pricesRounded: 0,
    error: null,
    exitCode: null,
    phases: { readMs: null, mergeMs: null, way: null },
    bytesRead: 0,
    sha256: null,
    notes: [],
  };
}

/** What the record says of a run that was rolled back. */
export function failedOutcome(error: unknown, outcome: Outcome, signal: AbortSignal): Outcome {
  const rolledBack = { ...outcome, products: null, missing: emptyOutcome().missing };
  if (signal.aborted) {
    const message = 'Stopped by a signal; products are unchanged.';
    const exitCode = signal.reason instanceof RunError ? signal.reason.exitCode : 1;
    const error = { code: 'interrupted', message };
    return { ...rolledBack, status: 'interrupted', error, exitCode };
  }
  const known = databaseFailure(error, 'The database');
  const message = redact(known instanceof Error ? known.message : String(known));
  const { code, exitCode } = known instanceof RunError ? known : { code: 'internal', exitCode: 1 };
  const status = known instanceof RefusedError ? 'refused' : 'failed';
  return { ...rolledBack, status, error: { code, message }, exitCode };
}
