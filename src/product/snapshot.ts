import type { z as Z } from 'zod';
import { fields as productFields, type Field } from './product.js';
import { shownPrice } from './price.js';

/** A product's fields as a recorded change keeps them. */
export type Snapshot = Record<string, unknown>;

/** The fields that differ, by their names. */
export const fieldChangesSchema = (z: typeof Z) =>
  z
    .record(z.string(), z.object({ old: z.unknown(), new: z.unknown() }))
    .describe('Only the fields that differ; old of an insert and new of a delete are null');

export type FieldChanges = Z.infer<ReturnType<typeof fieldChangesSchema>>;

/** @param before null for a product that was not there, as `after` for one that is no more */
export function fieldChanges(before: Snapshot | null, after: Snapshot | null): FieldChanges {
  const changes: FieldChanges = {};
  for (const field of productFields) {
    const [was, is] = [shown(field, before), shown(field, after)];
    if (JSON.stringify(was) !== JSON.stringify(is)) changes[field] = { old: was, new: is };
  }
  return changes;
}

function shown(field: Field, snapshot: Snapshot | null): unknown {
  const value = snapshot?.[field] ?? null;
  return field === 'price' && typeof value === 'string' ? shownPrice(value) : value;
}
