import type { z as Z } from 'zod';

/** What would be understood of a file. */
export const inspectionSchema = (z: typeof Z) =>
  z.object({
    name: z.string(),
    format: z.string(),
    compressed: z.boolean(),
    bytes: z.int().nonnegative().nullable().describe('null for standard input'),
    encoding: z.string().nullable().describe('null for workbooks, like delimiter'),
    delimiter: z.string().nullable(),
    sheet: z.string().nullable(),
    profile: z.string().nullable(),
    recognisedBy: z
      .array(z.string())
      .nullable()
      .describe('the headers that told the profile; null where it was named, or there is none'),
    profileEffects: z.array(z.string()).describe('what the profile changes, a sentence each'),
    headerRow: z.int().positive().nullable().describe('null where there is none'),
    columns: z.array(
      z.object({
        column: z.int().positive(),
        header: z.string().nullable(),
        field: z.string().nullable().describe('null where the cells go to attributes or nowhere'),
        attribute: z.string().nullable().describe('of images: the key for what is no URL'),
        example: z.string(),
      }),
    ),
    notes: z.array(z.string()),
  });

export type Inspection = Z.infer<ReturnType<typeof inspectionSchema>>;
