import type { Database } from '../../db/database.js';
import type { Progress } from '../../terminal/progress/progress.js';
import type { LoadOptions } from './asked.js';
import { prepare, type Prepared } from './prepare.js';

/** What a load needs of whoever runs it. */
export interface LoadHost {
  argv: string[];
  globals: { database?: string };
  signal: AbortSignal;
  note(sentence: string): void;
  warn(sentence: string): void;
  debug(sentence: string, facts: Record<string, unknown>): void;
  database(): Promise<Database>;
  progress(): Promise<Progress>;
}

/** A file that opens faster needs no word about it. */
const showWaitAfterMs = 1000;

/** Shows that something goes on where the file, or whoever writes it, lets one wait. */
export async function prepareInSight(
  context: LoadHost,
  file: string,
  options: LoadOptions,
): Promise<Prepared> {
  const progress = await context.progress();
  const waiting = file === '-' ? 'Waiting for standard input' : `Opening ${file}`;
  const timer = setTimeout(() => progress.phase('waiting', waiting), showWaitAfterMs);
  try {
    return await prepare(file, options, context.signal);
  } finally {
    clearTimeout(timer);
  }
}
