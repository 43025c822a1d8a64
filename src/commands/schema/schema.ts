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

/** The last line of standard error of a run that failed. */
export const errorSchema = (z: typeof Z) =>
  z.object({
    error: z.object({
      code: z.string().describe('A stable word for programs'),
      message: z.string().describe('What, where, and the way out'),
    }),
  });

export type Listed = Z.infer<ReturnType<typeof listedSchema>>;
