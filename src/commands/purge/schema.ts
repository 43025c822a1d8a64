import type { z as Z } from 'zod';

const count = (z: typeof Z) => z.int().nonnegative();

export const purgedSchema = (z: typeof Z) =>
  z.object({ deleted: z.object({ products: count(z), jobs: count(z) }) });

export type Purged = Z.infer<ReturnType<typeof purgedSchema>>;
