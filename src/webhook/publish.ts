import { asciiJson } from '../db/characters.js';
import { suppressed } from '../db/failure.js';
import type { Session } from '../db/session.js';
import { bodyOf, type Change, type ImportEvent, type Message } from './schema.js';

/** How a job ended, for the events of loads: counts, no rows. */
export interface ImportResult {
  jobId: string | null;
  status: string;
  source: { name?: string };
  rows: object;
  products: object | null;
  missing: object;
  error: object | null;
}

/**
 * Adds a delivery for each message and each endpoint that asked for it. Call it inside the
 * transaction that makes the messages true: so no event is sent for a change that was rolled back,
 * and none is lost for one that was committed.
 * @returns the ids of the deliveries, for `deliverQuickly` once the transaction is committed
 */
export async function publish(transaction: Session, messages: Message[]): Promise<string[]> {
  if (messages.length === 0) return [];
  const names = messages.map((message) => message.event);
  const { wanted } = await transaction.one<{ wanted: boolean }>('webhook/is_wanted', [names]);
  if (!wanted) return [];
  const at = new Date();
  const json = transaction.characters ? asciiJson : JSON.stringify;
  const bodies = messages.map(({ event, data }) => bodyOf(event, data, at, json));
  const added = await transaction.one<Added>('webhook/publish', [names, bodies]);
  if (added.ids.length !== added.wanted) throw suppressed('the deliveries of an event');
  return added.ids;
}

interface Added {
  ids: string[];
  wanted: number;
}

/** Publishes what happened to single products; see {@link publish}. */
export function publishChanges(
  transaction: Session,
  changes: readonly Change[],
): Promise<string[]> {
  const messages = changes.map((change) => ({
    event: change.event,
    data: { old: change.old, new: change.new },
  }));
  return publish(transaction, messages);
}

/** The event that says how such a job ended. */
export function importEvent({ status }: Pick<ImportResult, 'status'>): ImportEvent {
  if (status === 'completed' || status === 'completed_with_rejects') return 'import.completed';
  return status === 'refused' ? 'import.refused' : 'import.failed';
}

/** What an event tells of a job. */
export function importData(result: ImportResult): object {
  const { jobId, status, rows, products, missing, error } = result;
  const source = { name: result.source.name ?? '-' };
  return { jobId, status, source, rows, products, missing, error };
}

/** Publishes how a job ended, one event for all of its rows; see {@link publish}. */
export function publishImport(transaction: Session, result: ImportResult): Promise<string[]> {
  return publish(transaction, [{ event: importEvent(result), data: importData(result) }]);
}
