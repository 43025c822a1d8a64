import type { z as Z } from 'zod';
import { shownPrice } from '../product/price.js';

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
    compressedImages: z
      .array(z.string().nullable())
      .describe(
        'One for each image, in order, null where it is dead; empty until all are done or dead',
      ),
    attributes: z
      .record(z.string(), z.unknown())
      .describe(
        'By their names. Under that of a field of your own: a number (integer, number), a boolean, an array of texts (list) or a text (all other types; money as price, dates as 2026-01-31), and what did not fit when the field was added. `field list --json` has the fields. Else a text, or what JSON said',
      ),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  });

export type Product = Z.infer<ReturnType<typeof productSchema>>;

/** The fields that a product can be without. */
export const clearableFields = ['description', 'price', 'owner', 'images', 'attributes'] as const;

/** A product as the driver hands it over. */
export interface ProductRow {
  id: string;
  sku: string;
  name: string | null;
  description: string | null;
  /** With the four decimals of its column. */
  price: string | null;
  active: boolean;
  owner: string | null;
  images: string[];
  compressed_images: (string | null)[];
  attributes: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
}

export function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    description: row.description,
    price: row.price === null ? null : shownPrice(row.price),
    active: row.active,
    owner: row.owner,
    images: row.images,
    compressedImages: row.compressed_images,
    attributes: row.attributes,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
