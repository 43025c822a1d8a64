import { lockProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';
import type { Pruned } from './list.js';
import type { Store, StoredFile } from './store/store.js';

/** What could be deleted of a store now. */
export interface Prunable extends Omit<Pruned, 'dryRun' | 'deleted'> {
  files: { id: string; key: string; bytes: number }[];
  /** Records of files that are not in the store. */
  lost: string[];
}

interface Unnamed {
  id: string;
  key: string;
  is_ours: boolean;
  stored_ms: string;
  is_due: boolean;
}

const mostListed = 1000;

/** Longer than a worker takes between its record and the file; clocks may differ as well. */
const toleranceMs = 10 * 60_000;

/**
 * Looks what of a store nothing names any more. Writes nothing.
 * @param ageMs for how long nothing must have named it
 * @throws FailedError where the store can't be looked at
 */
export async function findPrunable(
  session: Session,
  store: Store,
  ageMs: number,
  signal: AbortSignal,
): Promise<Prunable> {
  const unnamed = await session.query<Unnamed>('image/list_unnamed', [store.label, ageMs]);
  const due = new Map(unnamed.filter(({ is_due }) => is_due).map((each) => [each.key, each]));
  const found: Prunable = {
    ...{ store: store.label, bytes: 0, waiting: unnamed.length - due.size, unaccounted: 0 },
    ...{ unaccountedFiles: [], files: [], lost: [] },
  };
  for await (const page of store.list()) {
    signal.throwIfAborted();
    const values = [store.label, page.map(({ key }) => key)];
    const rows = await session.query<{ key: string }>('image/list_known', values);
    const known = new Set(rows.map(({ key }) => key));
    for (const file of page) {
      const record = due.get(file.key);
      due.delete(file.key);
      const why = known.has(file.key) ? record && whyShared(record, file) : 'no record of it';
      if (why) noteUnaccounted(found, file, why);
      else if (record) addFile(found, record.id, file);
    }
  }
  found.lost = [...due.values()].map(({ id }) => id);
  return found;
}

/** Why a file is not this database's alone; null where it is. */
function whyShared({ is_ours, stored_ms }: Unnamed, { modifiedMs }: StoredFile): string | null {
  if (!is_ours) return 'it was there before it was stored from here';
  const isNewer = modifiedMs > Number(stored_ms) + toleranceMs;
  return isNewer ? 'somebody else has stored it since' : null;
}

function noteUnaccounted(found: Prunable, { key, bytes }: StoredFile, why: string): void {
  found.unaccounted += 1;
  if (found.unaccountedFiles.length < mostListed) found.unaccountedFiles.push({ key, bytes, why });
}

function addFile(found: Prunable, id: string, { key, bytes }: StoredFile): void {
  found.files.push({ id, key, bytes });
  found.bytes += bytes;
}

interface Pruning {
  ageMs: number;
  /** For a load that merges. */
  waitMs: number;
  signal: AbortSignal;
}

/** Deleted in one transaction, which holds their records: workers that want one wait so long. */
const batchKeys = 100;

/**
 * Deletes what was found, as far as nothing names it still. First the keys are taken from the images,
 * so that no product gets one any more; then the files go, and at last their records. Whenever it is
 * killed, no product names what is gone, and the next one deletes the rest.
 * @returns how many files, of how many bytes
 * @throws RefusedError where a load holds the catalogue · FailedError for the store
 */
export async function prune(
  session: Session,
  store: Store,
  found: Pick<Prunable, 'files' | 'lost'>,
  { ageMs, waitMs, signal }: Pruning,
): Promise<{ deleted: number; bytes: number }> {
  const wanted = new Map(found.files.map((file) => [file.id, file]));
  const lost = new Set(found.lost);
  const ids = await session.transaction(async () => {
    await lockProducts(session, waitMs);
    await session.query('image/mark_unnamed', [store.label]);
    const unnamed = await session.query<Unnamed>('image/list_unnamed', [store.label, ageMs]);
    const chosen = unnamed.filter(({ id, is_due }) => is_due && (wanted.has(id) || lost.has(id)));
    const keys = chosen.map(({ key }) => key);
    await session.query('image/give_up_keys', [store.label, keys]);
    return chosen.map(({ id }) => id);
  }, signal);
  const sum = { deleted: 0, bytes: 0 };
  for (let at = 0; at < ids.length; at += batchKeys) {
    signal.throwIfAborted();
    const held = await deleteBatch(session, store, ids.slice(at, at + batchKeys), wanted);
    for (const id of held.filter((id) => wanted.has(id))) {
      sum.deleted += 1;
      sum.bytes += wanted.get(id)!.bytes;
    }
  }
  return sum;
}

/** @param wanted the files; what is among `ids` and not there is in the store no more */
async function deleteBatch(
  session: Session,
  store: Store,
  ids: string[],
  wanted: ReadonlyMap<string, { key: string }>,
): Promise<string[]> {
  return session.transaction(async () => {
    await session.query('image/lock_unnamed', [ids]);
    const held = await session.query<{ id: string; key: string }>('image/list_given_up', [ids]);
    const files = held.filter(({ id }) => wanted.has(id));
    // The records are held until the last of them has ended, also where one fails.
    const ended = await Promise.allSettled(files.map(({ key }) => store.remove(key)));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
    const gone = held.map(({ id }) => id);
    await session.write('image/forget_keys', [gone], gone.length, 'the records of stored images');
    return gone;
  });
}

/**
 * Writes down which keys nothing names any more, so that their time is known; not while somebody
 * else holds the catalogue: the next one will do.
 * @throws RefusedError where a load holds it
 */
export async function markUnnamed(session: Session, store: string): Promise<void> {
  await session.transaction(async () => {
    await lockProducts(session, 0);
    await session.query('image/mark_unnamed', [store]);
  });
}
