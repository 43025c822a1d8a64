import type { Database } from '../db/database.js';
import { isDatabaseFailure } from '../db/failure.js';
import { DatabaseError } from '../errors.js';
import { Net } from '../net.js';
import { deliver, type DeliverOptions, type Result } from './deliver.js';
import { Pause } from '../pause.js';
import { attemptMs } from './schedule.js';

export interface RunOptions {
  concurrency: number;
  allowPrivate: boolean;
  watch: boolean;
  signal: AbortSignal;
  onResult: (result: Result) => void;
  /** Told when the database is away while watching. */
  warn: (message: string) => void;
}

/** How often a service looks for work. It asks, as a pooler between would lose notifications. */
const pollMs = 1000;
const longestPauseMs = 30_000;

/** `webhook deliver`: once, or (`watch`) until the signal, whatever the database does meanwhile. */
export async function runDeliver(database: Database, options: RunOptions): Promise<void> {
  const net = new Net();
  try {
    for (let failures = 0; ; failures += 1) {
      const startedAt = performance.now();
      try {
        return await deliverOnce(database, net, options);
      } catch (error) {
        if (!options.watch || !isAway(error)) throw error;
        // It was back in between: begin with short pauses again.
        if (performance.now() - startedAt > longestPauseMs) failures = 0;
        const pauseMs = Math.min(pollMs * 2 ** failures, longestPauseMs);
        const said = (error as Error).message.replace(/\.$/, '');
        options.warn(`${said}. Trying again in ${pauseMs / 1000} s.`);
        await new Pause(pauseMs, options.signal).over;
        if (options.signal.aborted) return;
      }
    }
  } finally {
    await net.close();
  }
}

async function deliverOnce(database: Database, net: Net, options: RunOptions): Promise<void> {
  const { concurrency, allowPrivate, watch, signal, onResult } = options;
  const session = await database.session();
  try {
    const limits: DeliverOptions = {
      concurrency,
      allowPrivate,
      signal,
      onResult,
      timeoutMs: attemptMs,
      ids: null,
      pollMs: watch ? pollMs : null,
    };
    await deliver(session, net, limits);
  } finally {
    await session.end();
  }
}

function isAway(error: unknown): boolean {
  return error instanceof DatabaseError || isDatabaseFailure(error);
}
