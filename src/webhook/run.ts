import type { Database } from '../db/database.js';
import { throughOutages } from '../db/outage.js';
import { Net } from '../net/net.js';
import { deliver, type DeliverOptions, type Result } from './deliver.js';
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

/** `webhook deliver`: once, or (`watch`) until the signal, whatever the database does meanwhile. */
export async function runDeliver(
  openDatabase: () => Promise<Database>,
  options: RunOptions,
): Promise<void> {
  const { watch, signal, warn } = options;
  const net = new Net();
  const work = async (connected: () => void) =>
    deliverOnce(await openDatabase(), net, options, connected);
  try {
    await (watch ? throughOutages(signal, warn, work) : work(() => undefined));
  } finally {
    await net.close();
  }
}

async function deliverOnce(
  database: Database,
  net: Net,
  options: RunOptions,
  connected: () => void,
): Promise<void> {
  const { concurrency, allowPrivate, watch, signal, onResult } = options;
  const session = await database.session();
  connected();
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
