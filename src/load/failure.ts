import { redact, RefusedError, RunError } from '../errors.js';
import { databaseFailure } from '../db/failure.js';
import type { Outcome } from './record.js';

/** What the record says of a load that was rolled back. */
export function outcomeOf(error: unknown, outcome: Outcome, signal: AbortSignal): Outcome {
  if (signal.aborted) {
    const message = 'Stopped by a signal; products are unchanged.';
    return { ...outcome, status: 'interrupted', error: { code: 'interrupted', message } };
  }
  const known = databaseFailure(error, 'The database');
  const message = redact(known instanceof Error ? known.message : String(known));
  const code = known instanceof RunError ? known.code : 'internal';
  const status = known instanceof RefusedError ? 'refused' : 'failed';
  return { ...outcome, status, error: { code, message } };
}
