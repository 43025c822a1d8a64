import type { z as Z } from 'zod';
import { readRows } from '../db/cursor.js';
import type { Session } from '../db/session.js';
import { fieldChanges, fieldChangesSchema, type Snapshot } from '../product/snapshot.js';
import type { LoadRequest } from './request.js';
import { FailedError } from '../errors.js';
import { writeFile, type OutputFile, isFileError, unwritable } from '../output/file.js';

/** How many changes a job has recorded. */
export interface Recorded {
  changes: number;
  inserted: number;
  updated: number;
  deleted: number;
}

interface ChangeRow {
  sku: string;
  action: Change['action'];
  old: Snapshot | null;
  new: Snapshot | null;
}

/** Every change that a job recorded, in the order of keys. */
export async function* recordedChanges(session: Session, jobId: string): AsyncGenerator<Change> {
  let after = '';
  for (;;) {
    const rows = await session.query<ChangeRow & { sku_key: string }>('load/list_recorded', [
      jobId,
      after,
    ]);
    for (const row of rows) yield toChange(row);
    const last = rows.at(-1);
    if (!last) return;
    after = last.sku_key;
  }
}

/** How many changes, of loads and by hand, were made at least `ageMs` ago. */
export async function countOldChanges(session: Session, ageMs: number): Promise<number> {
  return (await session.one<{ changes: number }>('job/count_old_changes', [ageMs])).changes;
}

/** Deletes them: what they tell can't be undone any more. Gives how many they were. */
export async function purgeChanges(session: Session, ageMs: number): Promise<number> {
  return session.execute('job/purge_changes', [ageMs]);
}

/** What the merge is about to change, while the rows are staged. */
export async function* plannedChanges(
  transaction: Session,
  classifyValues: unknown[],
  { missing, owner }: LoadRequest,
): AsyncGenerator<Change> {
  const changes = readRows<ChangeRow>(transaction, 'load/list_changes', classifyValues);
  for await (const row of changes) yield toChange(row);
  if (missing === 'keep') return;
  const gone = readRows<ChangeRow>(transaction, 'load/list_missing', [owner, missing]);
  for await (const row of gone) yield toChange(row);
}

function toChange({ sku, action, old, new: after }: ChangeRow): Change {
  return { sku, action, fields: fieldChanges(old, after) };
}

/**
 * Writes `--diff`, before anything is changed.
 * @param path as it was asked for
 * @throws FailedError where it can't be written
 */
export async function writeDiff(
  changes: AsyncIterable<Change>,
  file: OutputFile,
  path: string,
): Promise<void> {
  await writeFile(file.partPath, lines(changes)).catch((error: unknown) => {
    if (!isFileError(error)) throw error;
    const { message } = unwritable(`--diff ${path}`, error);
    throw new FailedError(`${message} Products are unchanged.`, 'output');
  });
  file.finish();
}

async function* lines(changes: AsyncIterable<Change>) {
  for await (const change of changes) yield `${JSON.stringify(change)}\n`;
}

/** One product that a load changed, as a line of `changes` and of `--diff`. */
export const changeSchema = (z: typeof Z) =>
  z.object({
    sku: z.string(),
    action: z.enum(['inserted', 'updated', 'deleted', 'deactivated']),
    fields: fieldChangesSchema(z),
  });

export type Change = Z.infer<ReturnType<typeof changeSchema>>;
