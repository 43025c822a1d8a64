import type { TestDatabase } from './database.js';

/** A product as it is stored, with the row version by which a rewrite would show. */
export interface StoredProduct {
  id: string;
  sku: string;
  name: string | null;
  description: string | null;
  price: string | null;
  active: boolean;
  owner: string | null;
  images: string[];
  compressed_images: string[];
  attributes: Record<string, unknown>;
  updated_at: Date;
  created_at: Date;
  xmin: string;
}

/** Every product, in the order of SKUs as bytes. */
export async function storedProducts({ session }: TestDatabase): Promise<StoredProduct[]> {
  const { rows } = await session.client.query<StoredProduct>(
    'select *, xmin::text from prodimport.products order by sku collate "C"',
  );
  return rows;
}

/** One product, by the SKU as it is spelled. */
export async function storedProduct(db: TestDatabase, sku: string): Promise<StoredProduct> {
  const product = (await storedProducts(db)).find((stored) => stored.sku === sku);
  if (!product) throw new Error(`no product is spelled ${sku}`);
  return product;
}

/** Empties every table and begins ids anew, so that each test of a file starts alike. */
export async function emptyDatabase({ session }: TestDatabase): Promise<void> {
  await session.client.query(
    `truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.changes
     restart identity`,
  );
}
