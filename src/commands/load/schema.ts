import { z } from 'zod';

/** What a load in the background tells the command that began it, once it is connected. */
export const detachedSchema = z.object({ jobId: z.string(), status: z.literal('running') });

export type Detached = z.infer<typeof detachedSchema>;
