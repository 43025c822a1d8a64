import pg from 'pg';
import { DatabaseError, RefusedError } from '../errors.js';
import { isDatabaseFailure } from '../db/failure.js';
import { Pause } from './attempts.js';

const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/** Errors that waiting does not cure: data, statements, rights, the user's own rules. */
const lastingClasses = new Set(['21', '22', '23', '27', '42', '44', '0A', 'P0']);

/**
 * Runs a service's work until the signal. During an outage of the database it waits, says so once,
 * and begins the work again afterwards.
 * @param say called when the database is away
 * @param work calls its argument once it has connected: before that, an error is one of the start,
 *   and ends the service as it ends any command
 * @returns what the work gives; null where the signal came while there was no database
 * @throws what is no outage
 */
export async function throughOutages<T>(
  signal: AbortSignal,
  say: (message: string) => void,
  work: (connected: () => void) => Promise<T>,
): Promise<T | null> {
  let hasStarted = false;
  let isAway = false;
  let pauseMs = firstPauseMs;
  for (;;) {
    let connectedAt = Infinity;
    try {
      return await work(() => {
        hasStarted = true;
        connectedAt = performance.now();
      });
    } catch (error) {
      if (signal.aborted && isOutage(error)) return null;
      if (!hasStarted || !isOutage(error)) throw error;
      // A database that comes and goes is reported once, until it has stayed for a while.
      if (performance.now() - connectedAt > longestPauseMs) {
        isAway = false;
        pauseMs = firstPauseMs;
      }
      if (!isAway)
        say(`${(error as Error).message.replace(/\.?$/, '.')} Waiting until it is back.`);
      isAway = true;
    }
    await new Pause(pauseMs, signal).over;
    if (signal.aborted) return null;
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

function isOutage(error: unknown): boolean {
  // Somebody holds what is needed for longer than we wait for it.
  if (error instanceof RefusedError) return true;
  const { cause } = error as Error;
  const said = error instanceof DatabaseError && cause !== undefined ? cause : error;
  if (said instanceof pg.DatabaseError) return !lastingClasses.has((said.code ?? '').slice(0, 2));
  return said instanceof DatabaseError || isDatabaseFailure(said);
}
