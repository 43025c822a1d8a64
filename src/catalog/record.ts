import { changeFailure, shareProducts } from '../db/lock.js';
import { requireOperator } from '../db/rights.js';
import type { Session } from '../db/session.js';
import { runBy } from '../environment.js';
import { FailedError } from '../errors.js';
import type { FieldDefinition } from '../product/field.js';
import { listFields } from './field.js';
import { toProduct, type Product, type ProductRow } from './schema.js';

/** What a change by hand did to one product: `old` is null for a new one, `new` for one gone. */
export interface ProductChange {
  event: 'product.created' | 'product.updated' | 'product.deleted';
  old: Product | null;
  new: Product | null;
  /** The same as the history keeps it: JSON, with the digits that the database has. */
  kept: { old: string | null; new: string | null };
}

/** A product with what its history keeps of it. */
export interface Kept {
  product: Product;
  snapshot: string;
}

export type KeptRow = ProductRow & { snapshot: string };

export function toKept(row: KeptRow): Kept {
  return { product: toProduct(row), snapshot: row.snapshot };
}

export function changeOf(
  event: ProductChange['event'],
  was: Kept | null,
  is: Kept | null,
): ProductChange {
  const kept = { old: was?.snapshot ?? null, new: is?.snapshot ?? null };
  return { event, old: was?.product ?? null, new: is?.product ?? null, kept };
}

export interface ChangeOptions {
  /** How long to wait for a load, purge or undo that holds the catalogue. */
  waitMs: number;
  /** Rolls back, until COMMIT is on its way. */
  signal?: AbortSignal;
  /** What else belongs into the transaction, such as events; not called where nothing has changed. */
  afterChange?: (transaction: Session, changes: readonly ProductChange[]) => Promise<void>;
  /** Fields of one's own, as values were read by them. */
  fields?: readonly FieldDefinition[];
}

/** What `work` did, and what to answer. */
export interface Changed<Result> {
  result: Result;
  changes: ProductChange[];
}

/**
 * Runs a change of products by hand as one transaction, all or nothing.
 * @param hold keeps loads away meanwhile, and may keep away other changes
 * @throws RefusedError where the catalogue, or one of the products, is held for longer than `waitMs`
 */
export async function changeProducts<Result>(
  session: Session,
  { waitMs, signal, afterChange, fields }: ChangeOptions,
  work: (note: NoteChanges) => Promise<Changed<Result>>,
  hold = shareProducts,
): Promise<Result> {
  let number: string | null = null;
  const note: NoteChanges = async (changes) => {
    if (changes.length === 0) return;
    // One for all that the transaction changes, from the numbers of jobs.
    number ??= (await session.one<{ id: string }>('job/next_id')).id;
    await record(session, number, changes);
    await afterChange?.(session, changes);
  };
  return session.transaction(async () => {
    await requireOperator(session, 'change products by hand');
    await hold(session, waitMs);
    if (fields) await refuseOtherFields(session, fields);
    const { result, changes } = await work(note).catch((error: unknown) => {
      throw changeFailure(error);
    });
    await note(changes);
    return result;
  }, signal);
}

/** Keeps changes for the history, and tells of them. */
export type NoteChanges = (changes: readonly ProductChange[]) => Promise<void>;

const actions = {
  'product.created': 'inserted',
  'product.updated': 'updated',
  'product.deleted': 'deleted',
} as const;

async function record(
  session: Session,
  number: string,
  changes: readonly ProductChange[],
): Promise<void> {
  const values = [
    number,
    await session.storable(runBy()),
    changes.map((change) => (change.new ?? change.old)!.id),
    changes.map(({ event }) => actions[event]),
    changes.map(({ kept }) => kept.old),
    changes.map(({ kept }) => kept.new),
  ];
  await session.write('catalog/record', values, changes.length, 'the record of a change');
}

/** No field changes while products are shared; but somebody may have been faster. */
async function refuseOtherFields(
  session: Session,
  known: readonly FieldDefinition[],
): Promise<void> {
  const fields = await listFields(session);
  if (JSON.stringify(fields) === JSON.stringify(known)) return;
  throw new FailedError(
    'Fields were changed just now. No product was changed: try again.',
    'fields_changed',
  );
}
