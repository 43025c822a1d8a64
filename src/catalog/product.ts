import { shownPrice } from '../product/shown-price.js';
import type { Product } from './schema.js';

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
  compressed_images: string[];
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
