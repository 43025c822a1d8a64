import type { z as Z } from 'zod';

/** What a load in the background tells the command that began it, once it is connected. */
export const detachedSchema = (z: typeof Z) =>
  z.object({ jobId: z.string(), status: z.literal('running') });

export type Detached = Z.infer<ReturnType<typeof detachedSchema>>;
