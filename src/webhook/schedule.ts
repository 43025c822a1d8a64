const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/**
 * The waits between attempts, the first attempt being made at once: ten attempts in 3 days and 4
 * hours, the example schedule of Standard Webhooks 1.0.0 ("Deliverability and reliability").
 */
export const delaysMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** Up to a tenth more or less, so that what failed together does not come back together. */
const jitter = 0.1;

/** For one attempt, from the name to the last byte; the standard recommends 15 to 30 s. */
export const attemptMs = 15 * secondMs;

/** What a host may ask for at most (Retry-After). */
export const longestWaitMs = 24 * hourMs;

/**
 * How long to wait after the n-th attempt of a schedule has failed; null after the last one.
 * @param askedMs what the receiver asked for (Retry-After): it holds instead of the schedule, but for
 *   a second at least
 * @param random from 0 to 1
 */
export function waitAfter(
  attempt: number,
  askedMs: number | null,
  random = Math.random(),
): number | null {
  const delayMs = delaysMs[attempt - 1];
  if (delayMs === undefined) return null;
  if (askedMs !== null) return Math.max(askedMs, secondMs);
  return Math.round(delayMs * (1 + jitter * (2 * random - 1)));
}
