import type { z as Z } from 'zod';

/** A document that has a schema. */
export const listedSchema = (z: typeof Z) =>
  z.object({
    document: z.string(),
    about: z.string(),
    ndjson: z.boolean().describe('Printed a line each'),
  });

/** What `--output` answers. */
export const writtenSchema = (z: typeof Z) => z.object({ file: z.string() });

export type Listed = Z.infer<ReturnType<typeof listedSchema>>;
