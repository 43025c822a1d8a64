import type { Database } from '../db/database.js';
import type { DeliverOptions, Result } from './deliver.js';

/** What a command may spend on its own deliveries, in all. */
const quickMs = 1000;
/** No attempt begins later: it would get too little of the second to prove anything. */
const lastStartMs = 500;

interface QuickOptions {
  allowPrivate: boolean;
  onResult: (result: Result) => void;
  /** Called when the database fails meanwhile; the deliveries are safe in it. */
  warn: (message: string) => void;
}

/**
 * One quick attempt at deliveries that were just published: a second in all, the endpoints side by
 * side, none whose last attempt failed. What does not get through stays pending, for
 * `webhook deliver`. Nothing that goes wrong here is a failure of the command.
 * @param ids what `publishChanges` gave, once their transaction is committed
 */
export async function deliverQuickly(
  database: Database,
  ids: string[],
  options: QuickOptions,
): Promise<void> {
  if (ids.length === 0) return;
  const { Net } = await import('../net/net.js');
  const { deliver } = await import('./deliver.js');
  const net = new Net();
  const endsAt = performance.now() + quickMs;
  const limits: DeliverOptions = {
    concurrency: 4,
    get timeoutMs() {
      return Math.max(1, Math.round(endsAt - performance.now()));
    },
    allowPrivate: options.allowPrivate,
    ids,
    pollMs: null,
    signal: AbortSignal.timeout(lastStartMs),
    onResult: options.onResult,
  };
  try {
    await deliver(await database.main(), net, limits);
  } catch (error) {
    options.warn(`No quick attempt at webhooks (${(error as Error).message}); they stay pending.`);
  } finally {
    await net.close();
  }
}
