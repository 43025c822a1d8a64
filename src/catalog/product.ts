import { priceText } from '../product/priceText.js';

/** A product as programs see it; what is not known is null. */
export interface Product {
  id: string;
  sku: string;
  name: string | null;
  description: string | null;
  /** A decimal with at least two decimals and no further trailing zeros, such as `12.50`. */
  price: string | null;
  active: boolean;
  owner: string | null;
  images: string[];
  compressedImages: string[];
  attributes: Record<string, unknown>;
  /** ISO 8601 with milliseconds, in UTC; so is `updatedAt`. */
  createdAt: string;
  updatedAt: string;
}

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
    price: row.price === null ? null : priceText(row.price),
    active: row.active,
    owner: row.owner,
    images: row.images,
    compressedImages: row.compressed_images,
    attributes: row.attributes,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
