import type { z as Z } from 'zod';

const count = (z: typeof Z) => z.int().nonnegative();

export const countedSchema = (z: typeof Z) => z.object({ count: count(z) });

export const deletedSchema = (z: typeof Z) =>
  z.object({ deleted: z.array(z.string()).describe('SKUs') });

export const exportedSchema = (z: typeof Z) => z.object({ file: z.string(), products: count(z) });

export type Deleted = Z.infer<ReturnType<typeof deletedSchema>>;
export type Exported = Z.infer<ReturnType<typeof exportedSchema>>;
