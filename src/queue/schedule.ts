/** When something that failed is tried again. The first attempt is made at once. */
export interface Schedule {
  /** The waits between attempts; after the last one it is given up. */
  delaysMs: readonly number[];
  /** The part of a wait that it may be longer or shorter: what failed together comes back apart. */
  jitter: number;
  /** Whether a host that asks for a time (Retry-After) may ask for less than the schedule's wait. */
  mayAskForLess: boolean;
  /** What a host may ask for at most. */
  longestAskedMs: number;
}

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;

/**
 * How long to wait after the n-th attempt of a schedule has failed; null after the last one.
 * @param askedMs what the host asked for (Retry-After): no attempt before that
 * @param random from 0 to 1
 */
export function waitAfter(
  { delaysMs, jitter, mayAskForLess }: Schedule,
  attempt: number,
  askedMs: number | null,
  random = Math.random(),
): number | null {
  const delayMs = delaysMs[attempt - 1];
  if (delayMs === undefined) return null;
  const waitMs = Math.round(delayMs * (1 + jitter * (2 * random - 1)));
  if (askedMs === null) return waitMs;
  return Math.max(askedMs, mayAskForLess ? secondMs : waitMs);
}
