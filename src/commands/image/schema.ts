import { z } from 'zod';

export const retriedSchema = z.object({ retried: z.int().nonnegative() });

export type Retried = z.infer<typeof retriedSchema>;
