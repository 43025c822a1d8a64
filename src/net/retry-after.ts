/**
 * Reads Retry-After: seconds, or a date (RFC 9110, 10.2.3).
 * @param mostMs a host that asks for more is asked again by then
 * @returns milliseconds from 0 to `mostMs`; null where it is missing or neither of the two
 */
export function readRetryAfter(
  header: string | undefined,
  mostMs: number,
  now = Date.now(),
): number | null {
  const text = header?.trim() ?? '';
  const isDate = /^[A-Za-z]{3,9},? /.test(text);
  const waitMs = isDate ? Date.parse(text) - now : Number(text) * 1000;
  if (Number.isNaN(waitMs) || (!isDate && !/^\d+$/.test(text))) return null;
  return Math.min(Math.max(waitMs, 0), mostMs);
}
