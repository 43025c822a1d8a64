const daySeconds = 86_400;
/** Days from 1899-12-30, and from 1904-01-01, to 1970-01-01. */
const epoch1900Days = 25_569;
const epoch1904Days = 24_107;
/** The day after 9999-12-31, in days since 1970. */
const endDays = 2_932_897;

/**
 * The date that a spreadsheet shows for a serial number, to the second.
 * The 1900 calendar has a 29 February 1900 (serial 60) that never was, as Lotus 1-2-3 had; days
 * before it are one off. A serial below 1 there is a time of day without a date: `10:20:30`.
 * @returns `2024-01-31`, `2024-01-31T10:20:30`, `10:20:30`, or null where there is no such date
 */
export function serialToIso(serial: number, uses1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0) return null;
  const seconds = Math.round(serial * daySeconds);
  const days = Math.floor(seconds / daySeconds);
  const time = timeOfDay(seconds % daySeconds);
  if (days === 0 && !uses1904) return time === '00:00:00' ? null : time;
  const date = dateOf(days, uses1904);
  if (date === null) return null;
  return time === '00:00:00' ? date : `${date}T${time}`;
}

function dateOf(days: number, uses1904: boolean): string | null {
  if (!uses1904 && days === 60) return '1900-02-29';
  const lotus = !uses1904 && days < 60 ? 1 : 0;
  const sinceEpoch = days + lotus - (uses1904 ? epoch1904Days : epoch1900Days);
  if (sinceEpoch >= endDays) return null;
  return new Date(sinceEpoch * daySeconds * 1000).toISOString().slice(0, 10);
}

function timeOfDay(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/**
 * Brings an ISO 8601 date cell into the same shape: no fraction of a second, no zone, no midnight.
 * @returns null where the text is no date
 */
export function isoCellToIso(text: string): string | null {
  const match =
    /^(\d{4}-\d\d-\d\d)?(?:(?:^|T|\s)(\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/.exec(
      text.trim(),
    );
  const [, date, minutes, seconds] = match ?? [];
  if (date === undefined && minutes === undefined) return null;
  const time = minutes === undefined ? null : `${minutes}${seconds ?? ':00'}`;
  if (date === undefined) return time;
  return time === null || time === '00:00:00' ? date : `${date}T${time}`;
}
