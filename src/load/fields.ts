import { shareFields } from '../db/lock.js';
import type { Session } from '../db/session.js';
import { FailedError } from '../errors.js';
import type { FieldDefinition } from '../product/field.js';

/** The fields of one's own, once nobody is changing them. */
export async function readFields(session: Session, waitMs: number): Promise<FieldDefinition[]> {
  await session.begin();
  try {
    await shareFields(session, waitMs);
    return await session.query<FieldDefinition>('field/list');
  } finally {
    // Nothing was written: a COMMIT whose answer is lost would leave a doubt that there is not.
    await session.rollback();
  }
}

/**
 * Keeps the fields as they are until the transaction ends.
 * @param known as the header of the file was understood by them
 * @throws FailedError where they were changed in the moment between
 */
export async function holdFields(
  transaction: Session,
  known: readonly FieldDefinition[],
  waitMs: number,
): Promise<void> {
  await shareFields(transaction, waitMs);
  const fields = await transaction.query<FieldDefinition>('field/list');
  if (JSON.stringify(fields) === JSON.stringify(known)) return;
  throw new FailedError(
    'Fields were changed just when this load began. Products are unchanged: run it again.',
    'fields_changed',
  );
}
