import type { z as Z } from 'zod';

export const retriedSchema = (z: typeof Z) => z.object({ retried: z.int().nonnegative() });

export type Retried = Z.infer<ReturnType<typeof retriedSchema>>;
