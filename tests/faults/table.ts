import { appendFileSync } from 'node:fs';

/** What trials of one fault came to: a line of the table that `npm run test:faults` ends with. */
export interface Series {
  fault: string;
  trials: number;
  /** Trials after which all was as before the faulty command; null where there is no such thing. */
  before: number | null;
  /** Trials after which it had done all that it was to do. */
  after: number | null;
  /** Sentences that say what was wrong. */
  violations: string[];
}

/** Notes a line of the table; lines of the same fault are added up. */
export function note(series: Series): void {
  const file = process.env.FAULT_TABLE;
  if (file) appendFileSync(file, `${JSON.stringify(series)}\n`);
}

/**
 * Makes a trial of a fault, or some, and notes how it ended.
 * @param outcome how it ends unless `trial` throws
 * @param trials how many `trial` makes
 * @throws what `trial` throws, which counts as a violation
 */
export async function counted<T>(
  fault: string,
  outcome: 'before' | 'after' | null,
  trial: () => Promise<T>,
  trials = 1,
): Promise<T> {
  const series: Series = { fault, trials, before: 0, after: 0, violations: [] };
  if (outcome === null) series.before = series.after = null;
  try {
    const result = await trial();
    if (outcome !== null) series[outcome] = trials;
    return result;
  } catch (error) {
    series.violations.push(String(error).split('\n')[0]!);
    throw error;
  } finally {
    note(series);
  }
}
