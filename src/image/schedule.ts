const secondMs = 1000;

/**
 * The waits between attempts, the first being made at once: four attempts, so that a run that
 * waits for a host that does not come back ends within minutes.
 */
const delaysMs = [secondMs, 4 * secondMs, 15 * secondMs];

export const maxAttempts = delaysMs.length + 1;

/** Up to a fifth more or less, so that what failed together does not come back together. */
const jitter = 0.2;

/** What a host may ask for at most (Retry-After). */
export const longestWaitMs = 3600 * secondMs;

/**
 * How long to wait after the n-th attempt of a schedule has failed; null after the last one.
 * @param askedMs what the host asked for (Retry-After): no try before that
 * @param random from 0 to 1
 */
export function waitAfter(
  attempt: number,
  askedMs: number | null,
  random = Math.random(),
): number | null {
  const delayMs = delaysMs[attempt - 1];
  if (delayMs === undefined) return null;
  return Math.max(askedMs ?? 0, Math.round(delayMs * (1 + jitter * (2 * random - 1))));
}
