import type { z as Z } from 'zod';

/** One product that a load changed, as a line of `changes` and of `--diff`. */
export const changeSchema = (z: typeof Z) =>
  z.object({
    sku: z.string(),
    action: z.enum(['inserted', 'updated', 'deleted', 'deactivated']),
    fields: z
      .record(z.string(), z.object({ old: z.unknown(), new: z.unknown() }))
      .describe('Only the fields that differ; old of an insert and new of a delete are null'),
  });

export type Change = Z.infer<ReturnType<typeof changeSchema>>;
