import { z } from 'zod';

const count = z.int().nonnegative();

export const purgedSchema = z.object({ deleted: z.object({ products: count, jobs: count }) });

export type Purged = z.infer<typeof purgedSchema>;
