import type { z as Z } from 'zod';

/** A product as programs see it; what is not known is null. */
export const productSchema = (z: typeof Z) =>
  z.object({
    id: z.string(),
    sku: z.string(),
    name: z.string().nullable(),
    description: z.string().nullable(),
    price: z
      .string()
      .nullable()
      .describe('A decimal with at least two decimals and no further trailing zeros: 12.50'),
    active: z.boolean(),
    owner: z.string().nullable(),
    images: z.array(z.string()),
    compressedImages: z.array(z.string()),
    attributes: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  });

export type Product = Z.infer<ReturnType<typeof productSchema>>;
