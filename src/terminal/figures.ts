/** Figures as people read them. Programs get them bare, from the JSON report. */

/** `1234567` → `1,234,567`. Not by Intl, whose first call takes 27 ms of a command's 300. */
export function showCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1`, `row` → `1 row`; `2000`, `row` → `2,000 rows` */
export function countOf(count: number, noun: string): string {
  return `${showCount(count)} ${count === 1 ? noun : `${noun}s`}`;
}

/** `70112354` → `70.1 MB` (a kB is 1,000 bytes, as disks and networks count) */
export function showBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `850` → `850 ms`, `3456` → `3.5 s`, `64000` → `1 min 04 s`, `7380000` → `2 h 03 min` */
export function showDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** Whole seconds, for what changes before one's eyes: `4200` → `4 s`, `64000` → `1 min 04 s` */
export function showSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : showDuration(seconds * 1000);
}

/** `144000.4` → `144,000 rows/s` */
export function showRate(rowsPerSecond: number, noun = 'row'): string {
  return `${showCount(rowsPerSecond)} ${noun}s/s`;
}

/** Share as whole percent, rounded down so that 100 % means all: `0.456` → `45%` */
export function showShare(share: number): string {
  return `${Math.floor(Math.min(Math.max(share, 0), 1) * 100)}%`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
